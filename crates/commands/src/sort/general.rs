//! Floating-point numbers as text: `-g`.

use std::cmp::Ordering;

use super::number::split_digits;

/// What a text starts with, in the order of `sort -g`: no number, not-a-number, numbers.
#[derive(Clone, Copy, Debug)]
pub enum General<'a> {
    Invalid,
    Nan { negative: bool },
    Number { value: f64, exact: Option<Exact<'a>> },
}

/// A decimal number with an exponent, digit by digit: values that round to the same float are still ordered.
#[derive(Clone, Copy, Debug)]
pub struct Exact<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> General<'a> {
    /// Reads the number that `text` starts with.
    pub fn read(text: &'a [u8]) -> Self {
        let text = text.trim_ascii_start();
        let (negative, digits) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, text),
        };
        let sign = if negative { -1.0 } else { 1.0 };
        let starts_with =
            |word: &[u8]| digits.len() >= word.len() && digits[..word.len()].eq_ignore_ascii_case(word);
        if starts_with(b"nan") {
            return General::Nan { negative };
        }
        if starts_with(b"inf") {
            return General::Number { value: sign * f64::INFINITY, exact: None };
        }
        if starts_with(b"0x")
            && let Some(value) = hexadecimal(&digits[2..])
        {
            return General::Number { value: sign * value, exact: None };
        }
        decimal(negative, digits)
    }

    /// The order of `sort -g`.
    pub fn compare(&self, other: &General) -> Ordering {
        let class = |general: &General| match general {
            General::Invalid => 0,
            General::Nan { negative } => 1 + u8::from(*negative),
            General::Number { .. } => 3,
        };
        match (self, other) {
            (
                General::Number { exact: Some(one), value: first },
                General::Number { exact: Some(two), value: second },
            ) => first.total_cmp(second).then_with(|| one.compare(two)),
            (General::Number { value: one, exact: first }, General::Number { value: two, exact: second }) => {
                one.total_cmp(two).then_with(|| match one.is_infinite() {
                    // What is only too large for a float is still less than infinite.
                    true if *one > 0.0 => second.is_some().cmp(&first.is_some()),
                    true => first.is_some().cmp(&second.is_some()),
                    false => Ordering::Equal,
                })
            }
            _ => class(self).cmp(&class(other)),
        }
    }

    /// A number that is smaller only if the value is.
    pub fn prefix(&self) -> u64 {
        match self {
            General::Invalid => 0,
            General::Nan { negative } => 1 + u64::from(*negative),
            General::Number { value, .. } => {
                let bits = value.to_bits();
                let ordered = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
                3 + (ordered >> 2)
            }
        }
    }
}

fn decimal(negative: bool, text: &[u8]) -> General<'_> {
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = match rest.split_first() {
        Some((b'.', rest)) => split_digits(rest),
        _ => (&rest[..0], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return General::Invalid;
    }
    let (exponent, rest) = exponent(rest, b'e');
    let matched = std::str::from_utf8(&text[..text.len() - rest.len()]).unwrap_or_default();
    let magnitude: f64 = matched.parse().unwrap_or(0.0);
    // Adding 0 makes a negative zero positive: they are equal.
    let value = if negative { -magnitude } else { magnitude } + 0.0;
    General::Number { value, exact: Some(Exact { negative, whole, fraction, exponent }) }
}

/// The exponent behind `letter` and its sign, if there is one, and what follows; past counting it stays there.
fn exponent(text: &[u8], letter: u8) -> (i64, &[u8]) {
    let Some((first, signed)) = text.split_first() else { return (0, text) };
    if first.to_ascii_lowercase() != letter {
        return (0, text);
    }
    let (negative, digits) = match signed.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, signed),
    };
    let (digits, rest) = split_digits(digits);
    if digits.is_empty() {
        return (0, text);
    }
    const PAST_COUNTING: i64 = 1 << 40;
    let magnitude =
        digits.iter().fold(0i64, |number, digit| (number * 10 + i64::from(digit - b'0')).min(PAST_COUNTING));
    (if negative { -magnitude } else { magnitude }, rest)
}

/// The value of hexadecimal digits with a point and a binary exponent; none without digits.
fn hexadecimal(text: &[u8]) -> Option<f64> {
    let (mut value, mut scale, mut digits, mut after_point) = (0.0, 0i64, 0, false);
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match char::from(byte).to_digit(16) {
            Some(digit) => {
                value = value * 16.0 + f64::from(digit);
                digits += 1;
                scale -= if after_point { 4 } else { 0 };
            }
            None if byte == b'.' && !after_point => after_point = true,
            None => break,
        }
        rest = after;
    }
    let (exponent, _) = exponent(rest, b'p');
    let power = i32::try_from(scale.saturating_add(exponent)).unwrap_or(if exponent < 0 {
        i32::MIN
    } else {
        i32::MAX
    });
    (digits > 0).then(|| value * 2f64.powi(power))
}

impl Exact<'_> {
    fn compare(&self, other: &Exact) -> Ordering {
        if self.negative != other.negative {
            // Of two values that round to the same float, only zeros differ in sign.
            return Ordering::Equal;
        }
        let order = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let (mut one, mut two) = (self.digits(), other.digits());
            loop {
                match (one.next(), two.next()) {
                    (None, None) => break Ordering::Equal,
                    (one, two) => match one.unwrap_or(b'0').cmp(&two.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        order => break order,
                    },
                }
            }
        });
        if self.negative { order.reverse() } else { order }
    }

    /// The digits from the first that is not 0.
    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.iter().chain(self.fraction).copied().skip_while(|&digit| digit == b'0')
    }

    /// The decimal place of the first digit that is not 0; of zero, the smallest there is.
    fn magnitude(&self) -> i64 {
        let all = self.whole.iter().chain(self.fraction);
        match all.clone().position(|&digit| digit != b'0') {
            Some(zeros) => self.whole.len() as i64 - zeros as i64 + self.exponent,
            None => i64::MIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_sort() {
        let ascending = [
            "abc",
            "nan",
            "-nan",
            "-inf",
            "-1e400",
            "-1e2",
            "-0x1",
            "-1e-3",
            "0",
            "1e-9999",
            "0x1p-1",
            "1e",
            "1.5",
            "+3",
            "5e0",
            "1e1",
            "0x10",
            ".1e3",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.5",
            "1e400",
            "1e401",
            "inf",
        ];
        for (at, one) in ascending.iter().enumerate() {
            for (beside, two) in ascending.iter().enumerate().skip(at + 1) {
                let (first, second) = (General::read(one.as_bytes()), General::read(two.as_bytes()));
                assert_eq!(first.compare(&second), at.cmp(&beside), "{one} {two}");
                assert!(first.prefix() <= second.prefix(), "{one} {two}");
            }
        }
    }

    #[test]
    fn the_same_value_is_equal_however_it_is_written() {
        for (one, two) in [("1", "1.0"), ("1e1", "10"), ("0", "-0"), ("0x10", "16"), ("0.5e1", "5x")] {
            let (first, second) = (General::read(one.as_bytes()), General::read(two.as_bytes()));
            assert_eq!(first.compare(&second), Ordering::Equal, "{one} {two}");
        }
    }
}
