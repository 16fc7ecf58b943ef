//! Version order: `ls -v`, `sort -V`.

use std::cmp::Ordering;

/// Compares names so that numbers in them count as numbers: `a2` before `a10`. `.` and `..` come first, then names that
/// start with a dot; what looks like suffixes (`.tar.gz`) counts only when the rest is the same.
pub fn compare_versions(one: &[u8], two: &[u8]) -> Ordering {
    if one == two {
        return Ordering::Equal;
    }
    let rank = |name: &[u8]| match name {
        b"" => 0,
        b"." => 1,
        b".." => 2,
        name if name.starts_with(b".") => 3,
        _ => 4,
    };
    let ranks = rank(one).cmp(&rank(two));
    if ranks != Ordering::Equal || rank(one) < 3 {
        return ranks;
    }
    let hidden = usize::from(rank(one) == 3);
    let (one, two) = (&one[hidden..], &two[hidden..]);
    let (one_end, two_end) = (without_suffixes(one), without_suffixes(two));
    match compare_runs(&one[..one_end], &two[..two_end]) {
        Ordering::Equal if one_end < one.len() || two_end < two.len() => compare_runs(one, two),
        ordering => ordering,
    }
}

/// Where the suffixes start: the longest end made of `.x1y`-like parts, letters or `~` first.
fn without_suffixes(name: &[u8]) -> usize {
    let mut end = name.len();
    loop {
        let tail = name[..end]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'~')
            .count();
        let start = end - tail;
        let starts_well = name.get(start).is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'~');
        if tail == 0 || !starts_well || start < 2 || name[start - 1] != b'.' {
            return end;
        }
        end = start - 1;
    }
}

/// Compares runs of other characters and runs of digits in turn.
fn compare_runs(mut one: &[u8], mut two: &[u8]) -> Ordering {
    while !one.is_empty() || !two.is_empty() {
        loop {
            let (first, second) = (one.first().copied(), two.first().copied());
            let text = |byte: Option<u8>| byte.is_some_and(|byte| !byte.is_ascii_digit());
            if !text(first) && !text(second) {
                break;
            }
            match weight(first).cmp(&weight(second)) {
                Ordering::Equal => {}
                ordering => return ordering,
            }
            one = one.get(1..).unwrap_or_default();
            two = two.get(1..).unwrap_or_default();
        }
        let (first, rest_one) = take_number(one);
        let (second, rest_two) = take_number(two);
        match first.len().cmp(&second.len()).then(first.cmp(second)) {
            Ordering::Equal => (one, two) = (rest_one, rest_two),
            ordering => return ordering,
        }
    }
    Ordering::Equal
}

/// `~` before the end and digits, then letters, then everything else.
fn weight(byte: Option<u8>) -> i32 {
    match byte {
        Some(b'~') => -1,
        None => 0,
        Some(digit) if digit.is_ascii_digit() => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(letter),
        Some(other) => i32::from(other) + 256,
    }
}

/// The number that `text` starts with, without leading zeros, and what follows.
fn take_number(text: &[u8]) -> (&[u8], &[u8]) {
    let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
    let digits = text[zeros..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    text[zeros..].split_at(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order in which `ls -Av` of coreutils 9.1 shows these names.
    const ORDER: &str = ".~|.b.c|.x|.x1|..x|001|01|1|1a|1+2|1-2|1.0~|1.0|1.0a|1.2|A|a~|a|a.~1~|a.b~|a.b|a.tar|a1~|a1|a2|a10|\
        aa|abc.c|abc.c12|abc12.c|abc.12|a-1|a.1|a.1.tar|a.tar.1|a_1|b.tar1|b.tar.gz|b1.tar.gz|b10.tar.gz|b.1.tar.gz|\
        file.txt|file9.txt|file10.txt|file.9.txt|file.10.txt|x|x.y|x.y1|x.y.z|x y|x.1|z.z|z.1.z|z.z.1|é";

    #[test]
    fn versions_sort_as_ls_sorts_them() {
        let expected: Vec<&[u8]> = ORDER.split('|').map(str::as_bytes).collect();
        let mut sorted = expected.clone();
        sorted.sort_unstable();
        sorted.sort_by(|one, two| compare_versions(one, two).then(one.cmp(two)));
        let text = |names: &[&[u8]]| String::from_utf8_lossy(&names.join(&b'|')).into_owned();
        assert_eq!(text(&sorted), text(&expected));
    }
}
