//! Functions of strings.

use super::{Native, fail, first, native, wrong};
use crate::jq::native::Facts;
use crate::jq::operators::{split, split_size};
use crate::jq::read;
use crate::jq::value::Value;
use crate::jq::write::to_json;

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    native("tostring", 0, |_, input, _| Ok(match input { Value::String(_) => input, other => Value::string(to_json(&other)) })),
    native("tojson", 0, |_, input, _| Ok(Value::string(to_json(&input)))),
    native("fromjson", 0, |_, input, _| from_json(&input)),
    native("tonumber", 0, |_, input, _| to_number(input)),
    native("ascii_downcase", 0, |_, input, _| ascii(&input, str::to_ascii_lowercase)),
    native("ascii_upcase", 0, |_, input, _| ascii(&input, str::to_ascii_uppercase)),
    native("explode", 0, |facts, input, _| explode(facts, &input)),
    native("implode", 0, |_, input, _| implode(&input)),
    native("ascii", 0, |_, input, _| implode(&Value::array(vec![input]))),
    native("startswith", 1, |_, input, values| affix(&input, &first(values), "startswith").map(|(text, part)| Value::Bool(text.starts_with(part.as_str())))),
    native("endswith", 1, |_, input, values| affix(&input, &first(values), "endswith").map(|(text, part)| Value::Bool(text.ends_with(part.as_str())))),
    native("ltrimstr", 1, |_, input, values| strip(&input, &first(values), true, false)),
    native("rtrimstr", 1, |_, input, values| strip(&input, &first(values), false, true)),
    native("trimstr", 1, |_, input, values| strip(&input, &first(values), true, true)),
    native("trim", 0, |_, input, _| trim(input, str::trim)),
    native("ltrim", 0, |_, input, _| trim(input, str::trim_start)),
    native("rtrim", 0, |_, input, _| trim(input, str::trim_end)),
    native("split", 1, |facts, input, values| split_by(facts, &input, &first(values))),
    native("utf8bytelength", 0, |_, input, _| byte_length(&input)),
    native("format", 1, |_, input, values| format_by(input, &first(values))),
    native("modulemeta", 0, |_, input, _| wrong(&input, "modulemeta is not supported: read the module's file")),
];

fn from_json(input: &Value) -> Result<Value, Value> {
    let Value::String(text) = input else { return wrong(input, "only strings can be parsed") };
    read::parse_one(text.as_bytes()).map_err(|wrong| match wrong.is_empty() {
        true => Value::string(format!("Expected JSON value (while parsing '{text}')")),
        false => Value::string(wrong),
    })
}

fn to_number(input: Value) -> Result<Value, Value> {
    match &input {
        Value::Number(_) | Value::Literal(_) => Ok(input),
        Value::String(text) => match read::parse_number(text.as_bytes()) {
            Some(number) => Ok(number),
            None => wrong(&input, "cannot be parsed as a number"),
        },
        _ => wrong(&input, "cannot be parsed as a number"),
    }
}

fn ascii(input: &Value, change: fn(&str) -> String) -> Result<Value, Value> {
    match input.as_str() {
        Some(text) => Ok(Value::string(change(text))),
        None => fail("explode input must be a string"),
    }
}

fn explode(facts: &mut Facts, input: &Value) -> Result<Value, Value> {
    match input.as_str() {
        Some(text) => {
            facts.make_room(text.len().saturating_mul(size_of::<Value>()))?;
            let codes = text.chars().map(|character| Value::Number(f64::from(u32::from(character))));
            Ok(Value::array(codes.collect()))
        }
        None => fail("explode input must be a string"),
    }
}

fn implode(input: &Value) -> Result<Value, Value> {
    let Some(elements) = input.as_array() else { return fail("implode input must be an array") };
    let mut text = String::with_capacity(elements.len());
    for element in elements {
        match element.as_number() {
            Some(number) if !number.is_nan() => {
                text.push(code_point(number));
            }
            _ => return wrong(element, "can't be imploded, unicode codepoint needs to be numeric"),
        }
    }
    Ok(Value::string(text))
}

/// The character of a code point; the replacement where there is none.
fn code_point(number: f64) -> char {
    let known = (number >= 0.0).then(|| char::from_u32(number as u32)).flatten();
    known.unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn affix(input: &Value, part: &Value, name: &str) -> Result<(String, String), Value> {
    match (input.as_str(), part.as_str()) {
        (Some(text), Some(part)) => Ok((text.to_owned(), part.to_owned())),
        _ => fail(format!("{name}() requires string inputs")),
    }
}

fn strip(input: &Value, part: &Value, left: bool, right: bool) -> Result<Value, Value> {
    let name = if left { "startswith" } else { "endswith" };
    let (text, part) = affix(input, part, name)?;
    let mut rest = text.as_str();
    if left {
        rest = rest.strip_prefix(part.as_str()).unwrap_or(rest);
    }
    if right {
        rest = rest.strip_suffix(part.as_str()).unwrap_or(rest);
    }
    Ok(Value::string(rest))
}

fn trim(input: Value, cut: fn(&str) -> &str) -> Result<Value, Value> {
    let Some(text) = input.as_str() else { return fail("trim input must be a string") };
    let trimmed = cut(text);
    // Nothing to cut leaves the value itself, which keeps a path to it valid.
    if trimmed.len() == text.len() { Ok(input) } else { Ok(Value::string(trimmed)) }
}

fn split_by(facts: &mut Facts, input: &Value, separator: &Value) -> Result<Value, Value> {
    match (input.as_str(), separator.as_str()) {
        (Some(text), Some(separator)) => {
            facts.make_room(split_size(text, separator))?;
            Ok(split(text, separator))
        }
        _ => fail("split input and separator must be strings"),
    }
}

fn byte_length(input: &Value) -> Result<Value, Value> {
    match input.as_str() {
        Some(text) => Ok(Value::from(text.len())),
        None => wrong(input, "only strings have UTF-8 byte length"),
    }
}

fn format_by(input: Value, name: &Value) -> Result<Value, Value> {
    let Some(name) = name.as_str() else { return wrong(name, "is not a valid format") };
    match crate::jq::formats::Format::named(name) {
        Some(format) => format.apply(input),
        None => fail(format!("{name} is not a valid format")),
    }
}

/// Where `part` begins in `text`, in characters, overlapping or not.
pub fn places(text: &str, part: &str) -> Value {
    if part.is_empty() {
        return Value::Null;
    }
    let (mut found, mut from, mut characters) = (Vec::new(), 0, 0);
    let finder = memchr::memmem::Finder::new(part.as_bytes());
    while let Some(at) = finder.find(&text.as_bytes()[from..]) {
        let at = from + at;
        characters += text.get(from..at).map_or(0, |between| between.chars().count());
        found.push(Value::from(characters));
        let step = text[at..].chars().next().map_or(1, char::len_utf8);
        from = at + step;
        characters += 1;
    }
    Value::array(found)
}
