//! Quoting text so that the shell reads it back as it is.

use bytes::Bytes;
pub use mirage_syntax::single_quoted;

use crate::command::Locale;
use crate::expand::{characters, decimal};
use crate::state::{Attributes, Value, Variable};

/// `'text'`, or `$'text'` when it holds what can not be printed: `${x@Q}`.
pub fn single(text: &[u8], locale: Locale) -> Vec<u8> {
    if is_unprintable(text, locale) {
        return dollar(text, locale);
    }
    single_quoted(text)
}

/// `$'text'`.
pub fn dollar(text: &[u8], locale: Locale) -> Vec<u8> {
    let mut out = b"$'".to_vec();
    for (_, character) in units(text, locale) {
        match character {
            [7] => out.extend_from_slice(b"\\a"),
            [8] => out.extend_from_slice(b"\\b"),
            [9] => out.extend_from_slice(b"\\t"),
            [10] => out.extend_from_slice(b"\\n"),
            [11] => out.extend_from_slice(b"\\v"),
            [12] => out.extend_from_slice(b"\\f"),
            [13] => out.extend_from_slice(b"\\r"),
            [27] => out.extend_from_slice(b"\\E"),
            [quoted @ (b'\\' | b'\'')] => out.extend_from_slice(&[b'\\', *quoted]),
            character if is_printable(character, locale) => out.extend_from_slice(character),
            character => {
                for byte in character {
                    out.extend_from_slice(format!("\\{byte:03o}").as_bytes());
                }
            }
        }
    }
    out.push(b'\'');
    out
}

/// `"text"`, or `$'text'` when it holds what can not be printed: `declare -p`.
pub fn double(text: &[u8], locale: Locale) -> Vec<u8> {
    match is_unprintable(text, locale) {
        true => dollar(text, locale),
        false => plain_double(text),
    }
}

/// `"text"`, whatever it holds.
fn plain_double(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'$' | b'\\' | b'`') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
    out
}

/// As little quoting as a trace needs: none, `'text'`, or `$'text'`.
pub fn for_trace(text: &[u8], locale: Locale) -> Vec<u8> {
    // Newlines and tabs are readable enough in single quotes.
    let others: Vec<u8> = text.iter().copied().filter(|byte| !matches!(byte, b'\n' | b'\t')).collect();
    match others.len() < text.len() && !is_unprintable(&others, locale) {
        true => single_quoted(text),
        false => where_needed(text, locale),
    }
}

/// `text` in quotes if it needs them: `set`.
pub fn where_needed(text: &[u8], locale: Locale) -> Vec<u8> {
    if text.is_empty() {
        return b"''".to_vec();
    }
    if is_unprintable(text, locale) {
        return dollar(text, locale);
    }
    match has_metacharacter(text) {
        true => single_quoted(text),
        false => text.to_vec(),
    }
}

/// `text` with backslashes where they are needed: `printf %q`.
pub fn backslashed(text: &[u8], locale: Locale) -> Vec<u8> {
    if text.is_empty() {
        return b"''".to_vec();
    }
    if is_unprintable(text, locale) {
        return dollar(text, locale);
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    for (at, &byte) in text.iter().enumerate() {
        let special = match byte {
            b'#' => at == 0,
            // Where an assignment would expand it.
            b'~' => at == 0 || matches!(text[at - 1], b':' | b'='),
            byte => b" \t\n'\"\\|&;()<>!{}*[]?^$`,".contains(&byte),
        };
        if special {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// The key of an associative array in a declaration.
pub fn key(text: &[u8], locale: Locale) -> Vec<u8> {
    if is_unprintable(text, locale) {
        return dollar(text, locale);
    }
    match has_metacharacter(text) || matches!(text, b"@" | b"*") {
        true => plain_double(text),
        false => text.to_vec(),
    }
}

/// Whether the shell would read some of `text` as more than itself.
pub fn has_metacharacter(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(at, byte)| match byte {
        b'#' => at == 0,
        b'~' => at == 0 || matches!(text[at - 1], b'=' | b':'),
        byte => b" \t\n'\"\\|&;()<>!{}*[]?^$`".contains(byte),
    })
}

/// Whether some of `text` has to be escaped to be seen.
pub fn is_unprintable(text: &[u8], locale: Locale) -> bool {
    match text.iter().all(|byte| matches!(byte, 0x20..=0x7e)) {
        true => false,
        false => units(text, locale).any(|(_, character)| !is_printable(character, locale)),
    }
}

fn units(text: &[u8], locale: Locale) -> impl Iterator<Item = (usize, &[u8])> {
    let bytes = (locale == Locale::C).then(|| text.iter().enumerate().map(|(at, _)| (at, &text[at..=at])));
    let whole = (locale == Locale::Utf8).then(|| characters(text));
    bytes.into_iter().flatten().chain(whole.into_iter().flatten())
}

fn is_printable(character: &[u8], locale: Locale) -> bool {
    match character {
        [byte] => matches!(byte, 0x20..=0x7e),
        _ if locale == Locale::C => false,
        _ => std::str::from_utf8(character).is_ok_and(|text| {
            // The separators of lines and paragraphs break a line as control characters do.
            text.chars().all(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'))
        }),
    }
}

/// The letters of a variable's attributes, as `declare -p` lists them.
pub fn attribute_letters(variable: &Variable) -> Bytes {
    let mut letters = Vec::new();
    match &variable.value {
        Value::Indexed(_) => letters.push(b'a'),
        Value::Associative(_) => letters.push(b'A'),
        _ => {}
    }
    let rows = [
        (Attributes::INTEGER, b'i'),
        (Attributes::NAMEREF, b'n'),
        (Attributes::READONLY, b'r'),
        (Attributes::TRACE, b't'),
        (Attributes::EXPORT, b'x'),
        (Attributes::CAPITAL, b'c'),
        (Attributes::LOWER, b'l'),
        (Attributes::UPPER, b'u'),
    ];
    letters.extend(
        rows.into_iter()
            .filter(|(attribute, _)| variable.attributes.has(*attribute))
            .map(|(_, letter)| letter),
    );
    letters.into()
}

/// `declare -x name="value"`: what makes the variable again.
pub fn declaration(name: &[u8], variable: &Variable, locale: Locale) -> Vec<u8> {
    let letters = attribute_letters(variable);
    let letters: &[u8] = if letters.is_empty() { b"-" } else { &letters };
    let mut out = [b"declare -", letters, b" ", name].concat();
    if let (Some(value), false) =
        (value(&variable.value, locale), variable.attributes.has(Attributes::UNASSIGNED))
    {
        out.push(b'=');
        out.extend_from_slice(&value);
    }
    out
}

/// A value as a declaration shows it; none when there is none.
pub fn value(value: &Value, locale: Locale) -> Option<Vec<u8>> {
    match value {
        Value::Unset | Value::Dynamic(_) => None,
        Value::Scalar(text) => Some(double(text, locale)),
        Value::Indexed(elements) => {
            let pairs = elements
                .iter()
                .map(|(number, text)| [b"[", &decimal(*number)[..], b"]=", &double(text, locale)].concat());
            Some([b"(", &pairs.collect::<Vec<_>>().join(&b" "[..])[..], b")"].concat())
        }
        Value::Associative(elements) => {
            let mut out = b"(".to_vec();
            for (name, text) in elements.iter() {
                out.extend_from_slice(
                    &[b"[", &key(name, locale)[..], b"]=", &double(text, locale), b" "].concat(),
                );
            }
            out.push(b')');
            Some(out)
        }
    }
}
