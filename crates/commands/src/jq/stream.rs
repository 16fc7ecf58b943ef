//! Values as events: `[path, leaf]`, and `[path]` where an array or object ends.

use super::value::Value;

/// The events of a value, in order.
pub fn events(value: Value) -> Vec<Value> {
    let mut events = Vec::new();
    let mut path: Vec<Value> = Vec::new();
    let mut open: Vec<(Value, usize)> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            match &value {
                Value::Array(array) if !array.0.is_empty() => {
                    open.push((value, 0));
                    path.push(Value::Null);
                }
                Value::Object(object) if !object.is_empty() => {
                    open.push((value, 0));
                    path.push(Value::Null);
                }
                _ => events.push(leaf(&path, value)),
            }
        }
        let Some((container, at)) = open.last_mut() else { return events };
        let found = match container {
            Value::Array(array) => array.0.get(*at).map(|value| (Value::from(*at), value.clone())),
            Value::Object(object) => {
                object.at(*at).map(|(key, value)| (Value::String(key.clone()), value.clone()))
            }
            _ => None,
        };
        *at += 1;
        match found {
            Some((key, value)) => {
                if let Some(last) = path.last_mut() {
                    *last = key;
                }
                next = Some(value);
            }
            None => {
                events.push(Value::array(vec![Value::array(path.clone())]));
                open.pop();
                path.pop();
            }
        }
    }
}

/// `[path, value]`
pub fn leaf(path: &[Value], value: Value) -> Value {
    Value::array(vec![Value::array(path.to_vec()), value])
}
