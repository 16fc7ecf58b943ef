//! Paths that are tracked along with values.

use std::rc::Rc;

use super::value::Value;
use super::write::to_json;

/// Where a value stands below the input of `path(..)`; none where nobody asks.
pub type Track = Option<Rc<Step>>;

/// One step of a path.
pub struct Step {
    /// None at the root.
    key: Option<(Value, Rc<Step>)>,
    /// The value the path leads to: what is stepped on from must be this one.
    value: Value,
}

/// A value as messages show it, cut where it is long.
pub fn shown(value: &Value) -> String {
    cut(to_json(value), 14)
}

/// A value as messages about paths show it.
pub fn shown_long(value: &Value) -> String {
    cut(to_json(value), 29)
}

/// `text` in at most `most` bytes.
pub fn cut(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let mut end = most - 3;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &text[..end])
}

/// A path that starts at `value`.
pub fn root(value: Value) -> Track {
    Some(Rc::new(Step { key: None, value }))
}

/// Whether a step from `value` keeps the path valid; `what` tells of the attempt.
pub fn check(track: &Track, value: &Value, what: impl FnOnce() -> String) -> Result<(), String> {
    match track {
        Some(step) if !step.value.is_identical(value) => Err(format!("Invalid path expression {}", what())),
        _ => Ok(()),
    }
}

/// The path one step further.
pub fn extend(track: &Track, key: &Value, value: &Value) -> Track {
    let step = track.as_ref()?;
    Some(Rc::new(Step { key: Some((key.clone(), step.clone())), value: value.clone() }))
}

impl Step {
    /// The value the path leads to.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The last key and the path before it; none at the root.
    pub fn before(&self) -> Option<(&Value, &Rc<Step>)> {
        self.key.as_ref().map(|(key, before)| (key, before))
    }
}

/// The path as an array.
pub fn to_value(track: &Track) -> Value {
    let mut keys = Vec::new();
    let mut step = track.as_ref();
    while let Some(Step { key: Some((key, before)), .. }) = step.map(Rc::as_ref) {
        keys.push(key.clone());
        step = Some(before);
    }
    keys.reverse();
    Value::array(keys)
}

impl Drop for Step {
    /// In a loop: a path is as long as values nest.
    fn drop(&mut self) {
        let mut next = self.key.take();
        while let Some((_, before)) = next {
            next = Rc::try_unwrap(before).ok().and_then(|mut step| step.key.take());
        }
    }
}
