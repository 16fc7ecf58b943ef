//! Values inside values: reading, writing and deleting at a path.

use std::rc::Rc;

use super::object::Object;
use super::track::shown;
use super::value::{Array, Value};

/// The largest index that is written to.
const LARGEST_INDEX: f64 = 536_870_911.0;

pub fn fail<T>(message: impl AsRef<str>) -> Result<T, Value> {
    Err(Value::string(message))
}

/// `jq: error: Cannot iterate over null (null)`
pub fn cannot_iterate(value: &Value) -> Value {
    Value::string(format!("Cannot iterate over {} ({})", value.type_name(), shown(value)))
}

/// The key of a slice: `{"start": from, "end": to}`.
pub fn slice_key(from: Option<Value>, to: Option<Value>) -> Value {
    let mut key = Object::with_capacity(2);
    key.insert(Rc::from("start"), from.unwrap_or_default());
    key.insert(Rc::from("end"), to.unwrap_or_default());
    Value::object(key)
}

/// `value[key]`
pub fn index(value: &Value, key: &Value) -> Result<Value, Value> {
    match (value, key) {
        (Value::Object(object), Value::String(key)) => Ok(object.get(key).cloned().unwrap_or_default()),
        (Value::Array(array), Value::Number(_) | Value::Literal(_)) => {
            Ok(place(array, key).and_then(|at| array.0.get(at)).cloned().unwrap_or_default())
        }
        (Value::Null, Value::String(_) | Value::Number(_) | Value::Literal(_) | Value::Null) => {
            Ok(Value::Null)
        }
        (Value::Array(array), Value::Object(slice)) => {
            let (from, to) = bounds(slice, array.0.len())?;
            Ok(Value::array(array.0[from..to].to_vec()))
        }
        (Value::String(text), Value::Object(slice)) => {
            let count = if text.is_ascii() { text.len() } else { text.chars().count() };
            let (from, to) = bounds(slice, count)?;
            Ok(Value::string(characters(text, from, to)))
        }
        (Value::Null, Value::Object(slice)) => bounds(slice, 0).map(|_| Value::Null),
        (Value::Array(array), Value::Array(part)) => Ok(indices(&array.0, &part.0)),
        _ => Err(cannot_index(value, key)),
    }
}

fn cannot_index(value: &Value, key: &Value) -> Value {
    Value::string(match key {
        Value::String(key) => format!("Cannot index {} with string \"{key}\"", value.type_name()),
        _ => format!("Cannot index {} with {}", value.type_name(), key.type_name()),
    })
}

/// The characters from one place to another.
pub fn characters(text: &str, from: usize, to: usize) -> &str {
    let byte = |count: usize| {
        if text.is_ascii() {
            return count.min(text.len());
        }
        text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)
    };
    let (from, to) = (byte(from), byte(to));
    text.get(from..to.max(from)).unwrap_or_default()
}

/// Where `part` begins in `whole`, each time.
pub fn indices(whole: &[Value], part: &[Value]) -> Value {
    if part.is_empty() {
        return Value::Null;
    }
    let found = whole
        .windows(part.len())
        .enumerate()
        .filter(|(_, window)| window.iter().zip(part).all(|(one, two)| super::compare::equal(one, two)));
    Value::array(found.map(|(at, _)| Value::from(at)).collect())
}

/// The element that a number tells, counted from the end if it is negative.
fn place(array: &Array, key: &Value) -> Option<usize> {
    let number = key.as_number()?.floor();
    let number = if number < 0.0 { number + array.0.len() as f64 } else { number };
    (number >= 0.0 && number < array.0.len() as f64).then_some(number as usize)
}

/// The bounds of a slice of so many elements.
fn bounds(slice: &Object, count: usize) -> Result<(usize, usize), Value> {
    const WRONG: &str = "Array/string slice indices must be integers";
    let count = count as f64;
    let bound = |name: &str, default: f64| match slice.get(name) {
        Some(Value::Null) => Ok(default),
        Some(value) => value.as_number().ok_or_else(|| Value::string(WRONG)),
        None => fail(WRONG),
    };
    let (from, to) = (bound("start", 0.0)?, bound("end", count)?);
    let inside = |number: f64| {
        let number = if number < 0.0 { number + count } else { number };
        if number.is_nan() { 0.0 } else { number.clamp(0.0, count) }
    };
    let from = inside(from).floor();
    let to = inside(to).ceil().max(from);
    Ok((from as usize, to as usize))
}

fn keys(path: &Value) -> Result<&[Value], Value> {
    path.as_array().ok_or_else(|| Value::string("Path must be specified as an array"))
}

/// The value at `path`; `null` below `null`.
pub fn get(root: &Value, path: &Value) -> Result<Value, Value> {
    let mut value = root.clone();
    for key in keys(path)? {
        if matches!(value, Value::Null) {
            return Ok(Value::Null);
        }
        value = index(&value, key)?;
    }
    Ok(value)
}

/// Takes the value at `path` out, so that it can be changed in place; `null` stays until another is set.
pub fn take(root: &mut Value, path: &Value) -> Result<Value, Value> {
    let mut value = root;
    for (at, key) in keys(path)?.iter().enumerate() {
        value = match (value, key) {
            (Value::Object(object), Value::String(name)) => {
                if !object.contains_key(name) {
                    return Ok(Value::Null);
                }
                Rc::make_mut(object).entry(name)
            }
            (Value::Array(array), Value::Number(_) | Value::Literal(_)) => match place(array, key) {
                Some(at) => match Rc::make_mut(array).0.get_mut(at) {
                    Some(element) => element,
                    None => return Ok(Value::Null),
                },
                None => return Ok(Value::Null),
            },
            (value, _) => {
                let rest = Value::array(keys(path)?[at..].to_vec());
                return get(value, &rest);
            }
        };
    }
    Ok(std::mem::take(value))
}

/// Sets the value at `path`, making what is missing on the way.
pub fn set(root: &mut Value, path: &Value, new: Value) -> Result<(), Value> {
    set_below(root, keys(path)?, new)
}

fn set_below(root: &mut Value, path: &[Value], new: Value) -> Result<(), Value> {
    let mut value = root;
    for (at, key) in path.iter().enumerate() {
        if let Value::Object(slice) = key
            && !matches!(value, Value::Object(_))
        {
            return set_slice(value, slice, &path[at + 1..], new);
        }
        value = child(value, key)?;
    }
    *value = new;
    Ok(())
}

/// The place for `key` in a value, made if it is not there.
fn child<'a>(value: &'a mut Value, key: &Value) -> Result<&'a mut Value, Value> {
    if matches!(value, Value::Null) {
        match key {
            Value::String(_) => *value = Value::object(Object::new()),
            Value::Number(_) | Value::Literal(_) => *value = Value::empty_array(),
            _ => {}
        }
    }
    match (value, key) {
        (Value::Object(object), Value::String(name)) => Ok(Rc::make_mut(object).entry(name)),
        (Value::Array(array), Value::Number(_) | Value::Literal(_)) => {
            let number = key.as_number().unwrap_or(0.0);
            let number = if number.is_nan() { 0.0 } else { number.trunc() };
            let number = if number < 0.0 { number + array.0.len() as f64 } else { number };
            if number < 0.0 {
                return fail("Out of bounds negative array index");
            }
            if number > LARGEST_INDEX {
                return fail("Array index too large");
            }
            let elements = &mut Rc::make_mut(array).0;
            let at = number as usize;
            if at >= elements.len() {
                elements.resize(at + 1, Value::Null);
            }
            Ok(&mut elements[at])
        }
        (Value::Array(_), Value::Array(_)) => fail("Cannot update field at array index of array"),
        (value, key) => Err(cannot_index(value, key)),
    }
}

fn set_slice(value: &mut Value, slice: &Object, rest: &[Value], new: Value) -> Result<(), Value> {
    if matches!(value, Value::Null) {
        *value = Value::empty_array();
    }
    let Value::Array(array) = value else {
        return match value {
            Value::String(_) => fail("Cannot update string slices"),
            other => Err(cannot_index(other, &Value::object(slice.clone()))),
        };
    };
    let (from, to) = bounds(slice, array.0.len())?;
    let new = match rest.is_empty() {
        true => new,
        false => {
            let mut part = Value::array(array.0[from..to].to_vec());
            set_below(&mut part, rest, new)?;
            part
        }
    };
    match new.into_elements() {
        Some(elements) => {
            Rc::make_mut(array).0.splice(from..to, elements);
            Ok(())
        }
        None => fail("A slice of an array can only be assigned another array"),
    }
}

/// Deletes every one of `paths`.
pub fn delete(mut root: Value, paths: &Value) -> Result<Value, Value> {
    let Value::Array(given) = paths else { return fail("Paths must be specified as an array") };
    let mut paths: Vec<&Value> = given.0.iter().collect();
    if let Some(path) = paths.iter().find(|path| path.as_array().is_none()) {
        return fail(format!("Path must be specified as array, not {}", path.type_name()));
    }
    // The last ones first, so that what is deleted moves nothing that is still to be.
    paths.sort_by(|one, two| super::compare::compare(two, one));
    paths.dedup_by(|one, two| super::compare::equal(one, two));
    let mut at = 0;
    while at < paths.len() {
        let Some((last, before)) = keys(paths[at])?.split_last() else { return Ok(Value::Null) };
        // Keys of one place go together: each is told by what was there before any of them went.
        let mut end = at + 1;
        while paths.get(end).is_some_and(|path| is_beside(path, before)) {
            end += 1;
        }
        let together: Vec<&Value> = match end - at {
            1 => vec![last],
            _ => paths[at..end].iter().filter_map(|path| path.as_array()?.last()).collect(),
        };
        if let Some(place) = existing(&mut root, before, &together)? {
            delete_keys(place, &together)?;
        }
        at = end;
    }
    Ok(root)
}

/// Whether a path leads to a place right below `before`.
fn is_beside(path: &Value, before: &[Value]) -> bool {
    path.as_array().is_some_and(|keys| {
        keys.len() == before.len() + 1
            && keys.iter().zip(before).all(|(one, two)| super::compare::equal(one, two))
    })
}

/// The place that `path` leads to, if it is there. Below a slice, `last` is deleted here and now.
fn existing<'a>(
    root: &'a mut Value,
    path: &[Value],
    last: &[&Value],
) -> Result<Option<&'a mut Value>, Value> {
    let mut value = root;
    for (at, key) in path.iter().enumerate() {
        value = match (value, key) {
            (Value::Null, _) => return Ok(None),
            (Value::Object(object), Value::String(name)) => {
                if !object.contains_key(name) {
                    return Ok(None);
                }
                Rc::make_mut(object).entry(name)
            }
            (Value::Array(array), Value::Number(_) | Value::Literal(_)) => {
                let found = place(array, key).and_then(|at| Rc::make_mut(array).0.get_mut(at));
                let Some(element) = found else { return Ok(None) };
                element
            }
            (value @ Value::Array(_), Value::Object(slice)) => {
                let mut part = index(value, key)?;
                if let Some(place) = existing(&mut part, &path[at + 1..], last)? {
                    delete_keys(place, last)?;
                }
                return set_slice(value, slice, &[], part).map(|()| None);
            }
            (value, key) => return Err(cannot_index(value, key)),
        };
    }
    Ok(Some(value))
}

/// Deletes keys of one value at once.
fn delete_keys(value: &mut Value, keys: &[&Value]) -> Result<(), Value> {
    let Value::Array(array) = value else {
        return keys.iter().try_for_each(|key| delete_key(value, key));
    };
    let mut gone = vec![false; array.0.len()];
    for key in keys {
        match key {
            Value::Number(_) | Value::Literal(_) => {
                if let Some(at) = place(array, key) {
                    gone[at] = true;
                }
            }
            Value::Object(slice) => {
                let (from, to) = bounds(slice, array.0.len())?;
                gone[from..to].fill(true);
            }
            key => return Err(cannot_index(&Value::Array(array.clone()), key)),
        }
    }
    let mut gone = gone.into_iter();
    Rc::make_mut(array).0.retain(|_| !gone.next().unwrap_or(false));
    Ok(())
}

fn delete_key(value: &mut Value, key: &Value) -> Result<(), Value> {
    match (value, key) {
        (Value::Null, _) => Ok(()),
        (Value::Object(object), Value::String(name)) => {
            if object.contains_key(name) {
                Rc::make_mut(object).remove(name);
            }
            Ok(())
        }
        (value, key) => Err(cannot_index(value, key)),
    }
}
