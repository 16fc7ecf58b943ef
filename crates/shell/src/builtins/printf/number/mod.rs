//! Numbers of `printf`: arguments as C reads them, and how they are written.

pub(super) mod float;

use bytes::Bytes;

use super::{Flags, Problem};
use crate::command::Locale;
use crate::expand::characters;

/// A number as it is written, before it is padded.
pub(super) struct Number {
    /// Sign and base.
    pub prefix: String,
    pub digits: String,
    /// Zeros may stand between the two.
    pub may_fill: bool,
}

/// An argument as an integer between `least` and `most`: decimal, octal or hexadecimal as in C, or the code of a
/// character behind a quote.
pub(super) fn integer(text: &Bytes, locale: Locale, least: i128, most: i128) -> (i128, Option<Problem>) {
    if let Some(code) = character_code(text, locale) {
        return (code.into(), None);
    }
    let trimmed = text.trim_ascii_start();
    let (negative, digits) = match trimmed {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (base, digits, zero) = match digits {
        [b'0', b'x' | b'X', rest @ ..] if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, rest, false)
        }
        [b'0', rest @ ..] => (8, rest, true),
        rest => (10, rest, false),
    };
    let length = digits.iter().take_while(|digit| char::from(**digit).is_digit(base)).count();
    let value = digits[..length].iter().fold(0i128, |value, digit| {
        let digit = char::from(*digit).to_digit(base).unwrap_or(0);
        value.saturating_mul(base.into()).saturating_add(digit.into())
    });
    let value = if negative { -value } else { value };
    if length == 0 && !zero || length < digits.len() {
        return (value.clamp(least, most), Some(Problem::NotANumber(text.clone(), length > 0 || zero)));
    }
    match (least..=most).contains(&value) {
        true => (value, None),
        false => (
            if least < i64::MIN.into() { most } else { value.clamp(least, most) },
            Some(Problem::OutOfRange(text.clone())),
        ),
    }
}

/// The code of the character behind a leading quote.
pub(super) fn character_code(text: &[u8], locale: Locale) -> Option<u32> {
    let [b'\'' | b'"', rest @ ..] = text else { return None };
    let Some(&first) = rest.first() else { return Some(0) };
    if locale == Locale::C {
        return Some(first.into());
    }
    let (_, character) = characters(rest).next()?;
    let decoded = std::str::from_utf8(character).ok().and_then(|text| text.chars().next());
    Some(decoded.map_or(u32::from(first), u32::from))
}

/// What stands behind the character behind a quote; a quote without a character is no number to the program.
pub(super) fn behind_character(text: &Bytes, locale: Locale) -> Option<Problem> {
    let [b'\'' | b'"', rest @ ..] = &text[..] else { return None };
    if rest.is_empty() {
        return Some(Problem::NotANumber(text.clone(), false));
    }
    let first = match locale {
        Locale::C => 1,
        Locale::Utf8 => characters(rest).next().map_or(1, |(_, character)| character.len()),
    };
    (first < rest.len()).then(|| Problem::Ignored(text.slice(1 + first..)))
}

/// `%d`.
pub(super) fn decimal(value: i64, flags: Flags) -> Number {
    let prefix = match (value < 0, flags.plus, flags.blank) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    number(prefix.into(), value.unsigned_abs().to_string(), flags)
}

/// `%u %o %x %X`.
pub(super) fn unsigned(value: u64, letter: u8, flags: Flags) -> Number {
    let digits = match letter {
        b'o' => format!("{value:o}"),
        b'x' => format!("{value:x}"),
        b'X' => format!("{value:X}"),
        _ => value.to_string(),
    };
    let prefix = match (letter, flags.alternate && value != 0) {
        (b'x', true) => "0x",
        (b'X', true) => "0X",
        _ => "",
    };
    let digits = match letter == b'o' && flags.alternate && !digits.starts_with('0') {
        // The 0 counts as a digit.
        true if flags.precision.is_none_or(|precision| precision <= digits.len()) => format!("0{digits}"),
        _ => digits,
    };
    number(prefix.into(), digits, flags)
}

fn number(prefix: String, digits: String, flags: Flags) -> Number {
    let digits = match flags.precision {
        Some(0) if digits == "0" => String::new(),
        Some(precision) => "0".repeat(precision.saturating_sub(digits.len())) + &digits,
        None => digits,
    };
    Number { prefix, digits, may_fill: flags.precision.is_none() }
}
