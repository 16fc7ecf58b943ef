//! Regular expressions as awk writes them, for the engine that all commands share.

use bytes::Bytes;
use mirage_pattern::Locale;
use mirage_pattern::regex::{Options, Regex, Syntax};

/// Compiles an expression; an error is gawk's message.
pub fn compile(text: &Bytes, ignore_case: bool, locale: Locale) -> Result<Regex, String> {
    let options = Options { syntax: Syntax::Extended, ignore_case, locale, ..Options::default() };
    Regex::new(&translate(text), &options)
        .map_err(|error| format!("invalid regexp: {error}: /{}/", String::from_utf8_lossy(text)))
}

/// awk's escapes as POSIX writes them.
fn translate(text: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at = escape(text, at, &mut output),
            b'[' => at = bracket(text, at, &mut output),
            b'{' if interval(&text[at..]) == 0 || output.is_empty() => {
                output.extend_from_slice(b"\\{");
                at += 1;
            }
            _ => {
                output.push(byte);
                at += 1;
            }
        }
    }
    output
}

/// The length of the interval that `text` starts with; 0 when it starts with none.
fn interval(text: &[u8]) -> usize {
    let Some(end) = text.iter().position(|&byte| byte == b'}') else { return 0 };
    let inner = &text[1..end];
    let digits = inner.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = inner[digits..].strip_prefix(b",").unwrap_or(&inner[digits..]);
    let well_formed = rest.iter().all(u8::is_ascii_digit) && (digits > 0 || inner.len() > 1);
    if well_formed { end + 1 } else { 0 }
}

fn escape(text: &[u8], at: usize, output: &mut Vec<u8>) -> usize {
    let Some(&escaped) = text.get(at + 1) else {
        output.extend_from_slice(b"\\\\");
        return at + 1;
    };
    match escaped {
        b'y' => output.extend_from_slice(b"\\b"),
        b'B' | b'<' | b'>' | b'w' | b'W' | b's' | b'S' | b'`' | b'\'' => {
            output.extend_from_slice(&[b'\\', escaped])
        }
        _ => {
            let (byte, next) = character(text, at);
            literal(byte, output);
            return next;
        }
    }
    at + 2
}

/// The character that the backslash at `at` makes, and where the text goes on.
fn character(text: &[u8], at: usize) -> (u8, usize) {
    let digits = |from: usize, most: usize, ok: fn(&u8) -> bool| {
        text.get(from..).unwrap_or_default().iter().take(most).take_while(|byte| ok(byte)).count()
    };
    match text.get(at + 1).copied().unwrap_or(b'\\') {
        b'n' => (b'\n', at + 2),
        b't' => (b'\t', at + 2),
        b'r' => (b'\r', at + 2),
        b'f' => (12, at + 2),
        b'v' => (11, at + 2),
        b'a' => (7, at + 2),
        b'b' => (8, at + 2),
        b'x' if digits(at + 2, 2, u8::is_ascii_hexdigit) > 0 => {
            let end = at + 2 + digits(at + 2, 2, u8::is_ascii_hexdigit);
            let number = std::str::from_utf8(&text[at + 2..end])
                .ok()
                .and_then(|text| u8::from_str_radix(text, 16).ok());
            (number.unwrap_or(0), end)
        }
        b'0'..=b'7' => {
            let end = at + 1 + digits(at + 1, 3, |byte| matches!(byte, b'0'..=b'7'));
            let number = text[at + 1..end].iter().fold(0u32, |sum, digit| sum * 8 + u32::from(digit - b'0'));
            (number as u8, end)
        }
        other => (other, at + 2),
    }
}

fn literal(byte: u8, output: &mut Vec<u8>) {
    if b"\\^$.[]|()*+?{}".contains(&byte) {
        output.push(b'\\');
    }
    output.push(byte);
}

/// A bracket expression: a backslash quotes inside it, which POSIX does not know, so what was quoted moves to where it
/// stands for itself.
fn bracket(text: &[u8], start: usize, output: &mut Vec<u8>) -> usize {
    let mut at = start + 1;
    let negated = text.get(at) == Some(&b'^');
    at += usize::from(negated);
    let (mut close, mut caret, mut dash) = (false, false, false);
    let mut members = Vec::new();
    let first = at;
    loop {
        match text.get(at) {
            None => {
                // Never closed: the engine says so.
                output.extend_from_slice(&text[start..]);
                return text.len();
            }
            Some(b']') if at > first => break,
            Some(b']') => {
                close = true;
                at += 1;
            }
            Some(b'[') if matches!(text.get(at + 1), Some(b':' | b'.' | b'=')) => {
                let kind = text[at + 1];
                let end = text[at + 2..].windows(2).position(|pair| pair == [kind, b']']);
                let end = end.map_or(at + 1, |end| at + 2 + end + 2);
                members.extend_from_slice(&text[at..end]);
                at = end;
            }
            Some(b'\\') if at + 1 < text.len() => {
                let (byte, next) = character(text, at);
                match byte {
                    b']' => close = true,
                    b'^' => caret = true,
                    b'-' => dash = true,
                    byte => members.push(byte),
                }
                at = next;
            }
            Some(&byte) => {
                members.push(byte);
                at += 1;
            }
        }
    }
    if members.is_empty() && !close && !dash && caret && !negated {
        output.extend_from_slice(b"\\^");
        return at + 1;
    }
    output.push(b'[');
    if negated {
        output.push(b'^');
    }
    if close {
        output.push(b']');
    }
    // A caret that would come first is moved behind a dash.
    output.extend_from_slice(&members);
    if caret {
        output.push(b'^');
    }
    if dash {
        output.push(b'-');
    }
    output.push(b']');
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_posix() {
        for (awk, posix) in [
            (r"a\/b", "a/b"),
            (r"\.\$", r"\.\$"),
            (r"\ya", r"\ba"),
            (r"[\]a]", "[]a]"),
            (r"[^\^\-x]", "[^x^-]"),
            (r"[\/\\]", "[/\\]"),
            (r"a{2,3}b{", r"a{2,3}b\{"),
            (r"{x}", r"\{x}"),
            (r"\t\x41\101", "\tAA"),
            (r"[[:alpha:]_]", "[[:alpha:]_]"),
        ] {
            assert_eq!(String::from_utf8(translate(awk.as_bytes())).expect("ASCII"), posix, "{awk}");
        }
    }
}
