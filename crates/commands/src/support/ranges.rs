//! Lists of ranges as `cut -f` takes them: `1,3-5,8-`.

use mirage_shell::command::Locale;

use super::quote;

/// Numbers counted from 1 that a list selects: ranges in order, overlapping ones united, adjacent ones not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges(Vec<Range>);

/// Both ends are selected; an open range ends at [`u64::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    pub first: u64,
    pub last: u64,
}

/// What the numbers count, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Fields,
    Bytes,
}

impl Ranges {
    /// Parses a list; else the message.
    pub fn parse(list: &[u8], counted: Counted, locale: Locale) -> Result<Self, Vec<u8>> {
        let mut ranges = Vec::new();
        let mut rest = list;
        loop {
            let (range, after) = parse_range(rest, counted, locale)?;
            ranges.push(range);
            match after.split_first() {
                Some((_, after)) => rest = after,
                None => break,
            }
        }
        ranges.sort_unstable();
        let mut united: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match united.last_mut() {
                Some(before) if range.first <= before.last => before.last = before.last.max(range.last),
                _ => united.push(range),
            }
        }
        Ok(Ranges(united))
    }

    /// What this does not select.
    pub fn complement(&self) -> Self {
        let mut others = Vec::with_capacity(self.0.len() + 1);
        let mut first = 1;
        for range in &self.0 {
            if first < range.first {
                others.push(Range { first, last: range.first - 1 });
            }
            first = range.last.saturating_add(1);
        }
        if first < u64::MAX {
            others.push(Range { first, last: u64::MAX });
        }
        Ranges(others)
    }

    /// The ranges in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Range> {
        self.0.iter()
    }

    /// Whether `number` is selected.
    pub fn contains(&self, number: u64) -> bool {
        let after = self.0.partition_point(|range| range.first <= number);
        after.checked_sub(1).is_some_and(|at| number <= self.0[at].last)
    }
}

/// One range and what follows it: nothing, or a text that starts with a separator.
fn parse_range(list: &[u8], counted: Counted, locale: Locale) -> Result<(Range, &[u8]), Vec<u8>> {
    let say = |fields: &str, bytes: &str| match counted {
        Counted::Fields => fields.as_bytes().to_vec(),
        Counted::Bytes => bytes.as_bytes().to_vec(),
    };
    let from_one = || say("fields are numbered from 1", "byte/character positions are numbered from 1");
    let (first, rest) = parse_number(list, counted, locale)?;
    let Some((b'-', rest)) = rest.split_first() else {
        check_end(rest, counted, locale)?;
        let first = first.filter(|first| *first > 0).ok_or_else(from_one)?;
        return Ok((Range { first, last: first }, rest));
    };
    if first == Some(0) {
        return Err(from_one());
    }
    let (last, rest) = parse_number(rest, counted, locale)?;
    if rest.starts_with(b"-") {
        return Err(say("invalid field range", "invalid byte or character range"));
    }
    check_end(rest, counted, locale)?;
    if first.is_none() && last.is_none() {
        return Err(b"invalid range with no endpoint: -".to_vec());
    }
    let range = Range { first: first.unwrap_or(1), last: last.unwrap_or(u64::MAX) };
    match range.last < range.first {
        true => Err(b"invalid decreasing range".to_vec()),
        false => Ok((range, rest)),
    }
}

/// The digits that `text` starts with, if any, and what follows.
fn parse_number(text: &[u8], counted: Counted, locale: Locale) -> Result<(Option<u64>, &[u8]), Vec<u8>> {
    let (digits, rest) = text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    if digits.is_empty() {
        return Ok((None, rest));
    }
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    match number.filter(|number| *number != u64::MAX) {
        Some(number) => Ok((Some(number), rest)),
        None => {
            let what: &[u8] = match counted {
                Counted::Fields => b"field number ",
                Counted::Bytes => b"byte/character offset ",
            };
            Err([what, &quote(digits, locale), b" is too large"].concat())
        }
    }
}

/// Refuses a range that is followed by anything but a separator.
fn check_end(rest: &[u8], counted: Counted, locale: Locale) -> Result<(), Vec<u8>> {
    match rest.first() {
        None | Some(b',' | b' ' | b'\t') => Ok(()),
        Some(_) => {
            let what: &[u8] = match counted {
                Counted::Fields => b"invalid field value ",
                Counted::Bytes => b"invalid byte/character position ",
            };
            Err([what, &quote(rest, locale)].concat())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(list: &str) -> Ranges {
        Ranges::parse(list.as_bytes(), Counted::Fields, Locale::C).expect("a list")
    }

    fn shown(ranges: &Ranges) -> String {
        let show = |range: &Range| match range.last {
            u64::MAX => format!("{}-", range.first),
            last => format!("{}-{last}", range.first),
        };
        ranges.iter().map(show).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn overlapping_ranges_are_united() {
        for (list, united, complement) in [
            ("1", "1-1", "2-"),
            ("3,1", "1-1,3-3", "2-2,4-"),
            ("1-2,2-4", "1-4", "5-"),
            ("1-2,3-4", "1-2,3-4", "5-"),
            ("2-,5", "2-", "1-1"),
            ("-2 4", "1-2,4-4", "3-3,5-"),
            ("1-", "1-", ""),
        ] {
            assert_eq!(shown(&ranges(list)), united, "{list}");
            assert_eq!(shown(&ranges(list).complement()), complement, "{list}");
        }
    }

    #[test]
    fn a_number_is_found_in_its_range() {
        let list = ranges("2-3,5,9-");
        let selected: Vec<u64> = (0..12).filter(|&number| list.contains(number)).collect();
        assert_eq!(selected, [2, 3, 5, 9, 10, 11]);
        assert!(list.contains(u64::MAX));
    }
}
