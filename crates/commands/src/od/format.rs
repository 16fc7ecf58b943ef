//! The forms in which numbers and characters are printed.

use bytes::BytesMut;
use mirage_pattern::Locale;

use crate::support::{float, quote};

/// A form.
#[derive(Clone, Debug)]
pub struct Format {
    kind: Kind,
    size: usize,
    big: bool,
    /// Printable characters at the end of the line.
    trailer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Named,
    Character,
    Signed,
    Unsigned,
    Octal,
    Hexadecimal,
    Float,
}

/// How wide each form's column is, so that several forms line up.
pub struct Columns {
    /// Characters for each byte of a line.
    per_byte: f64,
}

const NAMES: [&str; 33] = [
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr", "so", "si",
    "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs",
    "us", "sp",
];

/// Reads a type string; an error is GNU's message.
pub fn parse(text: &[u8], big: bool, locale: Locale) -> Result<Vec<Format>, Vec<u8>> {
    let mut formats = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let kind = match text[at] {
            b'a' => Kind::Named,
            b'c' => Kind::Character,
            b'd' => Kind::Signed,
            b'u' => Kind::Unsigned,
            b'o' => Kind::Octal,
            b'x' => Kind::Hexadecimal,
            b'f' => Kind::Float,
            other => {
                let string = quote(text, locale);
                return Err([b"invalid character '", &[other][..], b"' in type string ", &string].concat());
            }
        };
        at += 1;
        let mut size = match kind {
            Kind::Named | Kind::Character => 1,
            Kind::Float => 8,
            _ => 4,
        };
        if !matches!(kind, Kind::Named | Kind::Character) {
            let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let named = match (kind, text.get(at)) {
                (Kind::Float, Some(b'F')) => Some(4),
                (Kind::Float, Some(b'D')) => Some(8),
                (Kind::Float, Some(b'L')) => Some(16),
                (Kind::Float, _) => None,
                (_, Some(b'C')) => Some(1),
                (_, Some(b'S')) => Some(2),
                (_, Some(b'I')) => Some(4),
                (_, Some(b'L')) => Some(8),
                _ => None,
            };
            if digits > 0 {
                let number = &text[at..at + digits];
                size = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok()).unwrap_or(0);
                at += digits;
            } else if let Some(named) = named {
                size = named;
                at += 1;
            }
            let known = match kind {
                Kind::Float => matches!(size, 4 | 8),
                _ => matches!(size, 1 | 2 | 4 | 8),
            };
            if !known {
                let what = if kind == Kind::Float { "floating point" } else { "integral" };
                return Err([
                    b"invalid type string ",
                    &quote(text, locale)[..],
                    format!(";\nthis system doesn't provide a {size}-byte {what} type").as_bytes(),
                ]
                .concat());
            }
        }
        let trailer = text.get(at) == Some(&b'z');
        at += usize::from(trailer);
        formats.push(Format { kind, size, big, trailer });
    }
    Ok(formats)
}

/// The smallest number that both divide.
pub fn least_common_multiple(one: usize, two: usize) -> usize {
    let (mut left, mut right) = (one, two);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    one / left.max(1) * two
}

/// The columns that let all forms line up.
pub fn columns(formats: &[Format]) -> Columns {
    let widest = formats.iter().map(|form| (form.width() + 1) as f64 / form.size as f64);
    Columns { per_byte: widest.fold(0.0, f64::max) }
}

impl Format {
    /// Bytes of one value.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Characters of the widest value.
    fn width(&self) -> usize {
        match (self.kind, self.size) {
            (Kind::Named | Kind::Character, _) => 3,
            (Kind::Octal, 1) => 3,
            (Kind::Octal, 2) => 6,
            (Kind::Octal, 4) => 11,
            (Kind::Octal, _) => 22,
            (Kind::Hexadecimal, size) => size * 2,
            (Kind::Signed, 1) => 4,
            (Kind::Signed, 2) => 6,
            (Kind::Signed, 4) => 11,
            (Kind::Signed, _) => 20,
            (Kind::Unsigned, 1) => 3,
            (Kind::Unsigned, 2) => 5,
            (Kind::Unsigned, 4) => 10,
            (Kind::Unsigned, _) => 20,
            (Kind::Float, 4) => 15,
            (Kind::Float, _) => 24,
        }
    }

    /// Adds a line's values, each right-aligned in its column.
    pub fn push(&self, line: &[u8], full: usize, columns: &Columns, output: &mut BytesMut) {
        let column = |values: usize| (columns.per_byte * (values * self.size) as f64).round() as usize;
        let start = output.len();
        for (number, value) in line.chunks(self.size).enumerate() {
            let mut bytes = value.to_vec();
            bytes.resize(self.size, 0);
            let text = self.text(&bytes);
            let target = start + column(number + 1);
            let from = output.len();
            output.resize(from.max(target.saturating_sub(text.len())), b' ');
            output.extend_from_slice(text.as_bytes());
        }
        if self.trailer {
            output.resize(start + column(full.div_ceil(self.size)), b' ');
            output.extend_from_slice(b"  >");
            output.extend(line.iter().map(|byte| if matches!(byte, 0x20..=0x7e) { *byte } else { b'.' }));
            output.extend_from_slice(b"<");
        }
    }

    fn text(&self, bytes: &[u8]) -> String {
        let number = match self.big {
            true => bytes.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte)),
            false => bytes.iter().rev().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte)),
        };
        match self.kind {
            Kind::Named => named(bytes[0] & 0x7f),
            Kind::Character => character(bytes[0]),
            Kind::Octal => format!("{number:0width$o}", width = self.width()),
            Kind::Hexadecimal => format!("{number:0width$x}", width = self.width()),
            Kind::Unsigned => number.to_string(),
            Kind::Signed => {
                let shift = 64 - 8 * self.size as u32;
                (((number << shift) as i64) >> shift).to_string()
            }
            Kind::Float if self.size == 4 => shortest(f64::from(f32::from_bits(number as u32)), 9, |text| {
                text.parse::<f32>().is_ok_and(|value| value.to_bits() == number as u32)
            }),
            Kind::Float => shortest(f64::from_bits(number), 17, |text| {
                text.parse::<f64>().is_ok_and(|value| value.to_bits() == number)
            }),
        }
    }
}

fn named(byte: u8) -> String {
    match byte {
        0x7f => "del".into(),
        byte => {
            NAMES.get(usize::from(byte)).map_or_else(|| (byte as char).to_string(), |name| (*name).into())
        }
    }
}

fn character(byte: u8) -> String {
    match byte {
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        9 => "\\t".into(),
        10 => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        13 => "\\r".into(),
        0x20..=0x7e => (byte as char).to_string(),
        byte => format!("{byte:03o}"),
    }
}

/// The shortest `%g` that reads back as the same number.
fn shortest(value: f64, most: usize, same: impl Fn(&str) -> bool) -> String {
    if !value.is_finite() {
        return match (value.is_nan(), value.is_sign_negative()) {
            (true, true) => "-nan".into(),
            (true, false) => "nan".into(),
            (false, true) => "-inf".into(),
            (false, false) => "inf".into(),
        };
    }
    let first = if most == 9 { 6 } else { 15 };
    (first..most)
        .map(|precision| float::general(value, precision, false, false))
        .find(|text| same(text))
        .unwrap_or_else(|| float::general(value, most, false, false))
}
