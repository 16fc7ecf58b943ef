//! Characters written as escapes.

use mirage_pattern::Locale;
use mirage_pattern::regex::named_character;

use super::error::Problem;

/// Refuses `\c\` before anything but a backslash.
pub fn check(text: &[u8]) -> Result<(), Problem> {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let after = &rest[at + 1..];
        if let [b'c', b'\\', next, ..] = after
            && *next != b'\\'
        {
            return Err("recursive escaping after \\c not allowed".into());
        }
        rest = after.get(1..).unwrap_or_default();
    }
    Ok(())
}

/// The byte that the escape after a backslash names, and how many bytes of `text` write it.
pub fn named(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'c', b'\\', b'\\', ..] => Some((b'\\' ^ 0x40, 3)),
        _ => named_character(text),
    }
}

/// The length of the character that `text` starts with; `text` is not empty.
pub fn character_length(text: &[u8], locale: Locale) -> usize {
    locale.character(text).map_or(1, |(_, length)| length)
}
