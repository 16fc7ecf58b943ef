//! Values: numbers, strings, and input that is both.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;

use super::array::Array;
use crate::support::float;

/// An array that several names may refer to.
pub type ArrayRef = Rc<RefCell<Array>>;

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Never assigned: both 0 and the empty string.
    #[default]
    Unset,
    Number(f64),
    Text(Bytes),
    /// From input: a number too when it looks like one.
    Input(Bytes),
    /// A regular expression as such.
    Pattern(Bytes),
    /// An element that is an array.
    Array(ArrayRef),
}

impl Value {
    pub fn text(text: impl Into<Bytes>) -> Value {
        Value::Text(text.into())
    }

    pub fn truth(truth: bool) -> Value {
        Value::Number(f64::from(u8::from(truth)))
    }

    pub fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            Value::Text(text) | Value::Input(text) | Value::Pattern(text) => leading_number(text).0,
            Value::Unset | Value::Array(_) => 0.0,
        }
    }

    /// As a string; `format` is CONVFMT or OFMT.
    pub fn to_text(&self, format: &[u8]) -> Bytes {
        match self {
            Value::Text(text) | Value::Input(text) | Value::Pattern(text) => text.clone(),
            Value::Number(number) => number_text(*number, format),
            Value::Unset | Value::Array(_) => Bytes::new(),
        }
    }

    /// Adds the string to `output`.
    pub fn push_text(&self, output: &mut bytes::BytesMut, format: &[u8]) {
        match self {
            Value::Text(text) | Value::Input(text) | Value::Pattern(text) => output.extend_from_slice(text),
            Value::Number(number) => match small_integer(*number) {
                Some(integer) => push_integer(output, integer),
                None => output.extend_from_slice(&number_text(*number, format)),
            },
            Value::Unset | Value::Array(_) => {}
        }
    }

    /// The length of a string.
    pub fn length(&self) -> u64 {
        match self {
            Value::Text(text) | Value::Input(text) | Value::Pattern(text) => text.len() as u64,
            Value::Unset | Value::Number(_) | Value::Array(_) => 0,
        }
    }

    pub fn is_true(&self) -> bool {
        match self {
            Value::Unset => false,
            Value::Number(number) => *number != 0.0,
            Value::Text(text) | Value::Pattern(text) => !text.is_empty(),
            Value::Input(text) => match as_number(text) {
                Some(number) => number != 0.0,
                None => !text.is_empty(),
            },
            Value::Array(_) => true,
        }
    }

    /// The number, when comparing with another number compares numbers.
    pub fn numeric(&self) -> Option<f64> {
        match self {
            Value::Unset => Some(0.0),
            Value::Number(number) => Some(*number),
            Value::Input(text) => as_number(text),
            Value::Text(_) | Value::Pattern(_) | Value::Array(_) => None,
        }
    }
}

/// The number that `text` starts with and how long it is; 0 when it starts with none.
pub fn leading_number(text: &[u8]) -> (f64, usize) {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let rest = &text[blanks..];
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    let whole = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = sign + whole;
    // Most numbers are short integers.
    if whole > 0 && whole <= 15 && !matches!(rest.get(length), Some(b'.' | b'e' | b'E')) {
        let digits = rest[sign..length].iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        let value = digits as f64;
        return (if rest[0] == b'-' { -value } else { value }, blanks + length);
    }
    let mut fraction = 0;
    if rest.get(length) == Some(&b'.') {
        fraction = rest[length + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if whole + fraction > 0 {
            length += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return special_number(rest, blanks);
    }
    if let Some(b'e' | b'E') = rest.get(length) {
        let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
        let digits = rest.get(length + 1 + sign..).unwrap_or_default();
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count > 0 {
            length += 1 + sign + count;
        }
    }
    let number = std::str::from_utf8(&rest[..length]).ok().and_then(|text| text.parse().ok());
    (number.unwrap_or(0.0), blanks + length)
}

/// `+inf`, `-nan` and their like: only with a sign, and only as a whole word.
fn special_number(rest: &[u8], blanks: usize) -> (f64, usize) {
    let word: Vec<u8> = rest.iter().take(4).map(u8::to_ascii_lowercase).collect();
    let ends = rest.get(4).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let value = match &word[..] {
        b"+inf" => f64::INFINITY,
        b"-inf" => f64::NEG_INFINITY,
        b"+nan" => f64::NAN,
        b"-nan" => -f64::NAN,
        _ => return (0.0, 0),
    };
    if ends { (value, blanks + 4) } else { (0.0, 0) }
}

/// The number that `text` is, blanks around it aside.
pub fn as_number(text: &[u8]) -> Option<f64> {
    let last = *text.last()?;
    if !(last.is_ascii_digit()
        || last.is_ascii_whitespace()
        || matches!(last, b'.' | b'f' | b'F' | b'n' | b'N'))
    {
        return None;
    }
    let (number, length) = leading_number(text);
    (length > 0 && text[length..].iter().all(u8::is_ascii_whitespace)).then_some(number)
}

fn small_integer(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

/// A number as a string: integers in full, everything else by `format`.
pub fn number_text(number: f64, format: &[u8]) -> Bytes {
    if let Some(integer) = small_integer(number) {
        let mut digits = bytes::BytesMut::with_capacity(20);
        push_integer(&mut digits, integer);
        return digits.freeze();
    }
    if number.is_nan() {
        return Bytes::from_static(if number.is_sign_negative() { b"-nan" } else { b"+nan" });
    }
    if number.is_infinite() {
        return Bytes::from_static(if number < 0.0 { b"-inf" } else { b"+inf" });
    }
    if number.fract() == 0.0 {
        return format!("{number:.0}").into();
    }
    match format {
        b"%.6g" => float::general(number, 6, false, false).into(),
        _ => super::format::number(format, number),
    }
}

fn push_integer(output: &mut bytes::BytesMut, integer: i64) {
    output.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
}
