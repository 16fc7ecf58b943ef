//! Values that come out of other values one after the other: elements, indexes, ranges, `..`.

use super::machine::{Machine, Mode, Pause, TurnKind};
use super::paths;
use super::track::{self, Track};
use super::value::Value;

impl Machine {
    /// Passes on the elements of `value`.
    pub fn elements(&mut self, value: Value, track: Track) -> Option<Pause> {
        let near = || format!("near attempt to iterate through {}", track::shown_long(&value));
        if let Err(message) = track::check(&track, &value, near) {
            return self.fail(message);
        }
        match value {
            Value::Array(_) | Value::Object(_) => self.element(value, 0, track),
            other => self.mode = Mode::Raise(paths::cannot_iterate(&other)),
        }
        None
    }

    /// Passes on the element `at`, and leaves a turn if it is not the last.
    pub(super) fn element(&mut self, container: Value, at: usize, track: Track) {
        let (count, found) = match &container {
            Value::Array(array) => (array.0.len(), array.0.get(at).map(|value| (None, value.clone()))),
            Value::Object(object) => {
                (object.len(), object.at(at).map(|(key, value)| (Some(key.clone()), value.clone())))
            }
            _ => (0, None),
        };
        let Some((key, value)) = found else {
            self.mode = Mode::Back;
            return;
        };
        let inner = match &track {
            None => None,
            Some(_) => track::extend(&track, &key.map_or_else(|| Value::from(at), Value::String), &value),
        };
        if at + 1 < count {
            self.leave(TurnKind::Elements(container, at + 1, track));
        }
        self.mode = Mode::Return(value, inner);
    }

    /// `value[key]`
    pub fn index(&mut self, value: Value, key: &Value, track: Track) -> Option<Pause> {
        let near = || {
            format!(
                "near attempt to access element {} of {}",
                track::shown_long(key),
                track::shown_long(&value)
            )
        };
        if let Err(message) = track::check(&track, &value, near) {
            return self.fail(message);
        }
        match paths::index(&value, key) {
            Ok(found) => {
                let track = track::extend(&track, key, &found);
                self.mode = Mode::Return(found, track);
            }
            Err(error) => self.mode = Mode::Raise(error),
        }
        None
    }

    /// Passes on a number and leaves a turn for the next.
    pub fn range(&mut self, number: f64, end: f64, step: f64, track: Track) {
        let more = |number: f64| if step > 0.0 { number < end } else { step < 0.0 && number > end };
        if !more(number) {
            self.mode = Mode::Back;
            return;
        }
        let following = number + step;
        if more(following) {
            self.leave(TurnKind::Range(following, end, step, track.clone()));
        }
        self.mode = Mode::Return(Value::Number(number), track);
    }

    /// `..`: passes on the next value, and what is below it waits.
    pub(super) fn below(&mut self, mut waiting: Vec<(Value, Track)>) {
        let Some((value, track)) = waiting.pop() else {
            self.mode = Mode::Back;
            return;
        };
        match &value {
            Value::Array(array) => {
                let elements = array.0.iter().enumerate().rev();
                waiting.extend(elements.map(|(at, element)| {
                    let inner = track.as_ref().and(track::extend(&track, &Value::from(at), element));
                    (element.clone(), inner)
                }));
            }
            Value::Object(object) => {
                let first = waiting.len();
                waiting.extend(object.iter().map(|(key, element)| {
                    let inner =
                        track.as_ref().and(track::extend(&track, &Value::String(key.clone()), element));
                    (element.clone(), inner)
                }));
                waiting[first..].reverse();
            }
            _ => {}
        }
        if !waiting.is_empty() {
            self.leave(TurnKind::Below(waiting));
        }
        self.mode = Mode::Return(value, track);
    }
}
