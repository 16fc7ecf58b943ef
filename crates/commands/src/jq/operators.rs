//! Arithmetic and comparison of values.

use std::rc::Rc;

use super::ast::Operator;
use super::compare::compare;
use super::object::Object;
use super::track::shown;
use super::value::Value;

/// The longest string that repeating makes.
const LONGEST: f64 = 536_870_911.0;

/// How deep objects are merged.
const DEEPEST: usize = 10_000;

/// `left OPERATOR right`; `left` is changed in place where nobody else holds it.
pub fn binary(operator: Operator, left: Value, right: Value) -> Result<Value, Value> {
    let ordering = || compare(&left, &right);
    Ok(Value::Bool(match operator {
        Operator::Add => return add(left, right),
        Operator::Subtract => return subtract(left, right),
        Operator::Multiply => return multiply(left, right),
        Operator::Divide => return divide(&left, &right),
        Operator::Remainder => return remainder(&left, &right),
        Operator::Equal => ordering().is_eq(),
        Operator::NotEqual => ordering().is_ne(),
        Operator::Less => ordering().is_lt(),
        Operator::LessOrEqual => ordering().is_le(),
        Operator::Greater => compare(&right, &left).is_lt(),
        Operator::GreaterOrEqual => compare(&right, &left).is_le(),
    }))
}

/// Bytes that `left OPERATOR right` adds, where that can be far more than both have.
pub fn growth(operator: Operator, left: &Value, right: &Value) -> usize {
    match (operator, left, right) {
        (Operator::Multiply, Value::String(text), other)
        | (Operator::Multiply, other, Value::String(text)) => {
            let size = text.len() as f64 * other.as_number().unwrap_or(0.0);
            // What is longer than jq allows fails by itself.
            if size > LONGEST { 0 } else { size as usize }
        }
        (Operator::Divide, Value::String(text), Value::String(separator)) => split_size(text, separator),
        _ => 0,
    }
}

fn cannot(left: &Value, right: &Value, what: &str) -> Result<Value, Value> {
    Err(Value::string(format!(
        "{} ({}) and {} ({}) cannot be {what}",
        left.type_name(),
        shown(left),
        right.type_name(),
        shown(right)
    )))
}

pub fn negate(value: &Value) -> Result<Value, Value> {
    match value {
        Value::Literal(literal) => Ok(Value::Literal(Rc::new(literal.negated()))),
        // A zero that is negated stays as it is.
        Value::Number(number) => Ok(Value::Number(if *number == 0.0 { *number } else { -number })),
        other => Err(Value::string(format!("{} ({}) cannot be negated", other.type_name(), shown(other)))),
    }
}

/// `+`
pub fn add(left: Value, right: Value) -> Result<Value, Value> {
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => Ok(other),
        (Value::Number(left), Value::Number(right)) => Ok(Value::Number(left + right)),
        (Value::String(left), Value::String(right)) => {
            let mut text = String::with_capacity(left.len() + right.len());
            text.push_str(&left);
            text.push_str(&right);
            Ok(Value::String(Rc::from(text)))
        }
        (Value::Array(mut left), right @ Value::Array(_)) => {
            if left.0.is_empty() {
                return Ok(right);
            }
            if let Some(elements) = right.into_elements() {
                Rc::make_mut(&mut left).0.extend(elements);
            }
            Ok(Value::Array(left))
        }
        (Value::Object(mut left), Value::Object(right)) => {
            let target = Rc::make_mut(&mut left);
            for (key, value) in right.iter() {
                *target.entry(key) = value.clone();
            }
            Ok(Value::Object(left))
        }
        (left, right) => match (left.as_number(), right.as_number()) {
            (Some(left), Some(right)) => Ok(Value::Number(left + right)),
            _ => cannot(&left, &right, "added"),
        },
    }
}

fn subtract(left: Value, right: Value) -> Result<Value, Value> {
    match (&left, &right) {
        (Value::Array(one), Value::Array(two)) => {
            let kept = one.0.iter().filter(|value| !two.0.iter().any(|other| compare(value, other).is_eq()));
            Ok(Value::array(kept.cloned().collect()))
        }
        _ => match (left.as_number(), right.as_number()) {
            (Some(left), Some(right)) => Ok(Value::Number(left - right)),
            _ => cannot(&left, &right, "subtracted"),
        },
    }
}

fn multiply(left: Value, right: Value) -> Result<Value, Value> {
    if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
        return Ok(Value::Number(left * right));
    }
    match (left, right) {
        (Value::String(text), other) | (other, Value::String(text)) if other.as_number().is_some() => {
            repeat(&text, other.as_number().unwrap_or(0.0))
        }
        (Value::Object(left), Value::Object(right)) => Ok(merge(left, &right, 0)),
        (left, right) => cannot(&left, &right, "multiplied"),
    }
}

fn repeat(text: &Rc<str>, count: f64) -> Result<Value, Value> {
    if count.is_nan() || count < 0.0 {
        return Ok(Value::Null);
    }
    // A part of a time counts as a whole one.
    let count = if count < 1.0 && count > 0.0 { 1.0 } else { count.floor() };
    if text.len() as f64 * count > LONGEST {
        return Err(Value::string("Repeat string result too long"));
    }
    Ok(Value::string(text.repeat(count as usize)))
}

/// Objects merged key by key, as deep as both have objects.
fn merge(mut left: Rc<Object>, right: &Rc<Object>, depth: usize) -> Value {
    let target = Rc::make_mut(&mut left);
    for (key, value) in right.iter() {
        let place = target.entry(key);
        *place = match (std::mem::take(place), value) {
            (Value::Object(one), Value::Object(two)) if depth < DEEPEST / 50 => merge(one, two, depth + 1),
            _ => value.clone(),
        };
    }
    Value::Object(left)
}

fn divide(left: &Value, right: &Value) -> Result<Value, Value> {
    if let (Some(one), Some(two)) = (left.as_number(), right.as_number()) {
        return match two == 0.0 {
            true => cannot(left, right, "divided because the divisor is zero"),
            false => Ok(Value::Number(one / two)),
        };
    }
    match (left, right) {
        (Value::String(text), Value::String(separator)) => Ok(split(text, separator)),
        _ => cannot(left, right, "divided"),
    }
}

/// The parts of `text` between separators; with none, its characters.
pub fn split(text: &str, separator: &str) -> Value {
    if text.is_empty() {
        return Value::empty_array();
    }
    Value::array(match separator.is_empty() {
        true => text.chars().map(|character| Value::string(character.encode_utf8(&mut [0; 4]))).collect(),
        false => text.split(separator).map(Value::string).collect(),
    })
}

/// Bytes of what [`split`] answers; a short text is none worth counting.
pub fn split_size(text: &str, separator: &str) -> usize {
    const SHORT: usize = 64 * 1024;
    if text.len() < SHORT {
        return 0;
    }
    let parts = match separator.is_empty() {
        true => text.len(),
        false => memchr::memmem::find_iter(text.as_bytes(), separator).count() + 1,
    };
    text.len() + parts * (size_of::<Value>() + super::census::OVERHEAD)
}

fn remainder(left: &Value, right: &Value) -> Result<Value, Value> {
    let (Some(one), Some(two)) = (left.as_number(), right.as_number()) else {
        return cannot(left, right, "divided");
    };
    if one.is_nan() || two.is_nan() {
        return Ok(Value::Number(f64::NAN));
    }
    // Both become integers, as far as those reach.
    let (one, two) = (one as i64, two as i64);
    if two == 0 {
        return cannot(left, right, "divided (remainder) because the divisor is zero");
    }
    let size = (one.unsigned_abs() % two.unsigned_abs()) as f64;
    Ok(Value::Number(if one < 0 && size != 0.0 { -size } else { size }))
}
