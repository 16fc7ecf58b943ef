//! `@csv` and its like: values as text for other languages.

use data_encoding::{BASE32, BASE32_NOPAD, BASE64, BASE64_NOPAD, Encoding};

use super::number::double_text;
use super::track::shown;
use super::value::Value;
use super::write::to_json;

/// A way to write values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
    Csv,
    Tsv,
    Html,
    Uri,
    UriDecode,
    Shell,
    Base64,
    Base64Decode,
    Base32,
    Base32Decode,
}

impl Format {
    /// `csv` of `@csv`.
    pub fn named(name: &str) -> Option<Format> {
        Some(match name {
            "text" => Format::Text,
            "json" => Format::Json,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "html" => Format::Html,
            "uri" => Format::Uri,
            "urid" => Format::UriDecode,
            "sh" => Format::Shell,
            "base64" => Format::Base64,
            "base64d" => Format::Base64Decode,
            "base32" => Format::Base32,
            "base32d" => Format::Base32Decode,
            _ => return None,
        })
    }

    /// The value as text.
    pub fn apply(self, value: Value) -> Result<Value, Value> {
        let text = |value: &Value| to_text(value);
        Ok(Value::string(match self {
            Format::Text => {
                return Ok(match value {
                    Value::String(_) => value,
                    other => Value::string(to_json(&other)),
                });
            }
            Format::Json => to_json(&value),
            Format::Csv => row(&value, "csv", ",", |text| format!("\"{}\"", text.replace('"', "\"\"")))?,
            Format::Tsv => row(&value, "tsv", "\t", escape_tsv)?,
            Format::Html => escape_html(&text(&value)),
            Format::Uri => escape_uri(&text(&value)),
            Format::UriDecode => return unescape_uri(&value),
            Format::Shell => shell(&value)?,
            Format::Base64 => BASE64.encode(text(&value).as_bytes()),
            Format::Base64Decode => return decode(&value, "base64"),
            Format::Base32 => BASE32.encode(text(&value).as_bytes()),
            Format::Base32Decode => return decode(&value, "base32"),
        }))
    }
}

/// As `tostring` writes it.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => to_json(other),
    }
}

fn fail<T>(message: String) -> Result<T, Value> {
    Err(Value::string(message))
}

fn row(value: &Value, name: &str, separator: &str, string: impl Fn(&str) -> String) -> Result<String, Value> {
    let Value::Array(elements) = value else {
        return fail(format!(
            "{} ({}) cannot be {name}-formatted, only array",
            value.type_name(),
            shown(value)
        ));
    };
    let mut fields = Vec::with_capacity(elements.0.len());
    for element in &elements.0 {
        fields.push(match element {
            Value::Null => String::new(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) if number.is_nan() => String::new(),
            Value::Number(number) => double_text(*number),
            Value::Literal(_) => to_json(element),
            Value::String(text) => string(text),
            other => {
                return fail(format!(
                    "{} ({}) is not valid in a {name} row",
                    other.type_name(),
                    shown(other)
                ));
            }
        });
    }
    Ok(fields.join(separator))
}

fn escape_tsv(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\'' => escaped.push_str("&apos;"),
            '"' => escaped.push_str("&quot;"),
            '\0' => escaped.push_str("\\0"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn escape_uri(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn unescape_uri(value: &Value) -> Result<Value, Value> {
    let text = to_text(value);
    let wrong = || format!("{} ({}) is not a valid uri encoding", value.type_name(), shown(value));
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if bytes[at] != b'%' {
            decoded.push(bytes[at]);
            at += 1;
            continue;
        }
        let digits =
            text.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => decoded.push(byte),
            None => return fail(wrong()),
        }
        at += 3;
    }
    match String::from_utf8(decoded) {
        Ok(text) => Ok(Value::string(text)),
        Err(_) => fail(wrong()),
    }
}

fn shell(value: &Value) -> Result<String, Value> {
    let one = |value: &Value| match value {
        Value::Array(_) | Value::Object(_) => {
            fail(format!("{} ({}) can not be escaped for shell", value.type_name(), shown(value)))
        }
        Value::String(text) => Ok(format!("'{}'", text.replace('\'', "'\\''").replace('\0', "\\0"))),
        other => Ok(to_json(other)),
    };
    match value {
        Value::Array(elements) => {
            let words: Result<Vec<String>, Value> = elements.0.iter().map(one).collect();
            Ok(words?.join(" "))
        }
        other => one(other),
    }
}

fn decode(value: &Value, name: &str) -> Result<Value, Value> {
    let text = to_text(value);
    let wrong = || format!("{} ({}) is not valid {name} data", value.type_name(), shown(value));
    let trimmed = text.trim_end_matches('=').as_bytes();
    let decoded = match name {
        "base64" => decode_lenient(&BASE64_NOPAD, SYMBOLS64, trimmed, 4),
        _ => decode_lenient(&BASE32_NOPAD, SYMBOLS32, trimmed, 8),
    };
    if name == "base64" && decoded.as_ref().is_some_and(Vec::is_empty) && !trimmed.is_empty() {
        return fail(format!("{} ({}) trailing base64 byte found", value.type_name(), shown(value)));
    }
    match decoded {
        // Text that has not one whole byte is none.
        Some(bytes) if !bytes.is_empty() || trimmed.is_empty() => Ok(Value::text(&bytes)),
        _ => fail(wrong()),
    }
}

const SYMBOLS64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SYMBOLS32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whole groups and what whole bytes the last part has.
fn decode_lenient(encoding: &Encoding, symbols: &[u8], text: &[u8], group: usize) -> Option<Vec<u8>> {
    // Padding may stand between parts.
    let text: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'=').collect();
    if !text.iter().all(|byte| symbols.contains(byte)) {
        return None;
    }
    let whole = text.len() / group * group;
    let mut decoded = encoding.decode(&text[..whole]).ok()?;
    // Bits that make no byte are passed over: the most that the rest decodes to.
    let mut rest = text[whole..].to_vec();
    while let Some(last) = rest.pop() {
        let at = symbols.iter().position(|symbol| *symbol == last)?;
        let found = (0..=at).rev().find_map(|at| encoding.decode(&[&rest[..], &[symbols[at]]].concat()).ok());
        if let Some(found) = found {
            decoded.extend(found);
            break;
        }
    }
    Some(decoded)
}
