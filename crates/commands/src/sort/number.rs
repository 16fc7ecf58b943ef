//! Numbers as text, compared without rounding: `-n` and `-h`.

use std::cmp::Ordering;

/// A decimal number at the start of a text: blanks, a minus, digits, a point and digits. No digits are zero.
#[derive(Clone, Copy, Debug)]
pub struct Decimal<'a> {
    negative: bool,
    /// Digits before the point, from the first that is not 0.
    whole: &'a [u8],
    /// Digits after the point, up to the last that is not 0.
    fraction: &'a [u8],
    /// What follows.
    rest: &'a [u8],
}

impl<'a> Decimal<'a> {
    /// Reads `text`.
    pub fn read(text: &'a [u8]) -> Self {
        let text = skip_blanks(text);
        let (negative, text) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, text),
        };
        let (whole, rest) = split_digits(text);
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => split_digits(rest),
            _ => (&rest[..0], rest),
        };
        let zeros = whole.iter().take_while(|&&digit| digit == b'0').count();
        let trailing = fraction.iter().rev().take_while(|&&digit| digit == b'0').count();
        let (whole, fraction) = (&whole[zeros..], &fraction[..fraction.len() - trailing]);
        let zero = whole.is_empty() && fraction.is_empty();
        Decimal { negative: negative && !zero, whole, fraction, rest }
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// The order by value.
    pub fn compare(&self, other: &Decimal) -> Ordering {
        let magnitude = || {
            let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(other.whole));
            whole.then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => magnitude(),
            (true, true) => magnitude().reverse(),
            (one, two) => two.cmp(&one),
        }
    }

    /// A number that is smaller only if the value is: how many digits there are and the first sixteen.
    pub fn prefix(&self) -> u64 {
        const DIGITS: usize = 16;
        const LONGEST: usize = 511;
        let first = match self.whole.len() {
            0..LONGEST => {
                let digits = self.whole.iter().chain(self.fraction).chain(std::iter::repeat(&b'0'));
                digits.take(DIGITS).fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
            }
            _ => 0,
        };
        // Sixteen digits take 54 bits; 9 are left for the length and one for the sign.
        let magnitude = (self.whole.len().min(LONGEST) as u64) << 54 | first;
        match self.negative {
            false => 1 << 63 | magnitude,
            true => (1 << 63) - 1 - magnitude,
        }
    }

    /// The power of 1024 or 1000 that the letter behind the number stands for, negative for a negative number.
    fn unit(&self) -> i8 {
        const LETTERS: &[u8] = b"KMGTPEZY";
        let letter = match self.rest.first() {
            Some(b'k') => b'K',
            Some(letter) => *letter,
            None => return 0,
        };
        let power = LETTERS.iter().position(|&known| known == letter).map_or(0, |at| at as i8 + 1);
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -power,
            (false, false) => power,
        }
    }

    /// The order by unit, then by value: `900K` is less than `1M`, and so is `2000K`.
    pub fn compare_human(&self, other: &Decimal) -> Ordering {
        self.unit().cmp(&other.unit()).then_with(|| self.compare(other))
    }

    /// As [`prefix`](Decimal::prefix), for the order by unit and value.
    pub fn human_prefix(&self) -> u64 {
        let unit = (i64::from(self.unit()) + 8) as u64;
        unit << 59 | self.prefix() >> 5
    }
}

/// What `text` holds behind the blanks at its start.
pub fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
    &text[blanks..]
}

/// Whether `byte` separates fields. A newline does where lines end with NUL.
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// The digits that `text` starts with, and what follows.
pub fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the order of `sort -n`.
    const ASCENDING: &[&str] = &[
        "-99999999999999999999999999",
        "-99999999999999999999999998",
        "-10",
        "-9.5",
        "-9",
        "-.5",
        "-0.00000000000000000000000001",
        "0",
        "0.00000000000000000000000001",
        "0.00000000000000000000000002",
        ".5",
        "1",
        "1.05",
        "1.5",
        "9",
        " 10",
        "99999999999999999999999998",
        "99999999999999999999999999",
    ];

    #[test]
    fn numbers_of_any_length_are_ordered_exactly() {
        for (at, one) in ASCENDING.iter().enumerate() {
            for (beside, two) in ASCENDING.iter().enumerate() {
                let (one, two) = (Decimal::read(one.as_bytes()), Decimal::read(two.as_bytes()));
                assert_eq!(one.compare(&two), at.cmp(&beside), "{one:?} {two:?}");
                if at < beside {
                    assert!(one.prefix() <= two.prefix(), "{one:?} {two:?}");
                }
            }
        }
    }

    #[test]
    fn zeros_are_equal_however_they_are_written() {
        for zero in ["", "-", "-0", "+5", "abc", "000", "-.0", "."] {
            let zero = Decimal::read(zero.as_bytes());
            assert_eq!(zero.compare(&Decimal::read(b"0")), Ordering::Equal);
            assert_eq!(zero.prefix(), Decimal::read(b"0").prefix());
        }
    }

    #[test]
    fn units_come_before_values() {
        let ascending = ["-1M", "-2K", "-3", "0M", "500m", "2000", "1K", "1.5k", "999K", "1Mi", "1G", "1T"];
        for pair in ascending.windows(2) {
            let (one, two) = (Decimal::read(pair[0].as_bytes()), Decimal::read(pair[1].as_bytes()));
            assert_eq!(one.compare_human(&two), Ordering::Less, "{pair:?}");
            assert!(one.human_prefix() <= two.human_prefix(), "{pair:?}");
        }
    }
}
