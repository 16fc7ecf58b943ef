//! Texts between delimiters: the two parts of `s` and `y`, the expression of an address.

use mirage_pattern::Locale;

use super::Dialect;
use super::script::Script;

/// Reads an expression up to `delimiter`: one in a bracket expression, or after a backslash, does not end it. A
/// backslash before the delimiter is dropped, `\n` becomes a newline; the rest is as it was written.
pub fn pattern(script: &mut Script<'_>, delimiter: u8, dialect: &Dialect) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let byte = script.next()?;
        match byte {
            _ if byte == delimiter => return Some(text),
            b'\n' => return stop(script),
            b'\\' => match script.next()? {
                b'\n' => text.push(b'\n'),
                escaped if escaped == delimiter => text.push(escaped),
                b'n' => text.push(b'\n'),
                escaped => text.extend_from_slice(&[b'\\', escaped]),
            },
            b'[' => bracket(script, &mut text)?,
            0x80.. => character(script, &mut text, dialect.locale),
            _ => text.push(byte),
        }
    }
}

/// Reads a replacement, or a part of `y`, up to `delimiter`. All backslashes stay but one before the delimiter.
pub fn replacement(script: &mut Script<'_>, delimiter: u8, dialect: &Dialect) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let byte = script.next()?;
        match byte {
            _ if byte == delimiter => return Some(text),
            b'\n' => return stop(script),
            b'\\' => match script.next()? {
                escaped if escaped == delimiter && escaped != b'&' => text.push(escaped),
                escaped => text.extend_from_slice(&[b'\\', escaped]),
            },
            0x80.. => character(script, &mut text, dialect.locale),
            _ => text.push(byte),
        }
    }
}

/// A line ended inside a text: the message counts up to before its end.
fn stop(script: &mut Script<'_>) -> Option<Vec<u8>> {
    script.back();
    None
}

/// Reads the rest of a bracket expression as far as it is one.
fn bracket(script: &mut Script<'_>, text: &mut Vec<u8>) -> Option<()> {
    text.push(b'[');
    for optional in [b'^', b']'] {
        if script.accept(optional) {
            text.push(optional);
        }
    }
    loop {
        let byte = script.next()?;
        text.push(byte);
        match (byte, script.peek()) {
            (b']', _) => return Some(()),
            (b'\n', _) => {
                script.back();
                return None;
            }
            (b'[', Some(kind @ (b':' | b'.' | b'='))) => {
                let end = memchr::memmem::find(script.rest().get(1..)?, &[kind, b']']);
                let length = end.map_or(script.rest().len(), |at| at + 3);
                if let Some(newline) = memchr::memchr(b'\n', &script.rest()[..length]) {
                    script.skip(newline);
                    return None;
                }
                text.extend_from_slice(&script.rest()[..length]);
                script.skip(length);
            }
            (b'\\', Some(b'n')) => {
                text.pop();
                script.next();
                text.push(b'\n');
            }
            (b'\\', Some(b'\\')) => {
                script.next();
                text.push(b'\\');
            }
            _ => {}
        }
    }
}

/// Adds the character whose first byte was just read.
fn character(script: &mut Script<'_>, text: &mut Vec<u8>, locale: Locale) {
    script.back();
    let length = super::escapes::character_length(script.rest(), locale);
    text.extend_from_slice(&script.rest()[..length]);
    script.skip(length);
}
