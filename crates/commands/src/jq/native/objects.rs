//! Functions of objects, and of arrays as if they were objects.

use std::rc::Rc;

use super::{Native, first, native, wrong};
use crate::jq::compare::equal;
use crate::jq::object::Object;
use crate::jq::operators::binary;
use crate::jq::paths;
use crate::jq::value::Value;

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    native("length", 0, |_, input, _| length(&input)),
    native("keys", 0, |_, input, _| keys(&input, true)),
    native("keys_unsorted", 0, |_, input, _| keys(&input, false)),
    native("has", 1, |_, input, values| has(&input, &first(values))),
    native("contains", 1, |_, input, values| contains(&input, &first(values))),
    native("to_entries", 0, |_, input, _| to_entries(&input)),
    native("from_entries", 0, |_, input, _| from_entries(&input)),
    native("delpaths", 1, |_, input, values| paths::delete(input, &first(values))),
    native("setpath", 2, |_, input, values| set_path(input, values)),
];

fn length(input: &Value) -> Result<Value, Value> {
    Ok(match input {
        Value::Null => Value::Number(0.0),
        Value::Bool(_) => return wrong(input, "has no length"),
        Value::Number(number) => Value::Number(number.abs()),
        Value::Literal(literal) if literal.is_negative() => Value::Literal(Rc::new(literal.negated())),
        Value::Literal(_) => input.clone(),
        Value::String(text) if text.is_ascii() => Value::from(text.len()),
        Value::String(text) => Value::from(text.chars().count()),
        Value::Array(array) => Value::from(array.0.len()),
        Value::Object(object) => Value::from(object.len()),
    })
}

fn keys(input: &Value, sorted: bool) -> Result<Value, Value> {
    Ok(Value::array(match input {
        Value::Array(array) => (0..array.0.len()).map(Value::from).collect(),
        Value::Object(object) => {
            let mut keys: Vec<Rc<str>> = object.keys().cloned().collect();
            if sorted {
                keys.sort_unstable();
            }
            keys.into_iter().map(Value::String).collect()
        }
        other => return wrong(other, "has no keys"),
    }))
}

fn has(input: &Value, key: &Value) -> Result<Value, Value> {
    match (input, key.as_number()) {
        (Value::Null, _) => Ok(Value::Bool(false)),
        (Value::Array(array), Some(number)) => {
            Ok(Value::Bool(number >= 0.0 && number.floor() < array.0.len() as f64))
        }
        (Value::Object(object), _) if key.as_str().is_some() => {
            Ok(Value::Bool(object.contains_key(key.as_str().unwrap_or_default())))
        }
        _ => {
            let (input, key) = (input.type_name(), key.type_name());
            Err(Value::string(format!("Cannot check whether {input} has a {key} key")))
        }
    }
}

/// Whether `input` contains `part`: what is left to check is kept in a list, as values nest deep.
fn contains(input: &Value, part: &Value) -> Result<Value, Value> {
    if input.type_name() != part.type_name() {
        let shown = |value: &Value| format!("{} ({})", value.type_name(), crate::jq::track::shown(value));
        return Err(Value::string(format!(
            "{} and {} cannot have their containment checked",
            shown(input),
            shown(part)
        )));
    }
    contains_at(input, part, 0).map(Value::Bool)
}

/// The depth to which containment is checked.
const DEEPEST: usize = 500;

fn contains_at(input: &Value, part: &Value, depth: usize) -> Result<bool, Value> {
    if depth > DEEPEST {
        return Err(Value::string("Containment check too deep"));
    }
    Ok(match (input, part) {
        (Value::Object(input), Value::Object(part)) => {
            for (key, value) in part.iter() {
                match input.get(key) {
                    Some(known) if contains_at(known, value, depth + 1)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Value::Array(input), Value::Array(part)) => {
            for value in &part.0 {
                let mut found = false;
                for known in &input.0 {
                    found = contains_at(known, value, depth + 1)?;
                    if found {
                        break;
                    }
                }
                if !found {
                    return Ok(false);
                }
            }
            true
        }
        (Value::String(input), Value::String(part)) => {
            memchr::memmem::find(input.as_bytes(), part.as_bytes()).is_some()
        }
        _ => equal(input, part),
    })
}

fn to_entries(input: &Value) -> Result<Value, Value> {
    let (key_name, value_name): (Rc<str>, Rc<str>) = (Rc::from("key"), Rc::from("value"));
    let entry = |key: Value, value: &Value| {
        let mut entry = Object::with_capacity(2);
        entry.insert(key_name.clone(), key);
        entry.insert(value_name.clone(), value.clone());
        Value::object(entry)
    };
    Ok(Value::array(match input {
        Value::Object(object) => {
            object.iter().map(|(key, value)| entry(Value::String(key.clone()), value)).collect()
        }
        Value::Array(array) => {
            array.0.iter().enumerate().map(|(at, value)| entry(Value::from(at), value)).collect()
        }
        other => return wrong(other, "has no keys"),
    }))
}

fn from_entries(input: &Value) -> Result<Value, Value> {
    let mut object = Object::new();
    let mut add = |entry: &Value| {
        let key = pick(entry, &["key", "Key", "name", "Name"])?;
        let has_value = matches!(entry, Value::Object(entry) if entry.contains_key("value"));
        let value = paths::index(entry, &Value::string(if has_value { "value" } else { "Value" }))?;
        match key {
            Value::String(key) => {
                object.insert(key, value);
                Ok(())
            }
            other => Err(Value::string(format!(
                "Cannot use {} ({}) as object key",
                other.type_name(),
                crate::jq::track::shown(&other)
            ))),
        }
    };
    match input {
        Value::Array(array) => array.0.iter().try_for_each(&mut add)?,
        Value::Object(entries) => entries.values().try_for_each(&mut add)?,
        other => return Err(paths::cannot_iterate(other)),
    }
    Ok(Value::object(object))
}

/// The first of these fields that is true.
fn pick(entry: &Value, names: &[&str]) -> Result<Value, Value> {
    for name in names {
        let value = paths::index(entry, &Value::string(name))?;
        if value.is_true() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

fn set_path(mut input: Value, values: Vec<Value>) -> Result<Value, Value> {
    let mut values = values.into_iter();
    let (path, new) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
    paths::set(&mut input, &path, new)?;
    Ok(input)
}

/// The sum of values.
pub fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Value, Value> {
    values.cloned().try_fold(Value::Null, |sum, value| binary(crate::jq::ast::Operator::Add, sum, value))
}
