//! The order in which arrays are walked and sorted: `PROCINFO["sorted_in"]`, `asort`, `asorti`.

use std::cmp::Ordering;

use bytes::Bytes;

use super::array::Array;
use super::value::{Value, as_number, leading_number};

/// The keys of an array in the order that is asked for; in order of creation when none is.
pub fn keys(array: &Array, order: Option<&[u8]>) -> Result<Vec<Bytes>, String> {
    let Some(order) = order.filter(|order| !order.is_empty() && *order != b"@unsorted") else {
        return Ok(array.keys());
    };
    let Some(compare) = comparison(order) else {
        return Err(format!(
            "sort comparison function `{}' is not supported",
            String::from_utf8_lossy(order)
        ));
    };
    let mut elements: Vec<(&Bytes, &Value)> = array.iter().collect();
    elements.sort_by(|left, right| compare(*left, *right));
    Ok(elements.into_iter().map(|(key, _)| key.clone()).collect())
}

type Compare = fn((&Bytes, &Value), (&Bytes, &Value)) -> Ordering;

/// The predefined orders.
fn comparison(order: &[u8]) -> Option<Compare> {
    Some(match order {
        b"@ind_str_asc" => |left, right| left.0.cmp(right.0),
        b"@ind_str_desc" => |left, right| right.0.cmp(left.0),
        b"@ind_num_asc" => |left, right| by_number(left.0, right.0),
        b"@ind_num_desc" => |left, right| by_number(right.0, left.0),
        b"@val_type_asc" | b"@val_str_asc" | b"@val_num_asc" => match order {
            b"@val_type_asc" => {
                |left, right| by_type(left.1, right.1).then_with(|| by_number(left.0, right.0))
            }
            b"@val_str_asc" => |left, right| by_text(left.1, right.1).then_with(|| left.0.cmp(right.0)),
            _ => |left, right| by_value(left.1, right.1).then_with(|| by_number(left.0, right.0)),
        },
        b"@val_type_desc" => |left, right| by_type(right.1, left.1).then_with(|| by_number(right.0, left.0)),
        b"@val_str_desc" => |left, right| by_text(right.1, left.1).then_with(|| right.0.cmp(left.0)),
        b"@val_num_desc" => |left, right| by_value(right.1, left.1).then_with(|| by_number(right.0, left.0)),
        _ => return None,
    })
}

/// Keys as numbers, then as strings.
fn by_number(left: &[u8], right: &[u8]) -> Ordering {
    leading_number(left).0.total_cmp(&leading_number(right).0).then_with(|| left.cmp(right))
}

fn by_text(left: &Value, right: &Value) -> Ordering {
    left.to_text(b"%.6g").cmp(&right.to_text(b"%.6g"))
}

fn by_value(left: &Value, right: &Value) -> Ordering {
    left.number().total_cmp(&right.number())
}

/// Numbers before strings before arrays.
pub fn by_type(left: &Value, right: &Value) -> Ordering {
    let number = |value: &Value| match value {
        Value::Unset => Some(0.0),
        Value::Number(number) => Some(*number),
        Value::Input(text) => as_number(text),
        _ => None,
    };
    match (left, right) {
        (Value::Array(_), Value::Array(_)) => Ordering::Equal,
        (Value::Array(_), _) => Ordering::Greater,
        (_, Value::Array(_)) => Ordering::Less,
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => by_text(left, right),
        },
    }
}

/// The values of an array, sorted: by type, or in the predefined order `how`.
pub fn values(array: &Array, how: Option<&[u8]>) -> Result<Vec<Value>, String> {
    match how {
        None => {
            let mut values: Vec<Value> = array.iter().map(|(_, value)| value.clone()).collect();
            values.sort_by(by_type);
            Ok(values)
        }
        Some(order) => {
            let keys = keys(array, Some(order))?;
            Ok(keys.iter().filter_map(|key| array.get(key).cloned()).collect())
        }
    }
}
