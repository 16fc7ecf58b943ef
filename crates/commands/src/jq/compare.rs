//! The order of values. Nothing here calls itself: values nest as deep as memory allows.

use std::cmp::Ordering;

use super::object::Object;
use super::value::Value;

/// What is left to compare; the last one is next.
enum Task<'a> {
    Values(&'a Value, &'a Value),
    Lengths(usize, usize),
}

/// Compares as `sort` does: null, false, true, numbers, strings, arrays, objects.
pub fn compare(one: &Value, two: &Value) -> Ordering {
    if let Some(ordering) = compare_scalars(one, two) {
        return ordering;
    }
    let mut tasks = vec![Task::Values(one, two)];
    while let Some(task) = tasks.pop() {
        let ordering = match task {
            Task::Lengths(one, two) => one.cmp(&two),
            Task::Values(one, two) => match compare_scalars(one, two) {
                Some(ordering) => ordering,
                None => push_parts(one, two, &mut tasks),
            },
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

/// Whether both are equal values.
pub fn equal(one: &Value, two: &Value) -> bool {
    compare(one, two).is_eq()
}

fn compare_scalars(one: &Value, two: &Value) -> Option<Ordering> {
    let kinds = one.kind().cmp(&two.kind());
    if kinds.is_ne() {
        return Some(kinds);
    }
    Some(match (one, two) {
        (Value::Literal(one), Value::Literal(two)) => one.compare(two),
        (Value::String(one), Value::String(two)) => one.cmp(two),
        (Value::Array(_), _) | (Value::Object(_), _) if one.is_identical(two) => Ordering::Equal,
        (Value::Array(_), _) | (Value::Object(_), _) => return None,
        _ => match (one.as_number(), two.as_number()) {
            (Some(one), Some(two)) => compare_numbers(one, two),
            _ => Ordering::Equal,
        },
    })
}

/// As doubles; what is not a number is less than any number and than itself.
pub fn compare_numbers(one: f64, two: f64) -> Ordering {
    match one.partial_cmp(&two) {
        Some(ordering) => ordering,
        None if one.is_nan() => Ordering::Less,
        None => Ordering::Greater,
    }
}

fn push_parts<'a>(one: &'a Value, two: &'a Value, tasks: &mut Vec<Task<'a>>) -> Ordering {
    match (one, two) {
        (Value::Array(one), Value::Array(two)) => {
            tasks.push(Task::Lengths(one.0.len(), two.0.len()));
            // A zip of exact lengths can be walked from its end and still pairs from the front.
            tasks.extend(one.0.iter().zip(&two.0).rev().map(|(one, two)| Task::Values(one, two)));
            Ordering::Equal
        }
        (Value::Object(one), Value::Object(two)) => push_entries(one, two, tasks),
        _ => Ordering::Equal,
    }
}

/// Keys first, all of them, then values in the order of the keys.
fn push_entries<'a>(one: &'a Object, two: &'a Object, tasks: &mut Vec<Task<'a>>) -> Ordering {
    let (one, two) = (one.sorted(), two.sorted());
    let keys = one.iter().map(|entry| entry.0).cmp(two.iter().map(|entry| entry.0));
    if keys.is_eq() {
        tasks.extend(one.iter().zip(&two).rev().map(|(one, two)| Task::Values(one.1, two.1)));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_values_compare_without_a_stack() {
        let nest = |innermost: f64| {
            (0..200_000).fold(Value::Number(innermost), |value, _| Value::array(vec![value]))
        };
        assert_eq!(compare(&nest(1.0), &nest(2.0)), Ordering::Less);
        assert_eq!(compare(&nest(1.0), &nest(1.0)), Ordering::Equal);
    }

    #[test]
    fn arrays_compare_element_by_element() {
        let array =
            |numbers: &[f64]| Value::array(numbers.iter().map(|number| Value::Number(*number)).collect());
        assert_eq!(compare(&array(&[1.0, 2.0]), &array(&[1.0])), Ordering::Greater);
        assert_eq!(compare(&array(&[1.0, 2.0]), &array(&[2.0])), Ordering::Less);
        assert_eq!(compare(&array(&[]), &array(&[])), Ordering::Equal);
    }
}
