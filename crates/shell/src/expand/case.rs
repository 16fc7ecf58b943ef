//! Changes of case.

use mirage_pattern::glob::Glob;
use mirage_syntax::ast::CaseChange;

use super::operation::characters;
use crate::command::Locale;

/// `${x^p}` and its like: changes the first character, or with `all` every one, that `pattern` matches.
pub fn change(text: &[u8], change: CaseChange, all: bool, pattern: Option<&Glob>, locale: Locale) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, character) in characters(text) {
        let wanted = (all || at == 0) && pattern.is_none_or(|pattern| pattern.is_match(character));
        match wanted {
            true => push(&mut out, character, change, locale),
            false => out.extend_from_slice(character),
        }
    }
    out
}

/// All in upper case.
pub fn upper(text: &[u8], locale: Locale) -> Vec<u8> {
    change(text, CaseChange::Upper, true, None, locale)
}

/// All in lower case.
pub fn lower(text: &[u8], locale: Locale) -> Vec<u8> {
    change(text, CaseChange::Lower, true, None, locale)
}

/// The first character in upper case.
pub fn capital(text: &[u8], locale: Locale) -> Vec<u8> {
    change(text, CaseChange::Upper, false, None, locale)
}

fn push(out: &mut Vec<u8>, character: &[u8], change: CaseChange, locale: Locale) {
    let letter = match (std::str::from_utf8(character).ok().and_then(|text| text.chars().next()), locale) {
        (Some(letter), Locale::Utf8) => letter,
        (Some(letter), Locale::C) if letter.is_ascii() => letter,
        _ => return out.extend_from_slice(character),
    };
    let to_upper = match change {
        CaseChange::Upper => true,
        CaseChange::Lower => false,
        CaseChange::Toggle => letter.is_lowercase(),
    };
    let changed = if to_upper { single(letter.to_uppercase()) } else { single(letter.to_lowercase()) };
    let mut buffer = [0; 4];
    out.extend_from_slice(changed.unwrap_or(letter).encode_utf8(&mut buffer).as_bytes());
}

/// The only character of a mapping; the C library maps one character to one.
fn single(mut mapping: impl Iterator<Item = char>) -> Option<char> {
    match (mapping.next(), mapping.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
