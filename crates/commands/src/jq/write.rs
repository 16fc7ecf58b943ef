//! Values as JSON text.

use super::number::write_double;
use super::value::Value;

/// Deeper than this, what is inside is not written.
const DEEPEST: usize = 10_000;

/// How values are written.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// The blanks of a level of indentation; without, everything is on one line.
    pub indent: Option<Vec<u8>>,
    pub sort_keys: bool,
    pub ascii: bool,
    pub colors: Option<Colors>,
}

/// Escape sequences for null, false, true, numbers, strings, arrays, objects and keys.
#[derive(Clone, Debug)]
pub struct Colors(pub [Vec<u8>; 8]);

/// Ends a color.
const RESET: &[u8] = b"\x1b[0m";

const ARRAY: usize = 5;
const OBJECT: usize = 6;
const KEY: usize = 7;

impl Default for Colors {
    fn default() -> Colors {
        let codes = ["0;90", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39", "1;34"];
        Colors(codes.map(|code| format!("\x1b[{code}m").into_bytes()))
    }
}

impl Colors {
    /// The default colors, changed by `JQ_COLORS`; none if that is malformed.
    pub fn parse(text: &[u8]) -> Option<Colors> {
        let mut colors = Colors::default();
        for (at, code) in text.split(|&byte| byte == b':').enumerate() {
            if !code.iter().all(|byte| byte.is_ascii_digit() || *byte == b';') {
                return None;
            }
            if let Some(color) = colors.0.get_mut(at) {
                *color = [b"\x1b[", code, b"m"].concat();
            }
        }
        Some(colors)
    }
}

/// `value` on one line.
pub fn to_json(value: &Value) -> String {
    let mut output = Vec::new();
    write(value, &Style::default(), &mut output);
    String::from_utf8(output).unwrap_or_default()
}

/// An array or object that is being written.
enum Open<'a> {
    Array(std::slice::Iter<'a, Value>),
    Object(Box<dyn Iterator<Item = (&'a std::rc::Rc<str>, &'a Value)> + 'a>),
}

/// Writes `value`, without a newline behind it.
pub fn write(value: &Value, style: &Style, output: &mut Vec<u8>) {
    let mut open: Vec<(Open<'_>, bool)> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            match value {
                _ if open.len() > DEEPEST => output.extend_from_slice(b"<skipped: too deep>"),
                Value::Array(array) if !array.0.is_empty() => {
                    token(style, ARRAY, b"[", output);
                    open.push((Open::Array(array.0.iter()), true));
                }
                Value::Object(object) if !object.is_empty() => {
                    token(style, OBJECT, b"{", output);
                    let entries: Box<dyn Iterator<Item = _>> = match style.sort_keys {
                        true => Box::new(object.sorted().into_iter()),
                        false => Box::new(object.iter()),
                    };
                    open.push((Open::Object(entries), true));
                }
                scalar => write_scalar(scalar, style, output),
            }
        }
        let depth = open.len();
        let Some((container, first)) = open.last_mut() else { return };
        let first = std::mem::take(first);
        match container {
            Open::Array(elements) => match elements.next() {
                Some(element) => {
                    separate(style, ARRAY, first, depth, output);
                    next = Some(element);
                }
                None => end(style, ARRAY, b"]", depth - 1, output),
            },
            Open::Object(entries) => match entries.next() {
                Some((key, value)) => {
                    separate(style, OBJECT, first, depth, output);
                    write_key(key, style, output);
                    next = Some(value);
                }
                None => end(style, OBJECT, b"}", depth - 1, output),
            },
        }
        if next.is_none() {
            open.pop();
        }
    }
}

fn color(style: &Style, which: usize) -> &[u8] {
    style.colors.as_ref().and_then(|colors| colors.0.get(which)).map_or(&[], Vec::as_slice)
}

/// One token in its color.
fn token(style: &Style, which: usize, text: &[u8], output: &mut Vec<u8>) {
    match &style.colors {
        Some(colors) => {
            output.extend_from_slice(colors.0.get(which).map_or(&[], Vec::as_slice));
            output.extend_from_slice(text);
            output.extend_from_slice(RESET);
        }
        None => output.extend_from_slice(text),
    }
}

fn separate(style: &Style, which: usize, first: bool, depth: usize, output: &mut Vec<u8>) {
    if !first {
        token(style, which, b",", output);
    }
    new_line(style, depth, output);
}

fn end(style: &Style, which: usize, bracket: &[u8], depth: usize, output: &mut Vec<u8>) {
    new_line(style, depth, output);
    token(style, which, bracket, output);
}

fn new_line(style: &Style, depth: usize, output: &mut Vec<u8>) {
    if let Some(indent) = &style.indent {
        output.push(b'\n');
        for _ in 0..depth {
            output.extend_from_slice(indent);
        }
    }
}

fn write_key(key: &str, style: &Style, output: &mut Vec<u8>) {
    output.extend_from_slice(color(style, KEY));
    write_string(key, style.ascii, output);
    if style.colors.is_some() {
        output.extend_from_slice(RESET);
    }
    token(style, OBJECT, b":", output);
    if style.indent.is_some() {
        output.push(b' ');
    }
}

fn write_scalar(value: &Value, style: &Style, output: &mut Vec<u8>) {
    if style.colors.is_some() {
        let which = value.kind() as usize;
        output.extend_from_slice(color(style, which));
    }
    match value {
        Value::Null => output.extend_from_slice(b"null"),
        Value::Bool(true) => output.extend_from_slice(b"true"),
        Value::Bool(false) => output.extend_from_slice(b"false"),
        Value::Number(number) => write_double(*number, output),
        Value::Literal(literal) => literal.write(output),
        Value::String(text) => write_string(text, style.ascii, output),
        Value::Array(_) => output.extend_from_slice(b"[]"),
        Value::Object(_) => output.extend_from_slice(b"{}"),
    }
    if style.colors.is_some() {
        output.extend_from_slice(RESET);
    }
}

/// Writes `text` as a JSON string.
pub fn write_string(text: &str, ascii: bool, output: &mut Vec<u8>) {
    output.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' && byte < 127 || byte >= 128 && !ascii {
            continue;
        }
        output.extend_from_slice(&bytes[from..at]);
        from = at + 1;
        match byte {
            b'"' => output.extend_from_slice(b"\\\""),
            b'\\' => output.extend_from_slice(b"\\\\"),
            b'\n' => output.extend_from_slice(b"\\n"),
            b'\r' => output.extend_from_slice(b"\\r"),
            b'\t' => output.extend_from_slice(b"\\t"),
            8 => output.extend_from_slice(b"\\b"),
            12 => output.extend_from_slice(b"\\f"),
            128.. => escape_character(text, at, output),
            _ => output.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
    }
    output.extend_from_slice(&bytes[from..]);
    output.push(b'"');
}

/// The character that starts at `at`, if one does, in UTF-16 escapes.
fn escape_character(text: &str, at: usize, output: &mut Vec<u8>) {
    let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { return };
    for unit in character.encode_utf16(&mut [0; 2]) {
        output.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}
