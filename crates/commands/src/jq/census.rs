//! What a running program holds in memory, found by walking over all of it.
//!
//! Values are shared and change in place, so no sum is kept along: the machine counts what may have become more, and
//! asks for a census when that could matter.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::env::{Env, Item};
use super::machine::{Continuation, Machine, Mode, TurnKind};
use super::step::{Frame, Held, Modification, Operation};
use super::track::Track;
use super::value::Value;

/// What the allocator and the counts of a shared thing take beside its content.
pub const OVERHEAD: usize = 32;

/// What the machine takes for one thing to do, in a chain or as a turn.
pub const LINK: usize = OVERHEAD + size_of::<Frame>() + size_of::<TurnKind>() / 2;

/// Bytes that a value takes by itself: its text or its elements, but not what those share with others.
pub fn own_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::Literal(_) => 2 * OVERHEAD,
        Value::String(text) => OVERHEAD + text.len(),
        Value::Array(array) => OVERHEAD + array.0.capacity() * size_of::<Value>(),
        Value::Object(object) => OVERHEAD + size_of_val(&**object) + object.table_size(),
    }
}

/// As [`own_size`], but nothing for what somebody else holds too.
pub fn new_size(value: &Value) -> usize {
    let is_shared = match value {
        Value::String(text) => Rc::strong_count(text) > 1,
        Value::Array(array) => Rc::strong_count(array) > 1,
        Value::Object(object) => Rc::strong_count(object) > 1,
        _ => false,
    };
    if is_shared { 0 } else { own_size(value) }
}

/// Bytes that `machine` holds.
pub fn held(machine: &Machine) -> u64 {
    let mut census = Census::default();
    match &machine.mode {
        Mode::Evaluate(_, env, value, track) => census.all(env, value, track),
        Mode::Return(value, track) => census.all(&None, value, track),
        Mode::Back => {}
        Mode::Raise(error) => census.value(error),
    }
    census.chain(&machine.next);
    for turn in &machine.turns {
        census.bytes += LINK;
        census.turn(&turn.kind);
        census.chain(&turn.next);
    }
    census.bytes as u64
}

#[derive(Default)]
struct Census {
    bytes: usize,
    /// Shared things that were counted.
    seen: HashSet<*const (), FixedState>,
}

impl Census {
    /// Whether it was not counted yet.
    fn is_new<T: ?Sized>(&mut self, shared: &Rc<T>) -> bool {
        Rc::strong_count(shared) == 1 || self.seen.insert(Rc::as_ptr(shared).cast())
    }

    fn all(&mut self, env: &Env, value: &Value, track: &Track) {
        self.env(env);
        self.value(value);
        self.track(track);
    }

    /// A value and what is below it, in a loop: values nest as deep as memory allows.
    fn value(&mut self, value: &Value) {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            match value {
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
                Value::Literal(literal) => {
                    if self.is_new(literal) {
                        self.bytes += own_size(value);
                    }
                }
                Value::String(text) => self.text(text),
                Value::Array(array) => {
                    if self.is_new(array) {
                        self.bytes += own_size(value);
                        pending.extend(array.0.iter().filter(|element| own_size(element) > 0));
                    }
                }
                Value::Object(object) => {
                    if self.is_new(object) {
                        self.bytes += own_size(value);
                        object.keys().for_each(|key| self.text(key));
                        pending.extend(object.values().filter(|value| own_size(value) > 0));
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &Rc<str>) {
        if self.is_new(text) {
            self.bytes += OVERHEAD + text.len();
        }
    }

    fn env(&mut self, env: &Env) {
        let mut pending = vec![env];
        while let Some(env) = pending.pop() {
            let Some(binding) = env.as_ref().filter(|binding| self.is_new(binding)) else { continue };
            self.bytes += OVERHEAD + size_of_val(&**binding);
            pending.push(&binding.rest);
            match &binding.item {
                Item::Value(value) => self.value(value),
                Item::Filter(_, env) => pending.push(env),
                Item::Label(_) => {}
                Item::State(state, track) => self.state(state, track),
            }
        }
    }

    fn track(&mut self, track: &Track) {
        let mut step = track.as_ref();
        while let Some(here) = step.filter(|here| self.is_new(here)) {
            self.bytes += OVERHEAD + size_of_val(&**here);
            self.value(here.value());
            step = here.before().map(|(key, before)| {
                self.value(key);
                before
            });
        }
    }

    fn state(&mut self, state: &RefCell<Value>, track: &RefCell<Track>) {
        self.value(&state.borrow());
        self.track(&track.borrow());
    }

    fn held(&mut self, held: &Held) {
        if let Some((value, track)) = &*held.borrow() {
            self.value(value);
            self.track(track);
        }
    }

    fn elements(&mut self, elements: &Rc<RefCell<Vec<Value>>>) {
        if self.is_new(elements) {
            let elements = elements.borrow();
            self.bytes += elements.capacity() * size_of::<Value>();
            elements.iter().filter(|element| own_size(element) > 0).for_each(|element| self.value(element));
        }
    }

    fn operation(&mut self, operation: &Rc<Operation>) {
        if self.is_new(operation) {
            self.bytes += OVERHEAD + size_of_val(&**operation);
            self.all(&operation.env, &operation.input, &operation.track);
        }
    }

    fn modification(&mut self, modification: &Rc<RefCell<Modification>>) {
        if self.is_new(modification) {
            let modification = modification.borrow();
            self.all(&modification.env, &modification.root, &modification.track);
            let paths = modification.paths.iter().chain(&modification.deleted);
            paths.for_each(|path| {
                self.bytes += size_of::<Value>();
                self.value(path);
            });
        }
    }

    fn chain(&mut self, chain: &Continuation) {
        let mut next = chain.as_ref();
        while let Some(link) = next.filter(|link| self.is_new(link)) {
            self.bytes += LINK;
            self.frame(&link.frame);
            next = link.next.as_ref();
        }
    }

    fn frame(&mut self, frame: &Frame) {
        match frame {
            Frame::Evaluate(_, env) | Frame::ReduceItem(_, env, _) => self.env(env),
            Frame::If(_, env, value, track) | Frame::Bind(_, env, value, track) => {
                self.all(env, value, track);
            }
            Frame::Logic(_, env, value, track) => self.all(env, value, track),
            Frame::Collect(elements) => self.elements(elements),
            Frame::IndexBy(value) => self.value(value),
            Frame::Path(track) | Frame::Boolean(track) => self.track(track),
            Frame::Gather(operation, values) => {
                self.operation(operation);
                values.iter().for_each(|value| self.value(value));
            }
            Frame::ReduceFrom(_, env, value) | Frame::ForeachFrom(_, env, value) => {
                self.all(env, value, &None);
            }
            Frame::ForeachItem(_, env, state, track) => {
                self.env(env);
                self.state(state, track);
            }
            Frame::Modified(modification) => self.modification(modification),
            // What a store holds, a turn holds too.
            Frame::Store(_)
            | Frame::Iterate
            | Frame::Field(_)
            | Frame::LeaveCatch(_)
            | Frame::IfTrue(_)
            | Frame::Limit(..)
            | Frame::Skip(_) => {}
        }
    }

    fn turn(&mut self, turn: &TurnKind) {
        match turn {
            TurnKind::Evaluate(_, env, value, track)
            | TurnKind::Otherwise(_, _, env, value, track)
            | TurnKind::Alternative(_, _, env, value, track) => self.all(env, value, track),
            TurnKind::Elements(value, _, track) => self.all(&None, value, track),
            TurnKind::Range(_, _, _, track) | TurnKind::Inputs(track) => self.track(track),
            TurnKind::Below(waiting) => {
                for (value, track) in waiting {
                    self.bytes += size_of_val(value) + size_of_val(track);
                    self.all(&None, value, track);
                }
            }
            TurnKind::Catch(handler, track) => {
                if let Some((_, env)) = handler {
                    self.env(env);
                }
                self.track(track);
            }
            TurnKind::Left(_) => {}
            TurnKind::Collected(elements, track) => {
                self.elements(elements);
                self.track(track);
            }
            TurnKind::Reduced(held, _) => self.held(held),
            TurnKind::Deleted(modification) => self.modification(modification),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_by(value: &Value) -> usize {
        let mut census = Census::default();
        census.value(value);
        census.bytes
    }

    #[test]
    fn what_is_shared_counts_once() {
        let text = Value::string("x".repeat(1000));
        let once = held_by(&Value::array(vec![text.clone()]));
        let twice = held_by(&Value::array(vec![text.clone(), text]));
        assert!(once > 1000 && twice < once + 100, "{once} {twice}");
    }

    #[test]
    fn what_is_deep_counts_without_recursion() {
        let deep = (0..1_000_000).fold(Value::Null, |inner, _| Value::array(vec![inner]));
        assert!(held_by(&deep) > 1_000_000 * size_of::<Value>());
    }
}
