//! What is done with values: the machine's continuations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::env::{self, Env, Item};
use super::machine::{Link, Machine, Mode, Pause, TurnKind};
use super::node::{Code, NodeKind, TextPart};
use super::operators;
use super::paths;
use super::track::{self, Track};
use super::value::Value;

/// A value with its path, while a loop holds it.
pub type Held = Rc<RefCell<Option<(Value, Track)>>>;

/// One thing to be done with a value.
#[derive(Clone)]
pub enum Frame {
    /// Evaluates a filter with it.
    Evaluate(Code, Env),
    /// Chooses a branch of the conditional, which gets this input.
    If(Code, Env, Value, Track),
    /// Binds it for a body with this input.
    Bind(Code, Env, Value, Track),
    Collect(Rc<RefCell<Vec<Value>>>),
    Iterate,
    Field(Rc<str>),
    /// Indexes it.
    IndexBy(Value),
    /// Leaves the catch at this turn.
    LeaveCatch(usize),
    /// Passes it on if it is true.
    IfTrue(Rc<Cell<bool>>),
    /// Answers the path that led to it; outside, this path goes on.
    Path(Track),
    /// Adds it to the operands of an operation.
    Gather(Rc<Operation>, Vec<Value>),
    /// The left side of `and` or `or`.
    Logic(Code, Env, Value, Track),
    /// The right side.
    Boolean(Track),
    /// Starts a reduction with it as its first state, over a source with this input.
    ReduceFrom(Code, Env, Value),
    /// An item of a reduction.
    ReduceItem(Code, Env, Held),
    /// Keeps it.
    Store(Held),
    ForeachFrom(Code, Env, Value),
    ForeachItem(Code, Env, Rc<RefCell<Value>>, Rc<RefCell<Track>>),
    /// Passes on so many, then goes back to this many turns.
    Limit(Rc<Cell<f64>>, usize),
    Skip(Rc<Cell<f64>>),
    /// The new value of a place that is updated.
    Modified(Rc<RefCell<Modification>>),
}

/// An operation whose operands are gathered one after the other.
#[derive(Clone)]
pub struct Operation {
    code: Code,
    pub env: Env,
    pub input: Value,
    pub track: Track,
    /// In the order in which they are evaluated: the first varies slowest.
    operands: Vec<Code>,
}

/// An update of places, under way.
pub struct Modification {
    pub root: Value,
    pub paths: Vec<Value>,
    at: usize,
    pub deleted: Vec<Value>,
    update: Code,
    pub env: Env,
    turns: usize,
    pub track: Track,
}

impl Machine {
    /// Does what `link` says with a value.
    pub fn follow(&mut self, link: Rc<Link>, value: Value, track: Track) -> Option<Pause> {
        // A frame that no turn needs again gives up what it holds, which can then be changed in place.
        let frame = match Rc::try_unwrap(link) {
            Ok(mut link) => {
                self.next = link.next.take();
                std::mem::replace(&mut link.frame, Frame::Iterate)
            }
            Err(shared) => {
                self.next = shared.next.clone();
                shared.frame.clone()
            }
        };
        self.continue_with(frame, value, track)
    }

    fn continue_with(&mut self, frame: Frame, value: Value, track: Track) -> Option<Pause> {
        match frame {
            Frame::Evaluate(code, env) => self.mode = Mode::Evaluate(code, env, value, track),
            Frame::If(code, env, input, outer) => {
                if let NodeKind::If(_, then, otherwise) = &code.kind {
                    let branch = if value.is_true() { then } else { otherwise };
                    self.mode = Mode::Evaluate(branch.clone(), env, input, outer);
                }
            }
            Frame::Bind(body, env, input, outer) => {
                let inner = env::bind(&env, Item::Value(value));
                self.mode = Mode::Evaluate(body, inner, input, outer);
            }
            Frame::Collect(elements) => {
                elements.borrow_mut().push(value);
            }
            Frame::Iterate => return self.elements(value, track),
            Frame::Field(name) => return self.index(value, &Value::String(name), track),
            Frame::IndexBy(key) => return self.index(value, &key, track),
            Frame::LeaveCatch(turn) => {
                // Nothing more can come out of the body: neither can an error.
                match self.turns.len() == turn + 1 {
                    true => drop(self.turns.pop()),
                    false => self.leave(TurnKind::Left(turn)),
                }
                self.mode = Mode::Return(value, track);
            }
            Frame::IfTrue(found) => {
                if value.is_true() {
                    found.set(true);
                    self.mode = Mode::Return(value, track);
                }
            }
            Frame::Path(outer) => {
                let near = || format!("with result {}", track::shown_long(&value));
                if let Err(message) = track::check(&track, &value, near) {
                    return self.fail(message);
                }
                self.mode = Mode::Return(track::to_value(&track), outer);
            }
            Frame::Gather(operation, values) => {
                let mut values = values;
                values.push(value);
                return self.gather(operation, values);
            }
            Frame::Logic(code, env, input, outer) => {
                let (decided, right) = match &code.kind {
                    NodeKind::And(_, right) => (!value.is_true(), right),
                    NodeKind::Or(_, right) => (value.is_true(), right),
                    _ => return None,
                };
                if decided {
                    self.mode = Mode::Return(Value::Bool(value.is_true()), outer);
                } else {
                    self.push(Frame::Boolean(outer));
                    self.mode = Mode::Evaluate(right.clone(), env, input, None);
                }
            }
            Frame::Boolean(outer) => self.mode = Mode::Return(Value::Bool(value.is_true()), outer),
            Frame::ReduceFrom(code, env, input) => {
                if let NodeKind::Reduce { source, .. } = &code.kind {
                    let held: Held = Rc::new(RefCell::new(Some((value, track))));
                    self.leave(TurnKind::Reduced(held.clone(), true));
                    self.push(Frame::ReduceItem(code.clone(), env.clone(), held));
                    self.mode = Mode::Evaluate(source.clone(), env, input, None);
                }
            }
            Frame::ReduceItem(code, env, held) => {
                if let NodeKind::Reduce { update, .. } = &code.kind {
                    let (state, inner) = held.take().unwrap_or_default();
                    let env = env::bind(&env, Item::Value(value));
                    self.push(Frame::Store(held.clone()));
                    self.mode = Mode::Evaluate(update.clone(), env, state, inner);
                }
            }
            Frame::Store(held) => *held.borrow_mut() = Some((value, track)),
            Frame::ForeachFrom(code, env, input) => {
                if let NodeKind::Foreach { source, .. } = &code.kind {
                    let state = Rc::new(RefCell::new(value));
                    let tracked = Rc::new(RefCell::new(track));
                    self.push(Frame::ForeachItem(code.clone(), env.clone(), state, tracked));
                    self.mode = Mode::Evaluate(source.clone(), env, input, None);
                }
            }
            Frame::ForeachItem(code, env, state, tracked) => {
                if let NodeKind::Foreach { body, .. } = &code.kind {
                    let env = env::bind(&env, Item::State(state.clone(), tracked.clone()));
                    let env = env::bind(&env, Item::Value(value));
                    let state = state.take();
                    self.mode = Mode::Evaluate(body.clone(), env, state, tracked.borrow().clone());
                }
            }
            Frame::Limit(left, turns) => {
                left.set(left.get() - 1.0);
                if left.get() <= 0.0 {
                    self.turns.truncate(turns);
                }
                self.mode = Mode::Return(value, track);
            }
            Frame::Skip(left) => {
                if left.get() > 0.0 {
                    left.set(left.get() - 1.0);
                } else {
                    self.mode = Mode::Return(value, track);
                }
            }
            Frame::Modified(modification) => {
                let turns = modification.borrow().turns;
                self.turns.truncate(turns);
                let kept = modification.borrow_mut().keep(value);
                if let Err(error) = kept {
                    self.mode = Mode::Raise(error);
                    return None;
                }
                return self.modify(modification);
            }
        }
        None
    }

    /// What is made of operands, and loops.
    pub fn operation(&mut self, code: &Code, env: Env, value: Value, track: Track) -> Option<Pause> {
        let operands = match &code.kind {
            NodeKind::And(left, _) | NodeKind::Or(left, _) => {
                let left = left.clone();
                self.push(Frame::Logic(code.clone(), env.clone(), value.clone(), track));
                self.mode = Mode::Evaluate(left, env, value, None);
                return None;
            }
            NodeKind::Reduce { init, .. } => {
                self.push(Frame::ReduceFrom(code.clone(), env.clone(), value.clone()));
                self.mode = Mode::Evaluate(init.clone(), env, value, track);
                return None;
            }
            NodeKind::Foreach { init, .. } => {
                self.push(Frame::ForeachFrom(code.clone(), env.clone(), value.clone()));
                self.mode = Mode::Evaluate(init.clone(), env, value, track);
                return None;
            }
            NodeKind::KeepState(count) => {
                if let Some(Item::State(state, tracked)) = env::look_up(&env, *count) {
                    *state.borrow_mut() = value.clone();
                    *tracked.borrow_mut() = track.clone();
                }
                self.mode = Mode::Return(value, track);
                return None;
            }
            NodeKind::Last(inner) => {
                let held: Held = Rc::default();
                self.leave(TurnKind::Reduced(held.clone(), false));
                self.push(Frame::Store(held));
                self.mode = Mode::Evaluate(inner.clone(), env, value, track);
                return None;
            }
            NodeKind::Text(_, parts) => {
                let filters = parts.iter().filter_map(|part| match part {
                    TextPart::Filter(filter) => Some(filter.clone()),
                    TextPart::Text(_) => None,
                });
                filters.rev().collect()
            }
            NodeKind::Object(entries) => {
                entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
            }
            NodeKind::Negate(inner) | NodeKind::GetPath(inner) | NodeKind::HaltError(inner) => {
                vec![inner.clone()]
            }
            NodeKind::Binary(_, one, two) => vec![two.clone(), one.clone()],
            NodeKind::Native(_, arguments) => arguments.iter().rev().cloned().collect(),
            NodeKind::Index(_, key) => vec![key.clone()],
            NodeKind::Slice(_, from, to) => [from, to].into_iter().flatten().cloned().collect(),
            NodeKind::Range(from, to, by) => vec![from.clone(), to.clone(), by.clone()],
            NodeKind::Limit(count, _) | NodeKind::Skip(count, _) => vec![count.clone()],
            NodeKind::Modify(paths, _) => vec![paths.clone()],
            _ => return self.fail("a filter cannot be run"),
        };
        let operation = Operation { code: code.clone(), env, input: value, track, operands };
        self.gather(Rc::new(operation), Vec::new())
    }

    /// Evaluates the next operand, or does the operation.
    fn gather(&mut self, operation: Rc<Operation>, mut values: Vec<Value>) -> Option<Pause> {
        while let Some(code) = operation.operands.get(values.len()) {
            if !code.direct {
                let code = code.clone();
                let (env, input) = (operation.env.clone(), operation.input.clone());
                self.push(Frame::Gather(operation, values));
                self.mode = Mode::Evaluate(code, env, input, None);
                return None;
            }
            match super::direct::evaluate(&mut self.facts, code, &operation.input, &operation.env) {
                Ok(Some(value)) => values.push(value),
                Ok(None) => {
                    self.mode = Mode::Back;
                    return None;
                }
                Err(error) => {
                    self.mode = Mode::Raise(error);
                    return None;
                }
            }
        }
        self.operate(operation, values)
    }

    fn operate(&mut self, operation: Rc<Operation>, mut values: Vec<Value>) -> Option<Pause> {
        let operation = Rc::unwrap_or_clone(operation);
        let (input, env, track) = (operation.input, operation.env, operation.track);
        let mut first = || values.first_mut().map(std::mem::take).unwrap_or_default();
        match &operation.code.kind {
            NodeKind::Negate(_) => {
                let answer = operators::negate(&first());
                return self.answer(answer, track);
            }
            NodeKind::GetPath(_) => return self.get_path(input, &first(), track),
            NodeKind::HaltError(_) => return Some(Pause::Halt(Some((input, first())))),
            NodeKind::Index(target, _) => {
                let key = first();
                self.push(Frame::IndexBy(key));
                self.mode = Mode::Evaluate(target.clone(), env, input, track);
            }
            NodeKind::Slice(target, from, to) => {
                let mut ends = values.into_iter();
                let from = from.as_ref().and_then(|_| ends.next());
                let to = to.as_ref().and_then(|_| ends.next());
                self.push(Frame::IndexBy(paths::slice_key(from, to)));
                self.mode = Mode::Evaluate(target.clone(), env, input, track);
            }
            NodeKind::Limit(_, inner) | NodeKind::Skip(_, inner) => {
                let limits = matches!(operation.code.kind, NodeKind::Limit(..));
                let count = first();
                return self.count_off(limits, &count, inner, (env, input, track));
            }
            NodeKind::Range(..) => {
                let numbers: Vec<f64> = values.iter().filter_map(Value::as_number).collect();
                match numbers[..] {
                    [from, to, by] => self.range(from, to, by, track),
                    _ => return self.fail("Range bounds must be numeric"),
                }
            }
            NodeKind::Modify(_, update) => {
                let modification = Modification {
                    root: input,
                    paths: first().into_elements().unwrap_or_default(),
                    at: 0,
                    deleted: Vec::new(),
                    update: update.clone(),
                    env,
                    turns: self.turns.len(),
                    track,
                };
                return self.modify(Rc::new(RefCell::new(modification)));
            }
            NodeKind::Text(..) | NodeKind::Native(..) => {
                values.reverse();
                let answer = super::direct::apply(&mut self.facts, &operation.code.kind, input, values);
                return self.answer(answer, track);
            }
            kind => {
                let answer = super::direct::apply(&mut self.facts, kind, input, values);
                return self.answer(answer, track);
            }
        }
        None
    }

    fn count_off(
        &mut self,
        limits: bool,
        count: &Value,
        inner: &Code,
        (env, input, track): (Env, Value, Track),
    ) -> Option<Pause> {
        let name = if limits { "limit" } else { "skip" };
        let Some(number) = count.as_number() else {
            return self.fail(format!("Invalid arguments to {name}: not a number"));
        };
        if number < 0.0 {
            return self.fail(format!("{name} doesn't support negative count"));
        }
        let left = Rc::new(Cell::new(number));
        match limits {
            true if number <= 0.0 => {
                self.mode = Mode::Back;
                return None;
            }
            true => self.push(Frame::Limit(left, self.turns.len())),
            false => self.push(Frame::Skip(left)),
        }
        self.mode = Mode::Evaluate(inner.clone(), env, input, track);
        None
    }

    fn get_path(&mut self, value: Value, path: &Value, track: Track) -> Option<Pause> {
        let near = || format!("with result {}", track::shown_long(&value));
        if let Err(message) = track::check(&track, &value, near) {
            return self.fail(message);
        }
        match paths::get(&value, path) {
            Ok(found) => {
                let keys = path.as_array().unwrap_or_default();
                let track = keys.iter().fold(track, |track, key| track::extend(&track, key, &found));
                self.mode = Mode::Return(found, track);
            }
            Err(error) => self.mode = Mode::Raise(error),
        }
        None
    }

    /// Updates the places that are left.
    fn modify(&mut self, modification: Rc<RefCell<Modification>>) -> Option<Pause> {
        let mut under_way = modification.borrow_mut();
        loop {
            let Some(path) = under_way.paths.get(under_way.at).cloned() else { break };
            let old = match paths::take(&mut under_way.root, &path) {
                Ok(old) => old,
                Err(error) => {
                    self.mode = Mode::Raise(error);
                    return None;
                }
            };
            let (update, env) = (under_way.update.clone(), under_way.env.clone());
            if !update.direct {
                drop(under_way);
                self.leave(TurnKind::Deleted(modification.clone()));
                self.push(Frame::Modified(modification));
                self.mode = Mode::Evaluate(update, env, old, None);
                return None;
            }
            let kept = match super::direct::evaluate_owned(&mut self.facts, &update, old, &env) {
                Ok(Some(value)) => under_way.keep(value),
                Ok(None) => {
                    under_way.delete();
                    Ok(())
                }
                Err(error) => Err(error),
            };
            self.spend(1);
            if let Err(error) = kept {
                self.mode = Mode::Raise(error);
                return None;
            }
        }
        let root = std::mem::take(&mut under_way.root);
        let deleted = Value::array(std::mem::take(&mut under_way.deleted));
        let track = under_way.track.clone();
        self.answer(paths::delete(root, &deleted), track)
    }

    /// An update answered nothing: the place goes, once all are updated.
    pub fn deleted(&mut self, modification: Rc<RefCell<Modification>>) -> Option<Pause> {
        modification.borrow_mut().delete();
        self.modify(modification)
    }
}

impl Modification {
    fn keep(&mut self, value: Value) -> Result<(), Value> {
        let path = self.paths.get(self.at).cloned().unwrap_or_default();
        self.at += 1;
        paths::set(&mut self.root, &path, value)
    }

    fn delete(&mut self) {
        self.deleted.extend(self.paths.get(self.at).cloned());
        self.at += 1;
    }
}
