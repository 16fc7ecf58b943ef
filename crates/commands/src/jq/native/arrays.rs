//! Functions of arrays.

use std::cmp::Ordering;

use super::objects::sum;
use super::{Native, fail, first, native, wrong};
use crate::jq::compare::{compare, equal};
use crate::jq::paths;
use crate::jq::track::shown;
use crate::jq::value::Value;

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    native("add", 0, |_, input, _| add(&input)),
    native("sort", 0, |_, input, _| sort(input)),
    native("unique", 0, |_, input, _| unique(input)),
    native("min", 0, |_, input, _| extreme(&input, None, Ordering::is_lt)),
    native("max", 0, |_, input, _| extreme(&input, None, Ordering::is_ge)),
    native("_sort_by", 1, |_, input, values| Ok(Value::array(sorted_by(&input, values)?.into_iter().map(|pair| pair.1).collect()))),
    native("_group_by", 1, |_, input, values| group_by(&input, values)),
    native("_unique_by", 1, |_, input, values| unique_by(&input, values)),
    native("_min_by", 1, |_, input, values| extreme(&input, Some(first(values)), Ordering::is_lt)),
    native("_max_by", 1, |_, input, values| extreme(&input, Some(first(values)), Ordering::is_ge)),
    native("reverse", 0, |_, input, _| reverse(input)),
    native("transpose", 0, |_, input, _| transpose(&input)),
    native("_flatten", 1, |_, input, values| flatten(&input, &first(values))),
    native("_bsearch", 1, |_, input, values| search(&input, &first(values))),
    native("_join", 1, |_, input, values| join(&input, &first(values))),
    native("indices", 1, |_, input, values| indices(&input, &first(values))),
];

fn elements<'a>(input: &'a Value, what: &str) -> Result<&'a [Value], Value> {
    match input.as_array() {
        Some(elements) => Ok(elements),
        None => wrong(input, &format!("cannot be {what}, as it is not an array")),
    }
}

fn add(input: &Value) -> Result<Value, Value> {
    match input {
        Value::Array(array) => {
            if let Some(text) = concatenate(&array.0) {
                return Ok(text);
            }
            sum(array.0.iter())
        }
        Value::Object(object) => sum(object.values()),
        other => Err(paths::cannot_iterate(other)),
    }
}

/// All strings at once, if they are nothing else.
fn concatenate(values: &[Value]) -> Option<Value> {
    let parts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| Value::string(parts.concat()))
}

fn sort(input: Value) -> Result<Value, Value> {
    elements(&input, "sorted")?;
    let mut elements = input.into_elements().unwrap_or_default();
    elements.sort_by(compare);
    Ok(Value::array(elements))
}

fn unique(input: Value) -> Result<Value, Value> {
    elements(&input, "sorted")?;
    let mut elements = input.into_elements().unwrap_or_default();
    elements.sort_by(compare);
    elements.dedup_by(|next, kept| equal(next, kept));
    Ok(Value::array(elements))
}

/// Elements with what they are sorted by, in order.
fn sorted_by(input: &Value, values: Vec<Value>) -> Result<Vec<(Value, Value)>, Value> {
    let keys = first(values);
    let Some(elements) = input.as_array() else {
        return wrong(
            input,
            &format!("and array ({}) cannot be sorted, as they are not both arrays", shown(&keys)),
        );
    };
    let keys = keys.into_elements().unwrap_or_default();
    let mut pairs: Vec<(Value, Value)> = keys.into_iter().zip(elements.iter().cloned()).collect();
    pairs.sort_by(|one, two| compare(&one.0, &two.0));
    Ok(pairs)
}

fn group_by(input: &Value, values: Vec<Value>) -> Result<Value, Value> {
    let mut groups: Vec<Vec<Value>> = Vec::new();
    let mut last: Option<Value> = None;
    for (key, element) in sorted_by(input, values)? {
        match groups.last_mut() {
            Some(group) if last.as_ref().is_some_and(|last| equal(last, &key)) => group.push(element),
            _ => groups.push(vec![element]),
        }
        last = Some(key);
    }
    Ok(Value::array(groups.into_iter().map(Value::array).collect()))
}

fn unique_by(input: &Value, values: Vec<Value>) -> Result<Value, Value> {
    let mut pairs = sorted_by(input, values)?;
    pairs.dedup_by(|next, kept| equal(&next.0, &kept.0));
    Ok(Value::array(pairs.into_iter().map(|pair| pair.1).collect()))
}

/// The element whose key wins against all that come before it.
fn extreme(input: &Value, keys: Option<Value>, wins: fn(Ordering) -> bool) -> Result<Value, Value> {
    let Some(elements) = input.as_array() else {
        let both = format!("{} ({})", input.type_name(), shown(input));
        return fail(format!("{both} and {both} cannot be iterated over"));
    };
    let keys = keys.and_then(Value::into_elements);
    let keys = keys.as_deref().unwrap_or(elements);
    let mut best: Option<usize> = None;
    for (at, key) in keys.iter().enumerate() {
        if best.is_none_or(|best| wins(compare(key, &keys[best]))) {
            best = Some(at);
        }
    }
    Ok(best.and_then(|at| elements.get(at)).cloned().unwrap_or_default())
}

fn reverse(input: Value) -> Result<Value, Value> {
    match input {
        Value::Null => Ok(Value::empty_array()),
        Value::Object(object) if object.is_empty() => Ok(Value::empty_array()),
        Value::Array(_) => {
            let mut elements = input.into_elements().unwrap_or_default();
            elements.reverse();
            Ok(Value::array(elements))
        }
        other => paths::index(&other, &Value::Number(0.0)),
    }
}

fn transpose(input: &Value) -> Result<Value, Value> {
    let Some(rows) = input.as_array() else { return Err(paths::cannot_iterate(input)) };
    let mut width = 0;
    for row in rows {
        match row {
            Value::Array(row) => width = width.max(row.0.len()),
            Value::Null => {}
            other => return Err(paths::index(other, &Value::Number(0.0)).err().unwrap_or_default()),
        }
    }
    let cell =
        |row: &Value, at: usize| row.as_array().and_then(|row| row.get(at)).cloned().unwrap_or_default();
    let column = |at: usize| Value::array(rows.iter().map(|row| cell(row, at)).collect());
    Ok(Value::array((0..width).map(column).collect()))
}

fn flatten(input: &Value, depth: &Value) -> Result<Value, Value> {
    let Some(depth) = depth.as_number() else { return fail("flatten depth must not be negative") };
    let mut flat = Vec::new();
    let mut waiting: Vec<(Value, f64)> = match input {
        Value::Array(array) => array.0.iter().rev().map(|value| (value.clone(), depth)).collect(),
        Value::Object(object) => {
            let mut values: Vec<(Value, f64)> = object.values().map(|value| (value.clone(), depth)).collect();
            values.reverse();
            values
        }
        other => return Err(paths::cannot_iterate(other)),
    };
    while let Some((value, depth)) = waiting.pop() {
        match value {
            Value::Array(array) if depth > 0.0 => {
                waiting.extend(array.0.iter().rev().map(|value| (value.clone(), depth - 1.0)));
            }
            other => flat.push(other),
        }
    }
    Ok(Value::array(flat))
}

fn search(input: &Value, target: &Value) -> Result<Value, Value> {
    let Some(elements) = input.as_array() else { return wrong(input, "cannot be searched from") };
    Ok(match elements.binary_search_by(|element| compare(element, target)) {
        Ok(at) => Value::from(at),
        Err(at) => Value::Number(-1.0 - at as f64),
    })
}

fn join(input: &Value, separator: &Value) -> Result<Value, Value> {
    let values: Vec<&Value> = match input {
        Value::Array(array) => array.0.iter().collect(),
        Value::Object(object) => object.values().collect(),
        other => return Err(paths::cannot_iterate(other)),
    };
    if values.is_empty() {
        return Ok(Value::string(""));
    }
    if let (Value::String(separator), true) = (separator, values.iter().all(|value| is_plain(value))) {
        let texts: Vec<String> = values.iter().map(|value| plain_text(value)).collect();
        return Ok(Value::string(texts.join(separator)));
    }
    // Whatever else adds up, or the message that it does not.
    let mut joined = Value::Null;
    for (at, value) in values.into_iter().enumerate() {
        let value = if is_plain(value) { Value::string(plain_text(value)) } else { value.clone() };
        joined = match at {
            0 => crate::jq::operators::add(Value::string(""), value)?,
            _ => {
                let before = crate::jq::operators::add(joined, separator.clone())?;
                crate::jq::operators::add(before, value)?
            }
        };
    }
    Ok(joined)
}

fn is_plain(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        other => crate::jq::formats::to_text(other),
    }
}

fn indices(input: &Value, part: &Value) -> Result<Value, Value> {
    match (input, part) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::Array(whole), Value::Array(part)) => Ok(paths::indices(&whole.0, &part.0)),
        (Value::Array(whole), part) => Ok(paths::indices(&whole.0, std::slice::from_ref(part))),
        (Value::String(text), Value::String(part)) => Ok(super::strings::places(text, part)),
        _ => paths::index(input, part),
    }
}
