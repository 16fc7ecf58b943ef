//! Characters of strings, by the locale.

use mirage_pattern::Locale;

/// The length of the character that `text` starts with: a byte that is part of none counts as one.
fn character_length(text: &[u8], locale: Locale) -> usize {
    let first = text.first().copied().unwrap_or_default();
    if locale == Locale::C || first < 128 {
        return 1;
    }
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return 1,
    };
    match text.get(..length).map(std::str::from_utf8) {
        Some(Ok(_)) => length,
        _ => 1,
    }
}

/// How many characters `text` has.
pub fn characters(text: &[u8], locale: Locale) -> usize {
    if locale == Locale::C || text.is_ascii() {
        return text.len();
    }
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        at += character_length(&text[at..], locale);
        count += 1;
    }
    count
}

/// Where character number `index`, from 0, starts; the end when there are fewer.
pub fn offset(text: &[u8], index: usize, locale: Locale) -> usize {
    if locale == Locale::C || text.is_ascii() {
        return index.min(text.len());
    }
    let (mut at, mut count) = (0, 0);
    while at < text.len() && count < index {
        at += character_length(&text[at..], locale);
        count += 1;
    }
    at
}

/// The first `count` characters.
pub fn prefix(text: &[u8], count: usize, locale: Locale) -> &[u8] {
    &text[..offset(text, count, locale)]
}

/// Each character in turn.
pub fn each(text: &[u8], locale: Locale) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (first, after) = rest.split_at(character_length(rest, locale));
        rest = after;
        Some(first)
    })
}

/// `text` with the case of its letters changed.
pub fn change_case(text: &[u8], upper: bool, locale: Locale) -> Vec<u8> {
    if locale == Locale::C || text.is_ascii() {
        return if upper { text.to_ascii_uppercase() } else { text.to_ascii_lowercase() };
    }
    let mut output = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for letter in chunk.valid().chars() {
            // A letter that would become several stays, as towupper has it.
            let changed: String =
                if upper { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() };
            let mut letters = changed.chars();
            let changed = match (letters.next(), letters.next()) {
                (Some(only), None) => only,
                _ => letter,
            };
            output.extend_from_slice(changed.encode_utf8(&mut [0; 4]).as_bytes());
        }
        output.extend_from_slice(chunk.invalid());
    }
    output
}
