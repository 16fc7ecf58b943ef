//! Counts of bytes and lines as `head`, `tail` and their kind take them: `5`, `1K`, `2MB`.

use std::ops::RangeInclusive;

use mirage_shell::command::Locale;

use super::{NumberError, parse_size, quote};

/// The units behind a count.
const UNITS: &[u8] = b"bkKmMGTPEZY";

/// A decimal count with a unit; else the message: `invalid number of lines: ‘x’`, for `what` "number of lines".
pub fn parse_count(text: &[u8], what: &str, locale: Locale) -> Result<u64, Vec<u8>> {
    parse_size(text, UNITS).map_err(|error| count_message(error, text, what, locale))
}

/// The message for a count that was refused: `invalid WHAT: ‘TEXT’`.
pub fn count_message(error: NumberError, text: &[u8], what: &str, locale: Locale) -> Vec<u8> {
    let reason = match error {
        NumberError::TooLarge => ": Value too large for defined data type",
        NumberError::Invalid | NumberError::Suffix => "",
    };
    [b"invalid ", what.as_bytes(), b": ", &quote(text, locale), reason.as_bytes()].concat()
}

/// A decimal integer in `range`, without a unit; else the message: `invalid WHAT: ‘TEXT’` and why.
pub fn parse_integer(
    text: &[u8],
    range: RangeInclusive<i64>,
    what: &str,
    locale: Locale,
) -> Result<i64, Vec<u8>> {
    let refused = |reason: &str| {
        Err([b"invalid ", what.as_bytes(), b": ", &quote(text, locale), reason.as_bytes()].concat())
    };
    let trimmed = text.trim_ascii_start();
    let digits = trimmed.strip_prefix(b"-").or_else(|| trimmed.strip_prefix(b"+")).unwrap_or(trimmed);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return refused("");
    }
    match std::str::from_utf8(trimmed).ok().and_then(|text| text.parse::<i64>().ok()) {
        Some(number) if range.contains(&number) => Ok(number),
        // Small numbers are told apart from those that would not fit anywhere.
        Some(number) if number.unsigned_abs() <= u64::from(u32::MAX >> 2) => {
            refused(": Numerical result out of range")
        }
        _ => refused(": Value too large for defined data type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_head() {
        let invalid = |text: &str| Err(format!("invalid number of lines: '{text}'"));
        for (text, count) in [
            ("12", Ok(12)),
            ("+2", Ok(2)),
            (" 2", Ok(2)),
            ("k", Ok(1024)),
            ("1b", Ok(512)),
            ("1kB", Ok(1000)),
            ("1KD", Ok(1000)),
            ("2MiB", Ok(2 << 20)),
            ("1EB", Ok(1_000_000_000_000_000_000)),
            ("", invalid("")),
            ("1w", invalid("1w")),
            ("1g", invalid("1g")),
            ("1Ki", invalid("1Ki")),
            ("1 ", invalid("1 ")),
            ("0x2", invalid("0x2")),
            ("16E", Err("invalid number of lines: '16E': Value too large for defined data type".to_owned())),
        ] {
            let parsed = parse_count(text.as_bytes(), "number of lines", Locale::C);
            assert_eq!(
                parsed.map_err(|message| String::from_utf8(message).expect("ASCII")),
                count,
                "{text:?}"
            );
        }
    }
}
