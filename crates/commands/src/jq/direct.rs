//! Filters that answer at most once, evaluated without the machine.

use std::rc::Rc;

use super::ast::Operator;
use super::env::{self, Env, Item};
use super::formats;
use super::native::Facts;
use super::node::{Code, Node, NodeKind, TextPart};
use super::object::Object;
use super::operators;
use super::paths;
use super::value::Value;

type Answer = Result<Option<Value>, Value>;

/// Evaluates a filter that is [direct](Node::direct).
pub fn evaluate(facts: &mut Facts, code: &Node, input: &Value, env: &Env) -> Answer {
    match &code.kind {
        NodeKind::Pipe(one, two) => match evaluate(facts, one, input, env)? {
            Some(value) => evaluate_owned(facts, two, value, env),
            None => Ok(None),
        },
        _ => one_step(facts, code, input, env),
    }
}

/// Evaluates a direct filter with an input that nobody needs behind it, so that it may be changed in place.
pub fn evaluate_owned(facts: &mut Facts, code: &Node, input: Value, env: &Env) -> Answer {
    let mut code = code;
    let mut input = input;
    while let NodeKind::Pipe(one, two) = &code.kind {
        match evaluate_owned(facts, one, input, env)? {
            Some(value) => input = value,
            None => return Ok(None),
        }
        code = two;
    }
    match &code.kind {
        NodeKind::Identity => Ok(Some(input)),
        NodeKind::Binary(operator, one, two) if matches!(one.kind, NodeKind::Identity) => {
            match evaluate(facts, two, &input, env)? {
                Some(right) => operate(facts, *operator, input, right).map(Some),
                None => Ok(None),
            }
        }
        NodeKind::Native(native, arguments) => {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments.iter().rev() {
                match evaluate(facts, argument, &input, env)? {
                    Some(value) => values.push(value),
                    None => return Ok(None),
                }
            }
            values.reverse();
            (native.run)(facts, input, values).map(Some)
        }
        NodeKind::If(condition, then, otherwise) => match evaluate(facts, condition, &input, env)? {
            Some(value) => {
                let branch = if value.is_true() { then } else { otherwise };
                evaluate_owned(facts, branch, input, env)
            }
            None => Ok(None),
        },
        NodeKind::Bind(source, body) => match evaluate(facts, source, &input, env)? {
            Some(value) => evaluate_owned(facts, body, input, &env::bind(env, Item::Value(value))),
            None => Ok(None),
        },
        _ => one_step(facts, code, &input, env),
    }
}

fn one_step(facts: &mut Facts, code: &Node, input: &Value, env: &Env) -> Answer {
    macro_rules! value {
        ($code:expr) => {
            match evaluate(facts, $code, input, env)? {
                Some(value) => value,
                None => return Ok(None),
            }
        };
    }
    Ok(Some(match &code.kind {
        NodeKind::Identity => input.clone(),
        NodeKind::Empty => return Ok(None),
        NodeKind::Constant(value) => value.clone(),
        NodeKind::Variable(count) => match env::look_up(env, *count) {
            Some(Item::Value(value)) => value.clone(),
            _ => Value::Null,
        },
        NodeKind::Field(target, name) => {
            if matches!(target.kind, NodeKind::Identity) {
                return field(input, name).map(Some);
            }
            let value = value!(target);
            field(&value, name)?
        }
        NodeKind::Index(target, key) => {
            let key = value!(key);
            let value = value!(target);
            paths::index(&value, &key)?
        }
        NodeKind::Slice(target, from, to) => {
            let from = optional(facts, from, input, env)?;
            let to = optional(facts, to, input, env)?;
            let (Some(to), Some(from)) = (to, from) else { return Ok(None) };
            let value = value!(target);
            paths::index(&value, &paths::slice_key(from, to))?
        }
        NodeKind::GetPath(path) => {
            let path = value!(path);
            paths::get(input, &path)?
        }
        NodeKind::Negate(inner) => operators::negate(&value!(inner))?,
        NodeKind::Binary(operator, one, two) => {
            let right = value!(two);
            let left = value!(one);
            operate(facts, *operator, left, right)?
        }
        NodeKind::And(one, two) => match value!(one).is_true() {
            true => Value::Bool(value!(two).is_true()),
            false => Value::Bool(false),
        },
        NodeKind::Or(one, two) => match value!(one).is_true() {
            true => Value::Bool(true),
            false => Value::Bool(value!(two).is_true()),
        },
        NodeKind::Alternative(one, two) => match evaluate(facts, one, input, env) {
            Ok(Some(value)) if value.is_true() => value,
            _ => return evaluate(facts, two, input, env),
        },
        NodeKind::If(condition, then, otherwise) => {
            let branch = if value!(condition).is_true() { then } else { otherwise };
            return evaluate(facts, branch, input, env);
        }
        NodeKind::Try(body, handler) => match (evaluate(facts, body, input, env), handler) {
            (Ok(answer), _) => return Ok(answer),
            (Err(_), None) => return Ok(None),
            (Err(error), Some(handler)) => return evaluate(facts, handler, &error, env),
        },
        NodeKind::Bind(source, body) => {
            let bound = env::bind(env, Item::Value(value!(source)));
            return evaluate(facts, body, input, &bound);
        }
        NodeKind::Collect(inner) => Value::array(evaluate(facts, inner, input, env)?.into_iter().collect()),
        NodeKind::Object(entries) => {
            let mut object = Object::with_capacity(entries.len());
            for (key, value) in entries {
                let key = value!(key);
                let value = value!(value);
                object.insert(object_key(key)?, value);
            }
            Value::object(object)
        }
        NodeKind::Text(_, parts) => {
            let mut values = Vec::new();
            for part in parts.iter().rev() {
                if let TextPart::Filter(filter) = part {
                    values.push(value!(filter));
                }
            }
            values.reverse();
            apply(facts, &code.kind, input.clone(), values)?
        }
        NodeKind::Native(_, arguments) => {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments.iter().rev() {
                values.push(value!(argument));
            }
            values.reverse();
            apply(facts, &code.kind, input.clone(), values)?
        }
        _ => return Err(Value::string("a filter cannot be evaluated directly")),
    }))
}

fn operate(facts: &mut Facts, operator: Operator, left: Value, right: Value) -> Result<Value, Value> {
    facts.make_room(operators::growth(operator, &left, &right))?;
    operators::binary(operator, left, right)
}

/// The value of an operand that may be left out; the outer none is one that answers nothing.
fn optional(
    facts: &mut Facts,
    code: &Option<Code>,
    input: &Value,
    env: &Env,
) -> Result<Option<Option<Value>>, Value> {
    match code {
        Some(code) => Ok(evaluate(facts, code, input, env)?.map(Some)),
        None => Ok(Some(None)),
    }
}

fn field(value: &Value, name: &Rc<str>) -> Result<Value, Value> {
    match value {
        Value::Object(object) => Ok(object.get(name).cloned().unwrap_or_default()),
        other => paths::index(other, &Value::String(name.clone())),
    }
}

fn object_key(key: Value) -> Result<Rc<str>, Value> {
    match key {
        Value::String(key) => Ok(key),
        other => Err(Value::string(format!(
            "Cannot use {} ({}) as object key",
            other.type_name(),
            super::track::shown(&other)
        ))),
    }
}

/// Does an operation with its operands, in the order in which they are written.
pub fn apply(facts: &mut Facts, kind: &NodeKind, input: Value, values: Vec<Value>) -> Result<Value, Value> {
    match kind {
        NodeKind::Binary(operator, ..) => {
            let mut values = values.into_iter();
            let right = values.next().unwrap_or_default();
            operate(facts, *operator, values.next().unwrap_or_default(), right)
        }
        NodeKind::Object(_) => {
            let mut object = Object::with_capacity(values.len() / 2);
            let mut values = values.into_iter();
            while let (Some(key), Some(value)) = (values.next(), values.next()) {
                object.insert(object_key(key)?, value);
            }
            Ok(Value::object(object))
        }
        NodeKind::Text(format, parts) => {
            let mut values = values.into_iter();
            if let [TextPart::Filter(_)] = &parts[..] {
                return format.apply(values.next().unwrap_or_default());
            }
            let mut text = String::new();
            for part in parts {
                match part {
                    TextPart::Text(part) => text.push_str(part),
                    TextPart::Filter(_) => {
                        let value = format.apply(values.next().unwrap_or_default())?;
                        text.push_str(&formats::to_text(&value));
                    }
                }
            }
            Ok(Value::string(text))
        }
        NodeKind::Native(native, _) => (native.run)(facts, input, values),
        _ => Ok(Value::Null),
    }
}
