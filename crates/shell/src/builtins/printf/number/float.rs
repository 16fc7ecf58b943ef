//! Floating-point numbers with the 64-bit mantissa that C's `long double` has, written exactly.

use bytes::Bytes;

use super::{Number, character_code};
use crate::builtins::printf::{Flags, Problem};
use crate::command::Locale;

/// A number: `mantissa * 2^exponent`, or what is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Float {
    negative: bool,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The mantissa has its highest bit set, or is 0.
    Finite(u64, i32),
    Infinite,
    NotANumber,
}

/// The exponents of the least and the greatest number, of a mantissa of 64 bits.
const LEAST: i32 = -16445;
const GREATEST: i32 = 16383 - 63;

impl Float {
    pub const ZERO: Float = Float { negative: false, kind: Kind::Finite(0, 0) };
}

/// An argument as a number, as `strtold` reads it.
pub(crate) fn argument(text: &Bytes, locale: Locale) -> (Float, Option<Problem>) {
    if let Some(code) = character_code(text, locale) {
        return (Float { negative: false, kind: rounded(Natural::from(u64::from(code)), 0, false) }, None);
    }
    let trimmed = text.trim_ascii_start();
    let (negative, rest) = match trimmed {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (kind, used) = match rest {
        [b'0', b'x' | b'X', digits @ ..] if is_hexadecimal(digits) => {
            let (kind, used) = hexadecimal(digits);
            (kind, used + 2)
        }
        _ => named(rest).unwrap_or_else(|| decimal(rest)),
    };
    let overflows = kind == Kind::Infinite && used > 0 && !rest[0].is_ascii_alphabetic();
    let problem = if used < rest.len() || used == 0 {
        Some(Problem::NotANumber(text.clone(), used > 0))
    } else if overflows {
        Some(Problem::OutOfRange(text.clone()))
    } else {
        None
    };
    (Float { negative, kind }, problem)
}

fn named(text: &[u8]) -> Option<(Kind, usize)> {
    let starts =
        |name: &str| text.len() >= name.len() && text[..name.len()].eq_ignore_ascii_case(name.as_bytes());
    if starts("infinity") {
        Some((Kind::Infinite, 8))
    } else if starts("inf") {
        Some((Kind::Infinite, 3))
    } else if starts("nan") {
        Some((Kind::NotANumber, 3))
    } else {
        None
    }
}

fn is_hexadecimal(digits: &[u8]) -> bool {
    match digits {
        [b'.', digit, ..] | [digit, ..] => digit.is_ascii_hexdigit(),
        [] => false,
    }
}

/// The digits of a number in `base` with the position of its point, and how much of the text they are.
fn digits(text: &[u8], base: u32) -> (Vec<u32>, i64, usize) {
    let mut found = Vec::new();
    let mut behind = 0;
    let mut point = false;
    let mut at = 0;
    let mut any = false;
    while let Some(&byte) = text.get(at) {
        match char::from(byte).to_digit(base) {
            Some(digit) => {
                any = true;
                found.push(digit);
                behind += i64::from(point);
            }
            None if byte == b'.' && !point => point = true,
            None => break,
        }
        at += 1;
    }
    if !any {
        return (Vec::new(), 0, 0);
    }
    (found, behind, at)
}

/// The exponent behind `mark`, and how much of the text it is; nothing when no digit follows.
fn exponent(text: &[u8], mark: u8) -> (i64, usize) {
    if text.first().is_none_or(|byte| byte.to_ascii_lowercase() != mark) {
        return (0, 0);
    }
    let (negative, from) = match text.get(1) {
        Some(b'-') => (true, 2),
        Some(b'+') => (false, 2),
        _ => (false, 1),
    };
    let length = text[from.min(text.len())..].iter().take_while(|digit| digit.is_ascii_digit()).count();
    if length == 0 {
        return (0, 0);
    }
    let value = text[from..from + length]
        .iter()
        .fold(0i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000));
    (if negative { -value } else { value }, from + length)
}

fn decimal(text: &[u8]) -> (Kind, usize) {
    let (found, behind, used) = digits(text, 10);
    if used == 0 {
        return (Kind::Finite(0, 0), 0);
    }
    let (power, more) = exponent(&text[used..], b'e');
    let scale = power - behind;
    let significant: Vec<u32> = found.iter().copied().skip_while(|digit| *digit == 0).collect();
    if significant.is_empty() {
        return (Kind::Finite(0, 0), used + more);
    }
    let magnitude = significant.len() as i64 + scale;
    if magnitude > 5000 {
        return (Kind::Infinite, used + more);
    }
    if magnitude < -5000 {
        return (Kind::Finite(0, 0), used + more);
    }
    let mut value = Natural::from(0);
    for digit in &significant {
        value.multiply_add(10, *digit);
    }
    let kind = match scale >= 0 {
        true => {
            for _ in 0..scale {
                value.multiply_add(10, 0);
            }
            rounded(value, 0, false)
        }
        false => {
            let mut divisor = Natural::from(1);
            for _ in 0..-scale {
                divisor.multiply_add(10, 0);
            }
            // Enough bits in front for a mantissa and one more.
            let shift = (divisor.bits() + 66).saturating_sub(value.bits()) as u32;
            value.shift_left(shift);
            let (quotient, rest) = value.divide(&divisor);
            rounded(quotient, -(shift as i32), !rest.is_zero())
        }
    };
    (kind, used + more)
}

fn hexadecimal(text: &[u8]) -> (Kind, usize) {
    let (found, behind, used) = digits(text, 16);
    let (power, more) = exponent(&text[used..], b'p');
    let mut value = Natural::from(0);
    for digit in found {
        value.multiply_add(16, digit);
    }
    let scale = (power - 4 * behind).clamp(-100_000, 100_000) as i32;
    (rounded(value, scale, false), used + more)
}

/// `value * 2^exponent` with 64 bits, to the nearest, to even in the middle. `more`: the value is a little larger.
fn rounded(value: Natural, exponent: i32, more: bool) -> Kind {
    let bits = value.bits() as i32;
    if bits == 0 {
        return Kind::Finite(0, 0);
    }
    // Small numbers have fewer bits.
    let drop = (bits - 64).max(LEAST - exponent);
    let (mut mantissa, half, below) = value.split(drop);
    let sticky = below || more;
    if half && (sticky || mantissa & 1 == 1) {
        mantissa += 1;
    }
    let mut exponent = exponent + drop;
    let mut mantissa = match mantissa > u128::from(u64::MAX) {
        true => {
            exponent += 1;
            (mantissa >> 1) as u64
        }
        false => mantissa as u64,
    };
    if mantissa == 0 {
        return Kind::Finite(0, 0);
    }
    let shift = mantissa.leading_zeros();
    mantissa <<= shift;
    exponent -= shift as i32;
    match exponent > GREATEST {
        true => Kind::Infinite,
        false => Kind::Finite(mantissa, exponent),
    }
}

/// Writes a number by a conversion's letter.
pub(crate) fn format(value: &Float, letter: u8, flags: Flags) -> Number {
    let sign = match (value.negative, flags.plus, flags.blank) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let upper = letter.is_ascii_uppercase();
    let (mantissa, exponent) = match value.kind {
        Kind::Finite(mantissa, exponent) => (mantissa, exponent),
        Kind::Infinite | Kind::NotANumber => {
            let text = if value.kind == Kind::Infinite { "inf" } else { "nan" };
            let digits = if upper { text.to_uppercase() } else { text.into() };
            return Number { prefix: sign.into(), digits, may_fill: false };
        }
    };
    let digits = match letter.to_ascii_lowercase() {
        b'f' => fixed(mantissa, exponent, flags.precision.unwrap_or(6), flags.alternate),
        b'e' => scientific(mantissa, exponent, flags.precision.unwrap_or(6), flags.alternate),
        b'g' => general(mantissa, exponent, flags.precision.unwrap_or(6).max(1), flags.alternate),
        _ => {
            let digits = hexadecimal_digits(mantissa, exponent, flags.precision, flags.alternate);
            let digits = if upper { digits.to_uppercase() } else { digits };
            let base = if upper { "0X" } else { "0x" };
            return Number { prefix: format!("{sign}{base}"), digits, may_fill: true };
        }
    };
    let digits = if upper { digits.to_uppercase() } else { digits };
    Number { prefix: sign.into(), digits, may_fill: true }
}

/// All decimal digits of a number in front of its point, and as many behind it as it has.
fn exact(mantissa: u64, exponent: i32) -> (String, String) {
    let mut value = Natural::from(mantissa);
    if exponent >= 0 {
        value.shift_left(exponent as u32);
        return (value.decimal(), String::new());
    }
    let behind = exponent.unsigned_abs();
    // m / 2^b = m * 5^b / 10^b
    for _ in 0..behind {
        value.multiply_add(5, 0);
    }
    let all = value.decimal();
    let behind = behind as usize;
    let all = format!("{all:0>width$}", width = behind + 1);
    let (front, back) = all.split_at(all.len() - behind);
    (front.into(), back.into())
}

/// Digits cut to `keep`, rounded to the nearest, to even in the middle; true when a digit was carried out in front.
fn round_digits(digits: &str, keep: usize) -> (Vec<u8>, bool) {
    let bytes = digits.as_bytes();
    let mut kept: Vec<u8> = bytes.iter().copied().take(keep).collect();
    kept.resize(keep, b'0');
    let rest = bytes.get(keep..).unwrap_or_default();
    let odd = kept.last().is_some_and(|digit| digit % 2 == 1);
    let up = match rest.split_first() {
        None => false,
        Some((first, more)) => match first {
            b'0'..=b'4' => false,
            b'5' => odd || more.iter().any(|digit| *digit != b'0'),
            _ => true,
        },
    };
    if !up {
        return (kept, false);
    }
    for digit in kept.iter_mut().rev() {
        match *digit {
            b'9' => *digit = b'0',
            _ => {
                *digit += 1;
                return (kept, false);
            }
        }
    }
    kept.insert(0, b'1');
    (kept, true)
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(*digit)).collect()
}

fn fixed(mantissa: u64, exponent: i32, precision: usize, point: bool) -> String {
    let (front, back) = exact(mantissa, exponent);
    let (digits, carried) = round_digits(&format!("{front}{back}"), front.len() + precision);
    let front_length = front.len() + usize::from(carried);
    let (front, back) = digits.split_at(front_length);
    match precision == 0 && !point {
        true => text(front),
        false => format!("{}.{}", text(front), text(back)),
    }
}

/// The significant digits of a number, `count` of them, and the exponent of the first.
fn significant(mantissa: u64, exponent: i32, count: usize) -> (Vec<u8>, i64) {
    let (front, back) = exact(mantissa, exponent);
    let all = format!("{front}{back}");
    let Some(first) = all.bytes().position(|digit| digit != b'0') else {
        return (vec![b'0'; count], 0);
    };
    let power = front.len() as i64 - 1 - first as i64;
    let (mut digits, carried) = round_digits(&all[first..], count);
    digits.truncate(count);
    (digits, power + i64::from(carried))
}

fn scientific(mantissa: u64, exponent: i32, precision: usize, point: bool) -> String {
    let (digits, power) = significant(mantissa, exponent, precision + 1);
    with_exponent(&digits, power, point)
}

fn with_exponent(digits: &[u8], power: i64, point: bool) -> String {
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() && !point { "" } else { "." };
    let sign = if power < 0 { '-' } else { '+' };
    format!("{}{dot}{}e{sign}{:02}", text(first), text(rest), power.unsigned_abs())
}

fn general(mantissa: u64, exponent: i32, precision: usize, alternate: bool) -> String {
    let (mut digits, power) = significant(mantissa, exponent, precision);
    let is_small = power < -4 || power >= precision as i64;
    if !alternate {
        while digits.len() > 1 && digits.last() == Some(&b'0') {
            digits.pop();
        }
    }
    if is_small {
        return with_exponent(&digits, power, alternate);
    }
    let whole = match power {
        0.. => {
            let length = power as usize + 1;
            if digits.len() < length {
                digits.resize(length, b'0');
            }
            length
        }
        _ => {
            let zeros = power.unsigned_abs() as usize;
            digits.splice(0..0, std::iter::repeat_n(b'0', zeros));
            1
        }
    };
    let (front, back) = digits.split_at(whole);
    match back.is_empty() && !alternate {
        true => text(front),
        false => format!("{}.{}", text(front), text(back)),
    }
}

/// The digits of `%a`: the first holds four bits, as C has it for `long double`.
fn hexadecimal_digits(mantissa: u64, exponent: i32, precision: Option<usize>, point: bool) -> String {
    let mut digits: Vec<u64> = (0..16).rev().map(|place| mantissa >> (4 * place) & 15).collect();
    let mut power = if mantissa == 0 { 0 } else { exponent + 60 };
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let rest = &digits[precision + 1..];
        let half = rest[0] > 8
            || rest[0] == 8 && (rest[1..].iter().any(|digit| *digit > 0) || digits[precision] % 2 == 1);
        digits.truncate(precision + 1);
        if half {
            for digit in digits.iter_mut().rev() {
                *digit += 1;
                if *digit < 16 {
                    break;
                }
                *digit = 0;
            }
            if digits[0] == 0 {
                digits[0] = 1;
                power += 4;
            }
        }
    }
    match precision {
        None => {
            while digits.len() > 1 && digits.last() == Some(&0) {
                digits.pop();
            }
        }
        Some(precision) => digits.resize(precision + 1, 0),
    }
    let shown: String = digits[1..].iter().map(|digit| format!("{digit:x}")).collect();
    let dot = if shown.is_empty() && !point { "" } else { "." };
    format!("{:x}{dot}{shown}p{power:+}", digits[0])
}

/// A natural number of any size: 32-bit digits, the least first.
#[derive(Clone, Debug)]
struct Natural(Vec<u32>);

impl From<u64> for Natural {
    fn from(value: u64) -> Self {
        let mut natural = Natural(vec![value as u32, (value >> 32) as u32]);
        natural.trim();
        natural
    }
}

impl Natural {
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bits(&self) -> u64 {
        self.0.last().map_or(0, |last| self.0.len() as u64 * 32 - u64::from(last.leading_zeros()))
    }

    fn bit(&self, at: i64) -> bool {
        usize::try_from(at)
            .ok()
            .and_then(|at| self.0.get(at / 32).map(|word| word >> (at % 32) & 1 == 1))
            .unwrap_or(false)
    }

    fn multiply_add(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for word in &mut self.0 {
            let value = u64::from(*word) * u64::from(factor) + carry;
            *word = value as u32;
            carry = value >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn shift_left(&mut self, bits: u32) {
        if self.is_zero() {
            return;
        }
        let small = bits % 32;
        let mut carry = 0;
        if small > 0 {
            for word in &mut self.0 {
                let value = *word << small | carry;
                carry = *word >> (32 - small);
                *word = value;
            }
        }
        if carry > 0 {
            self.0.push(carry);
        }
        self.0.splice(0..0, std::iter::repeat_n(0, bits as usize / 32));
    }

    /// The number without its `drop` lowest bits (of which some may be in front of it), the highest bit dropped, and
    /// whether any below that was set. At most 64 bits are left.
    fn split(&self, drop: i32) -> (u128, bool, bool) {
        if drop <= 0 {
            let mut value = 0u128;
            for word in self.0.iter().rev() {
                value = value << 32 | u128::from(*word);
            }
            return (value << drop.unsigned_abs().min(63), false, false);
        }
        let bits = self.bits() as i64;
        let drop = i64::from(drop);
        let mut value = 0u128;
        for at in (drop..bits).rev() {
            value = value << 1 | u128::from(self.bit(at));
        }
        let below = (0..drop - 1).any(|at| self.bit(at));
        (value, self.bit(drop - 1), below)
    }

    /// Quotient and rest, bit by bit.
    fn divide(&self, divisor: &Natural) -> (Natural, Natural) {
        let mut quotient = Natural(vec![0; self.0.len()]);
        let mut rest = Natural(Vec::new());
        for at in (0..self.bits() as i64).rev() {
            rest.shift_left(1);
            if self.bit(at) {
                match rest.0.first_mut() {
                    Some(word) => *word |= 1,
                    None => rest.0.push(1),
                }
            }
            if rest.at_least(divisor) {
                rest.subtract(divisor);
                quotient.0[at as usize / 32] |= 1 << (at % 32);
            }
        }
        quotient.trim();
        (quotient, rest)
    }

    fn at_least(&self, other: &Natural) -> bool {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_ge()
    }

    fn subtract(&mut self, other: &Natural) {
        let mut borrow = 0i64;
        for (at, word) in self.0.iter_mut().enumerate() {
            let value = i64::from(*word) - i64::from(other.0.get(at).copied().unwrap_or(0)) - borrow;
            borrow = i64::from(value < 0);
            *word = value as u32;
        }
        self.trim();
    }

    fn decimal(mut self) -> String {
        let mut groups = Vec::new();
        while !self.is_zero() {
            let mut rest = 0u64;
            for word in self.0.iter_mut().rev() {
                let value = rest << 32 | u64::from(*word);
                *word = (value / 1_000_000_000) as u32;
                rest = value % 1_000_000_000;
            }
            self.trim();
            groups.push(rest);
        }
        let Some(first) = groups.pop() else { return "0".into() };
        let mut text = first.to_string();
        for group in groups.iter().rev() {
            text.push_str(&format!("{group:09}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &'static str, letter: u8, precision: Option<usize>) -> String {
        let (value, _) = argument(&Bytes::from_static(text.as_bytes()), Locale::Utf8);
        let number = format(&value, letter, Flags { precision, ..Flags::default() });
        format!("{}{}", number.prefix, number.digits)
    }

    #[test]
    fn numbers_are_written_as_the_printf_of_bash_writes_them() {
        for (text, letter, precision, expected) in [
            ("3.14159", b'f', Some(2), "3.14"),
            ("2.675", b'f', Some(2), "2.67"),
            ("0.1", b'f', Some(25), "0.1000000000000000000013553"),
            ("0.5", b'f', Some(0), "0"),
            ("1.5", b'f', Some(0), "2"),
            ("999.9999", b'f', Some(2), "1000.00"),
            ("12345.678", b'e', None, "1.234568e+04"),
            ("0", b'e', None, "0.000000e+00"),
            ("100000", b'g', None, "100000"),
            ("1000000", b'g', None, "1e+06"),
            ("0.0001", b'g', None, "0.0001"),
            ("0.00001", b'g', None, "1e-05"),
            ("-1e4931", b'g', None, "-1e+4931"),
            ("1", b'a', None, "0x8p-3"),
            ("3.14", b'a', Some(3), "0xc.8f6p-2"),
            ("inf", b'f', None, "inf"),
            ("-nan", b'F', None, "-NAN"),
            ("0x1.8p1", b'f', Some(1), "3.0"),
        ] {
            assert_eq!(shown(text, letter, precision), expected, "{text} {}", char::from(letter));
        }
    }
}
