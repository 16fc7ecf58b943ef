//! The machine that runs programs: one step after the other, nothing on the stack of the host.
//!
//! A filter is evaluated towards a continuation, a chain of what is to be done with its values. Where more values could
//! follow, a turn is left behind; when a value has been used up, the machine goes back to the latest turn. Loops written
//! as recursion leave neither turns nor continuations, so they run in constant space.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::census;
use super::env::{self, Env, Item};
use super::native::Facts;
use super::node::{Code, NodeKind, Runtime};
use super::paths;
use super::step::{Frame, Held, Modification};
use super::track::{self, Track};
use super::value::Value;

/// What is done with a value: the next thing first.
pub type Continuation = Option<Rc<Link>>;

/// One thing to be done with a value.
pub struct Link {
    pub frame: Frame,
    pub next: Continuation,
}

/// Steps until others are to run.
const BUDGET: u32 = 512;

/// Growth that is never worth a census.
const SMALL_GROWTH: usize = 256 * 1024;

/// Where more values can come from.
pub struct Turn {
    pub kind: TurnKind,
    pub next: Continuation,
}

pub enum TurnKind {
    /// Another filter with the same input.
    Evaluate(Code, Env, Value, Track),
    /// The elements of a value from this one on.
    Elements(Value, usize, Track),
    /// Numbers: the next, the end, the step.
    Range(f64, f64, f64, Track),
    /// Values below values, the next last.
    Below(Vec<(Value, Track)>),
    /// Catches errors: the handler and what it may use.
    Catch(Option<(Code, Env)>, Track),
    /// A value has left the catch at this turn: errors pass it by.
    Left(usize),
    /// The elements that were collected.
    Collected(Rc<RefCell<Vec<Value>>>, Track),
    /// The result of a reduction (`null` if there is none), or the last value if there was one.
    Reduced(Held, bool),
    /// The right side of `//`, unless the left had a value.
    Otherwise(Rc<Cell<bool>>, Code, Env, Value, Track),
    /// What `?//` tries when the body before fails.
    Alternative(Code, usize, Env, Value, Track),
    /// An update that answered nothing.
    Deleted(Rc<RefCell<Modification>>),
    /// Further inputs.
    Inputs(Track),
}

/// What the machine does next.
pub enum Mode {
    Evaluate(Code, Env, Value, Track),
    Return(Value, Track),
    Back,
    Raise(Value),
}

/// Why the machine stops.
#[derive(Debug)]
pub enum Pause {
    /// A value came out.
    Output(Value),
    /// No more values.
    Done,
    /// An error that nobody caught.
    Failed(Value),
    /// An input is needed: [`Machine::supply`].
    Input,
    /// The facts about inputs are needed.
    Facts,
    /// `["DEBUG:", value]` is to be told.
    Debug(Value),
    /// The value is to be written to standard error.
    Stderr(Value),
    /// The program ends, with a message and a status.
    Halt(Option<(Value, Value)>),
    /// Others are to run, and a [census](Machine::needs_census) may be due.
    Tick,
    /// What comes next does not fit into memory.
    Full,
}

/// A running program.
pub struct Machine {
    functions: Vec<Code>,
    pub mode: Mode,
    pub next: Continuation,
    pub turns: Vec<Turn>,
    pub facts: Facts,
    /// Work that may be done before others run.
    budget: u32,
    /// Bytes that may have been added since the last census.
    grown: usize,
    /// Growth that makes the next census due.
    allowance: usize,
    /// Whether `inputs` asked for the input that is awaited.
    pub(super) several: Option<Track>,
}

impl Machine {
    pub fn new(functions: Vec<Code>, facts: Facts) -> Machine {
        Machine {
            functions,
            mode: Mode::Back,
            next: None,
            turns: Vec::new(),
            facts,
            budget: 0,
            grown: 0,
            allowance: SMALL_GROWTH,
            several: None,
        }
    }

    /// Starts `code` on an input.
    pub fn start(&mut self, code: &Code, input: Value) {
        self.turns.clear();
        self.next = None;
        self.mode = Mode::Evaluate(code.clone(), None, input, None);
    }

    /// Answers [`Pause::Input`]: the input, none at the end, or what is wrong with it.
    pub fn supply(&mut self, input: Result<Option<Value>, Value>) {
        let several = self.several.take();
        self.mode = match (input, several) {
            (Ok(Some(value)), None) => Mode::Return(value, None),
            (Ok(Some(value)), Some(track)) => {
                self.turns.push(Turn { kind: TurnKind::Inputs(track.clone()), next: self.next.clone() });
                Mode::Return(value, track)
            }
            (Ok(None), None) => Mode::Raise(Value::string("break")),
            (Ok(None), Some(_)) => Mode::Back,
            (Err(error), _) => Mode::Raise(error),
        };
    }

    /// Runs until there is something to tell.
    pub fn run(&mut self) -> Pause {
        self.budget = if self.needs_census() { 0 } else { BUDGET };
        loop {
            if self.facts.is_full {
                return Pause::Full;
            }
            if self.budget == 0 {
                self.grow(BUDGET as usize * census::LINK);
                return Pause::Tick;
            }
            self.budget -= 1;
            let pause = match std::mem::replace(&mut self.mode, Mode::Back) {
                Mode::Evaluate(code, env, value, track) => self.evaluate(code, env, value, track),
                Mode::Return(value, track) => match self.next.take() {
                    Some(link) => self.follow(link, value, track),
                    None => Some(Pause::Output(value)),
                },
                Mode::Back => self.back(),
                Mode::Raise(error) => self.raise(error),
            };
            if let Some(pause) = pause {
                return pause;
            }
        }
    }

    /// Goes on behind a value that came out.
    pub fn resume(&mut self) {
        self.mode = Mode::Back;
    }

    /// Whether it is time to find out what the machine [holds](census::held).
    pub fn needs_census(&self) -> bool {
        self.grown > self.allowance
    }

    /// The machine was found to hold `held` bytes and may hold `room` more. The next census is due when half of that could
    /// be used up, or so much was added that this one was worth its time.
    pub fn counted(&mut self, held: u64, room: u64) {
        let held = usize::try_from(held).unwrap_or(usize::MAX);
        self.facts.room = usize::try_from(room).unwrap_or(usize::MAX);
        self.grown = 0;
        self.allowance = (self.facts.room / 2).max(held / 8).max(SMALL_GROWTH);
    }

    /// Counts `bytes` that may have been added.
    pub fn grow(&mut self, bytes: usize) {
        self.grown = self.grown.saturating_add(bytes);
        if self.needs_census() {
            self.budget = 0;
        }
    }

    /// Counts work that was done at once.
    pub fn spend(&mut self, work: usize) {
        self.budget = self.budget.saturating_sub(work as u32 / 8);
    }

    /// Does `frame` with the next value.
    pub fn push(&mut self, frame: Frame) {
        let next = self.next.take();
        self.next = Some(Rc::new(Link { frame, next }));
    }

    /// Leaves a turn behind.
    pub fn leave(&mut self, kind: TurnKind) {
        self.turns.push(Turn { kind, next: self.next.clone() });
    }

    pub fn fail(&mut self, message: impl AsRef<str>) -> Option<Pause> {
        self.mode = Mode::Raise(Value::string(message));
        None
    }

    /// Goes on with what a function answered.
    pub fn answer(&mut self, answer: Result<Value, Value>, track: Track) -> Option<Pause> {
        self.mode = match answer {
            Ok(value) => {
                self.grow(census::new_size(&value));
                Mode::Return(value, track)
            }
            Err(error) => Mode::Raise(error),
        };
        None
    }

    fn evaluate(&mut self, code: Code, env: Env, value: Value, track: Track) -> Option<Pause> {
        if code.direct && (track.is_none() || !code.kind.moves()) {
            let before = census::own_size(&value);
            self.mode = match super::direct::evaluate_owned(&mut self.facts, &code, value, &env) {
                Ok(Some(result)) => {
                    // What was there is changed in place where it can be.
                    self.grow(census::new_size(&result).saturating_sub(before));
                    Mode::Return(result, track)
                }
                Ok(None) => Mode::Back,
                Err(error) => Mode::Raise(error),
            };
            return None;
        }
        self.node(&code, env, value, track)
    }

    fn node(&mut self, code: &Code, env: Env, value: Value, track: Track) -> Option<Pause> {
        match &code.kind {
            NodeKind::Identity => self.mode = Mode::Return(value, track),
            NodeKind::Empty => self.mode = Mode::Back,
            NodeKind::Constant(constant) => self.mode = Mode::Return(constant.clone(), track),
            NodeKind::Variable(count) => {
                let found = match env::look_up(&env, *count) {
                    Some(Item::Value(found)) => found.clone(),
                    _ => Value::Null,
                };
                self.mode = Mode::Return(found, track);
            }
            NodeKind::Pipe(one, two) => {
                if let (NodeKind::Iterate(target), true) = (&one.kind, track.is_none())
                    && target.direct
                {
                    return self.pipe_elements(target, two, env, value);
                }
                self.push(Frame::Evaluate(two.clone(), env.clone()));
                self.mode = Mode::Evaluate(one.clone(), env, value, track);
            }
            NodeKind::Comma(one, two) => {
                self.leave(TurnKind::Evaluate(two.clone(), env.clone(), value.clone(), track.clone()));
                self.mode = Mode::Evaluate(one.clone(), env, value, track);
            }
            NodeKind::Call(call) => {
                let outer = env::up(&env, call.up).clone();
                let inner = call
                    .arguments
                    .iter()
                    .fold(outer, |inner, argument| env::bind(&inner, self::argument(argument, &env)));
                match self.functions.get(call.function) {
                    Some(body) => self.mode = Mode::Evaluate(body.clone(), inner, value, track),
                    None => return self.fail("a function is missing"),
                }
            }
            NodeKind::Parameter(count) => match env::look_up(&env, *count) {
                Some(Item::Filter(filter, outer)) => {
                    self.mode = Mode::Evaluate(filter.clone(), outer.clone(), value, track);
                }
                _ => return self.fail("a parameter is missing"),
            },
            NodeKind::If(condition, then, otherwise) => {
                if condition.direct {
                    self.mode = match super::direct::evaluate(&mut self.facts, condition, &value, &env) {
                        Ok(None) => Mode::Back,
                        Ok(Some(result)) => {
                            let branch = if result.is_true() { then } else { otherwise };
                            Mode::Evaluate(branch.clone(), env, value, track)
                        }
                        Err(error) => Mode::Raise(error),
                    };
                    return None;
                }
                self.push(Frame::If(code.clone(), env.clone(), value.clone(), track));
                self.mode = Mode::Evaluate(condition.clone(), env, value, None);
            }
            NodeKind::Bind(source, body) if source.direct => {
                self.mode = match super::direct::evaluate(&mut self.facts, source, &value, &env) {
                    Ok(Some(bound)) => {
                        let inner = env::bind(&env, Item::Value(bound));
                        Mode::Evaluate(body.clone(), inner, value, track)
                    }
                    Ok(None) => Mode::Back,
                    Err(error) => Mode::Raise(error),
                };
            }
            NodeKind::Bind(source, body) => {
                self.push(Frame::Bind(body.clone(), env.clone(), value.clone(), track));
                self.mode = Mode::Evaluate(source.clone(), env, value, None);
            }
            NodeKind::Collect(inner) => {
                if let NodeKind::Pipe(one, two) = &inner.kind
                    && let NodeKind::Iterate(target) = &one.kind
                    && target.direct
                    && two.direct
                {
                    let collected = self.map(target, two, &env, &value);
                    return self.answer(collected, track);
                }
                let elements = Rc::new(RefCell::new(Vec::new()));
                self.leave(TurnKind::Collected(elements.clone(), track));
                self.push(Frame::Collect(elements));
                self.mode = Mode::Evaluate(inner.clone(), env, value, None);
            }
            NodeKind::Iterate(target) if matches!(target.kind, NodeKind::Identity) => {
                return self.elements(value, track);
            }
            NodeKind::Iterate(target) => {
                self.push(Frame::Iterate);
                self.mode = Mode::Evaluate(target.clone(), env, value, track);
            }
            NodeKind::Field(target, name) if matches!(target.kind, NodeKind::Identity) => {
                return self.index(value, &Value::String(name.clone()), track);
            }
            NodeKind::Field(target, name) => {
                self.push(Frame::Field(name.clone()));
                self.mode = Mode::Evaluate(target.clone(), env, value, track);
            }
            NodeKind::Label(body) => {
                let inner = env::bind(&env, Item::Label(self.turns.len()));
                self.mode = Mode::Evaluate(body.clone(), inner, value, track);
            }
            NodeKind::Break(count) => {
                if let Some(Item::Label(turns)) = env::look_up(&env, *count) {
                    self.turns.truncate(*turns);
                }
                self.mode = Mode::Back;
            }
            NodeKind::Try(body, handler) => {
                let handler = handler.as_ref().map(|handler| (handler.clone(), env.clone()));
                let turn = self.turns.len();
                self.leave(TurnKind::Catch(handler, track.clone()));
                self.push(Frame::LeaveCatch(turn));
                self.mode = Mode::Evaluate(body.clone(), env, value, track);
            }
            NodeKind::Alternative(one, two) => {
                let found = Rc::new(Cell::new(false));
                let kind = TurnKind::Otherwise(
                    found.clone(),
                    two.clone(),
                    env.clone(),
                    value.clone(),
                    track.clone(),
                );
                self.leave(kind);
                self.push(Frame::IfTrue(found));
                self.mode = Mode::Evaluate(one.clone(), env, value, track);
            }
            NodeKind::Alternatives(_) => {
                self.mode = Mode::Back;
                self.try_alternative(code.clone(), 0, env, value, track);
            }
            NodeKind::RecurseDefault => {
                self.leave(TurnKind::Below(vec![(value, track)]));
                self.mode = Mode::Back;
            }
            NodeKind::Path(inner) => {
                self.push(Frame::Path(track));
                let track = track::root(value.clone());
                self.mode = Mode::Evaluate(inner.clone(), env, value, track);
            }
            NodeKind::Input => {
                self.several = None;
                return Some(Pause::Input);
            }
            NodeKind::Inputs => {
                self.several = Some(track);
                return Some(Pause::Input);
            }
            NodeKind::Debug => {
                self.mode = Mode::Return(value.clone(), track);
                return Some(Pause::Debug(value));
            }
            NodeKind::Stderr => {
                self.mode = Mode::Return(value.clone(), track);
                return Some(Pause::Stderr(value));
            }
            NodeKind::Halt => return Some(Pause::Halt(None)),
            NodeKind::Runtime(_) if self.facts.line == usize::MAX => {
                self.mode = Mode::Evaluate(code.clone(), env, value, track);
                return Some(Pause::Facts);
            }
            NodeKind::Runtime(runtime) => {
                let known = match runtime {
                    Runtime::InputFilename => self.facts.filename.clone(),
                    Runtime::InputLineNumber => Value::from(self.facts.line),
                };
                self.mode = Mode::Return(known, track);
            }
            _ => return self.operation(code, env, value, track),
        }
        None
    }

    /// `.[] | f` without a path: the elements are passed on one by one, and no frame stays for the last.
    fn pipe_elements(&mut self, target: &Code, filter: &Code, env: Env, value: Value) -> Option<Pause> {
        match super::direct::evaluate(&mut self.facts, target, &value, &env) {
            Ok(Some(container)) => {
                self.push(Frame::Evaluate(filter.clone(), env));
                self.elements(container, None)
            }
            Ok(None) => {
                self.mode = Mode::Back;
                None
            }
            Err(error) => {
                self.mode = Mode::Raise(error);
                None
            }
        }
    }

    /// `[.[] | f]` where `f` needs no machine.
    fn map(&mut self, target: &Code, filter: &Code, env: &Env, value: &Value) -> Result<Value, Value> {
        let Some(container) = super::direct::evaluate(&mut self.facts, target, value, env)? else {
            return Ok(Value::empty_array());
        };
        let mut mapped = Vec::new();
        let mut grown = 0;
        let mut one = |facts: &mut Facts, element: &Value| -> Result<(), Value> {
            if let Some(result) = super::direct::evaluate(facts, filter, element, env)? {
                grown += size_of::<Value>() + census::new_size(&result);
                facts.make_room(grown)?;
                mapped.push(result);
            }
            Ok(())
        };
        let count = match &container {
            Value::Array(array) => {
                array.0.iter().try_for_each(|element| one(&mut self.facts, element))?;
                array.0.len()
            }
            Value::Object(object) => {
                object.values().try_for_each(|element| one(&mut self.facts, element))?;
                object.len()
            }
            other => return Err(paths::cannot_iterate(other)),
        };
        self.spend(count);
        self.grow(grown);
        Ok(Value::array(mapped))
    }

    /// The body `at` of `?//`; the next one waits for it to fail.
    fn try_alternative(&mut self, code: Code, at: usize, env: Env, value: Value, track: Track) {
        let NodeKind::Alternatives(bodies) = &code.kind else { return };
        let Some(body) = bodies.get(at).cloned() else { return };
        if at + 1 < bodies.len() {
            self.leave(TurnKind::Alternative(
                code.clone(),
                at + 1,
                env.clone(),
                value.clone(),
                track.clone(),
            ));
        }
        self.mode = Mode::Evaluate(body, env, value, track);
    }

    /// Takes the latest turn.
    fn back(&mut self) -> Option<Pause> {
        let Some(turn) = self.turns.pop() else { return Some(Pause::Done) };
        self.next = turn.next;
        match turn.kind {
            TurnKind::Evaluate(code, env, value, track) => {
                self.mode = Mode::Evaluate(code, env, value, track);
            }
            TurnKind::Elements(container, at, track) => self.element(container, at, track),
            TurnKind::Range(number, end, step, track) => self.range(number, end, step, track),
            TurnKind::Below(waiting) => self.below(waiting),
            TurnKind::Catch(..) | TurnKind::Left(_) | TurnKind::Alternative(..) => self.mode = Mode::Back,
            TurnKind::Collected(elements, track) => {
                self.mode = Mode::Return(Value::array(elements.take()), track);
            }
            TurnKind::Reduced(held, always) => match held.take() {
                Some((value, track)) => self.mode = Mode::Return(value, track),
                None if always => self.mode = Mode::Return(Value::Null, None),
                None => {}
            },
            TurnKind::Otherwise(found, code, env, value, track) => {
                if !found.get() {
                    self.mode = Mode::Evaluate(code, env, value, track);
                }
            }
            TurnKind::Deleted(modification) => return self.deleted(modification),
            TurnKind::Inputs(track) => {
                self.several = Some(track);
                return Some(Pause::Input);
            }
        }
        None
    }

    /// Looks for a turn that catches the error.
    fn raise(&mut self, error: Value) -> Option<Pause> {
        let mut passed = Vec::new();
        while let Some(turn) = self.turns.pop() {
            match turn.kind {
                TurnKind::Left(catch) => passed.push(catch),
                TurnKind::Catch(handler, track) => {
                    if passed.contains(&self.turns.len()) {
                        continue;
                    }
                    self.next = turn.next;
                    self.mode = match handler {
                        Some((code, env)) => Mode::Evaluate(code, env, error, track),
                        None => Mode::Back,
                    };
                    return None;
                }
                TurnKind::Otherwise(found, code, env, value, track) if !found.get() => {
                    self.next = turn.next;
                    self.mode = Mode::Evaluate(code, env, value, track);
                    return None;
                }
                TurnKind::Alternative(code, at, env, value, track) => {
                    self.next = turn.next;
                    self.try_alternative(code, at, env, value, track);
                    return None;
                }
                _ => {}
            }
        }
        Some(Pause::Failed(error))
    }
}

/// An argument as it is bound: a parameter that is passed on stands for what it stands for itself.
fn argument(code: &Code, env: &Env) -> Item {
    match &code.kind {
        NodeKind::Parameter(count) => match env::look_up(env, *count) {
            Some(item @ Item::Filter(..)) => item.clone(),
            _ => Item::Filter(code.clone(), env.clone()),
        },
        _ => Item::Filter(code.clone(), env.clone()),
    }
}

impl Drop for Link {
    /// In a loop: a chain is as long as recursion is deep.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(link) = next {
            next = Rc::try_unwrap(link).ok().and_then(|mut link| link.next.take());
        }
    }
}
