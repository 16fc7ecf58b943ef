//! Numbers as text: how doubles are written, and literals that keep their digits.

use std::cmp::Ordering;

/// A decimal number as it was written: a sign, digits and a power of ten.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    negative: bool,
    /// Without leading zeros; empty for zero.
    digits: Box<[u8]>,
    /// What the digits, read as an integer, are multiplied by.
    exponent: i64,
    double: f64,
}

/// The exponents that are kept, as in jq's decimal arithmetic.
const LARGEST_EXPONENT: i64 = 999_999_999;

impl Literal {
    /// Parses `[+-]DIGITS[.DIGITS][e[+-]DIGITS]`; none if it is anything else.
    pub fn parse(text: &[u8]) -> Option<Literal> {
        let (negative, body) = match text.first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, power) = match body.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&body[..at], parse_exponent(&body[at + 1..])?),
            None => (body, 0),
        };
        let point = mantissa.iter().position(|&byte| byte == b'.');
        let whole = &mantissa[..point.unwrap_or(mantissa.len())];
        let fraction = point.map_or(&[][..], |at| &mantissa[at + 1..]);
        if whole.is_empty() && fraction.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        let digits: Vec<u8> =
            whole.iter().chain(fraction).copied().skip_while(|&digit| digit == b'0').collect();
        let exponent = power - fraction.len() as i64;
        // What Rust accepts as a float is a superset of what passed above.
        let double: f64 = std::str::from_utf8(body).ok()?.parse().ok()?;
        let double = if negative { -double } else { double };
        Some(Literal { negative, digits: digits.into(), exponent, double })
    }

    /// The nearest double; beyond the largest, the largest.
    pub fn double(&self) -> f64 {
        self.double
    }

    /// The same number with the other sign.
    pub fn negated(&self) -> Literal {
        Literal { negative: !self.negative, double: -self.double, ..self.clone() }
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// By value, to the last digit.
    pub fn compare(&self, other: &Literal) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return if other.negative { Ordering::Greater } else { Ordering::Less },
            (false, true) => return if self.negative { Ordering::Less } else { Ordering::Greater },
            (false, false) => {}
        }
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(&self, other: &Literal) -> Ordering {
        let top = |literal: &Literal| literal.exponent + literal.digits.len() as i64;
        top(self).cmp(&top(other)).then_with(|| {
            let length = self.digits.len().max(other.digits.len());
            let padded = |literal: &Literal, at: usize| literal.digits.get(at).copied().unwrap_or(b'0');
            (0..length)
                .map(|at| padded(self, at).cmp(&padded(other, at)))
                .find(|ordering| ordering.is_ne())
                .unwrap_or(Ordering::Equal)
        })
    }

    /// Writes it as decimal arithmetic does: `1.50`, `1E+1000`.
    pub fn write(&self, output: &mut Vec<u8>) {
        if self.negative {
            output.push(b'-');
        }
        let digits: &[u8] = if self.digits.is_empty() { b"0" } else { &self.digits };
        let count = digits.len() as i64;
        let adjusted = self.exponent + count - 1;
        if self.exponent <= 0 && adjusted >= -6 {
            let point = count + self.exponent;
            if self.exponent == 0 {
                output.extend_from_slice(digits);
            } else if point > 0 {
                output.extend_from_slice(&digits[..point as usize]);
                output.push(b'.');
                output.extend_from_slice(&digits[point as usize..]);
            } else {
                output.extend_from_slice(b"0.");
                output.extend(std::iter::repeat_n(b'0', (-point) as usize));
                output.extend_from_slice(digits);
            }
            return;
        }
        output.push(digits[0]);
        if count > 1 {
            output.push(b'.');
            output.extend_from_slice(&digits[1..]);
        }
        output.extend_from_slice(format!("E{adjusted:+}").as_bytes());
    }
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits
        .iter()
        .fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(LARGEST_EXPONENT * 10));
    Some(sign * size)
}

/// Writes a double as jq does: the shortest digits that read back as the same, 17 at most.
pub fn write_double(number: f64, output: &mut Vec<u8>) {
    if number.is_nan() {
        output.extend_from_slice(b"null");
        return;
    }
    let number = number.clamp(f64::MIN, f64::MAX);
    if number == number.trunc() && number.abs() < 1e15 {
        write_integer(number, output);
        return;
    }
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: Vec<u8> = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    output.extend_from_slice(sign.as_bytes());
    let point = exponent + 1;
    let count = digits.len() as i32;
    if point <= -4 || point > count + 15 {
        output.push(digits[0]);
        if count > 1 {
            output.push(b'.');
            output.extend_from_slice(&digits[1..]);
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        output.extend_from_slice(format!("e{sign}{:02}", exponent.abs()).as_bytes());
    } else if point <= 0 {
        output.extend_from_slice(b"0.");
        output.extend(std::iter::repeat_n(b'0', (-point) as usize));
        output.extend_from_slice(&digits);
    } else if point >= count {
        output.extend_from_slice(&digits);
        output.extend(std::iter::repeat_n(b'0', (point - count) as usize));
    } else {
        output.extend_from_slice(&digits[..point as usize]);
        output.push(b'.');
        output.extend_from_slice(&digits[point as usize..]);
    }
}

/// Writes a double without a fraction that is below 10^15.
fn write_integer(number: f64, output: &mut Vec<u8>) {
    if number.is_sign_negative() {
        output.push(b'-');
    }
    let mut rest = number.abs() as u64;
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    output.extend_from_slice(&digits[at..]);
}

/// A double as text.
pub fn double_text(number: f64) -> String {
    let mut output = Vec::new();
    write_double(number, &mut output);
    String::from_utf8(output).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_written_as_jq_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1e15, "1000000000000000"),
            (1e16, "1e+16"),
            (1e17, "1e+17"),
            (123456789012345680000000000000.0, "123456789012345680000000000000"),
            (0.0001234, "0.0001234"),
            (1e-5, "1e-05"),
            (1.5e300, "1.5e+300"),
            (f64::INFINITY, "1.7976931348623157e+308"),
            (3.0000000000000004, "3.0000000000000004"),
            (123456789.12345679, "123456789.12345679"),
        ] {
            assert_eq!(double_text(number), text);
        }
    }

    #[test]
    fn literals_keep_their_digits() {
        for (given, written) in [
            ("1.50", "1.50"),
            ("100e-2", "1.00"),
            ("0001", "1"),
            ("1e1000", "1E+1000"),
            ("0.00001", "0.00001"),
            ("1e-7", "1E-7"),
            ("-1.25E+3", "-1.25E+3"),
            ("100000000000000000001", "100000000000000000001"),
            (".5", "0.5"),
            ("5.", "5"),
        ] {
            let mut output = Vec::new();
            Literal::parse(given.as_bytes()).expect("a number").write(&mut output);
            assert_eq!(String::from_utf8_lossy(&output), written);
        }
        assert_eq!(Literal::parse(b"1e"), None);
        assert_eq!(Literal::parse(b"1.2.3"), None);
    }
}
