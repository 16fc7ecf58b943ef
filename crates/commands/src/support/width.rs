//! How wide text is on a terminal.

use mirage_shell::command::Locale;
use unicode_width::UnicodeWidthChar;

/// The columns that `text` takes: wide characters two, combining and control characters none, a byte that is no
/// character one.
pub fn display_width(text: &[u8], locale: Locale) -> usize {
    if text.is_ascii() || locale == Locale::C {
        return text.iter().filter(|byte| !byte.is_ascii_control()).count();
    }
    text.utf8_chunks()
        .map(|chunk| {
            let valid: usize = chunk.valid().chars().map(character_width).sum();
            valid + chunk.invalid().len()
        })
        .sum()
}

/// The columns that one character takes: none for combining and control characters.
pub fn character_width(character: char) -> usize {
    match character {
        // As in the C library: the soft hyphen is shown, the separators are not.
        '\u{ad}' => 1,
        '\u{2028}' | '\u{2029}' => 0,
        _ => character.width().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_counted_in_columns() {
        for (text, utf8, c) in
            [(&b"abc"[..], 3, 3), ("é".as_bytes(), 1, 2), ("中文".as_bytes(), 4, 6), (b"a\t\xffb", 3, 3)]
        {
            assert_eq!((display_width(text, Locale::Utf8), display_width(text, Locale::C)), (utf8, c));
        }
    }
}
