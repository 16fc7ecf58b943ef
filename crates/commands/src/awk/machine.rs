//! The stack machine that runs a program. It never waits: what needs input or output is asked for with a [`Pause`], and
//! the machine goes on where it stopped once the driver has done it.

use std::collections::HashMap;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use mirage_pattern::Locale;
use mirage_pattern::regex::Regex;

use super::arithmetic::arithmetic;
use super::array::Array;
use super::ast::Redirect;
use super::program::{Code, Instruction, LineSource, Target};
use super::record::{Record, Separator};
use super::regex;
use super::value::{ArrayRef, Value};

/// Instructions between two rests.
const SLICE: u32 = 20_000;

/// Functions that may be running inside each other.
const CALL_LIMIT: usize = 100_000;

/// Bytes of output gathered before they are passed on.
const GATHER: usize = 64 * 1024;

/// Expressions made at run time that are kept compiled.
const REGEX_CACHE: usize = 500;

/// What the machine needs before it can go on.
pub enum Pause {
    /// A rest, so that others run.
    Tick,
    /// A string is longer than what the line may hold.
    TooLarge,
    /// The section is over.
    Done,
    /// `next`: the section is over, and so is the record.
    Next,
    /// `nextfile`.
    NextFile,
    /// `exit`.
    Exit,
    /// Standard output has gathered enough to be passed on.
    Settle,
    /// Text for a file or a command: answer with [`Machine::resume`].
    Write { redirect: Redirect, name: Bytes, text: Bytes },
    /// A line: answer with [`Machine::take_line`].
    Line { source: LineSource, name: Bytes },
    /// `close(name)`: answer with the status.
    Close(Bytes),
    /// `system(line)`: answer with the status.
    System(Bytes),
    /// `fflush`: answer with 0.
    Flush,
    /// A message for stderr that is no error.
    Warning(String),
}

/// An error that ends the program: gawk's words.
pub struct Fatal(pub String);

pub(super) type Step<T> = Result<T, Fatal>;

pub(super) struct Frame {
    pub(super) back: usize,
    pub(super) scalars: usize,
    pub(super) arrays: usize,
    pub(super) stack: usize,
    pub(super) iterators: usize,
}

/// Everything a running program holds.
pub struct Machine {
    pub(super) code: Rc<Code>,
    pub(super) at: usize,
    pub(super) stack: Vec<Value>,
    pub(super) array_stack: Vec<ArrayRef>,
    pub(super) globals: Vec<Value>,
    pub(super) arrays: Vec<ArrayRef>,
    pub(super) locals: Vec<Value>,
    pub(super) local_arrays: Vec<ArrayRef>,
    pub(super) frames: Vec<Frame>,
    pub(super) iterators: Vec<std::vec::IntoIter<Bytes>>,
    pub(super) ranges: Vec<bool>,
    pub(super) record: Record,
    pub(super) separator: Rc<Separator>,
    pub(super) variables: super::variables::Variables,
    pub(super) regexes: HashMap<(Bytes, bool), Regex>,
    /// What goes to standard output.
    pub output: BytesMut,
    /// What the last substitution changed.
    pub(super) replaced: f64,
    /// What `getline` read.
    pub(super) line: Option<Bytes>,
    pub(super) line_status: f64,
    pub(super) line_is_main: bool,
    pub(super) random: super::functions::Random,
    /// The exit status.
    pub status: u8,
    pub(super) locale: Locale,
    pub(super) now: i64,
    pub(super) zone: crate::support::date::Zone,
    pub(super) budget: u32,
    /// How many bytes a string may have.
    pub room: u64,
    /// Whether bytes that are no characters were told of.
    pub(super) told_of_bytes: bool,
    /// Messages that wait to be printed.
    pub(super) warnings: Vec<String>,
}

impl Machine {
    pub fn new(code: Rc<Code>, locale: Locale, zone: crate::support::date::Zone) -> Machine {
        let arrays = code.arrays.iter().map(|_| ArrayRef::default()).collect();
        Machine {
            at: 0,
            stack: Vec::new(),
            array_stack: Vec::new(),
            globals: vec![Value::Unset; code.globals.len()],
            arrays,
            locals: Vec::new(),
            local_arrays: Vec::new(),
            frames: Vec::new(),
            iterators: Vec::new(),
            ranges: vec![false; code.ranges],
            record: Record::new(),
            separator: Rc::new(Separator::Blanks),
            variables: super::variables::Variables::default(),
            regexes: HashMap::new(),
            output: BytesMut::new(),
            replaced: 0.0,
            line: None,
            line_status: 0.0,
            line_is_main: false,
            random: super::functions::Random::default(),
            status: 0,
            locale,
            now: 0,
            zone,
            budget: SLICE,
            room: u64::MAX,
            told_of_bytes: false,
            warnings: Vec::new(),
            code,
        }
    }

    /// Starts a section from its first instruction.
    pub fn enter(&mut self, section: usize) {
        self.at = section;
        self.stack.clear();
        self.array_stack.clear();
        self.locals.clear();
        self.local_arrays.clear();
        self.frames.clear();
        self.iterators.clear();
    }

    /// A record of the main input.
    pub fn set_record(&mut self, text: Bytes) {
        self.variables.nr += 1.0;
        self.variables.fnr += 1.0;
        self.record.set(text, &self.separator);
    }

    /// Answers a pause that asked for a value.
    pub fn resume(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Answers a pause for a line: 1 with the line, 0 at the end, -1 when it cannot be read.
    pub fn take_line(&mut self, status: f64, line: Option<Bytes>, main: bool) {
        self.line_status = status;
        self.line = line;
        self.line_is_main = main;
    }

    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    pub(super) fn pop_text(&mut self) -> Bytes {
        let value = self.pop();
        value.to_text(&self.variables.convfmt)
    }

    pub(super) fn pop_number(&mut self) -> f64 {
        self.pop().number()
    }

    pub(super) fn pop_array(&mut self) -> ArrayRef {
        self.array_stack.pop().unwrap_or_default()
    }

    /// The compiled form of an expression made at run time.
    pub(super) fn regex_of(&mut self, text: &Bytes) -> Step<Regex> {
        let key = (text.clone(), self.variables.ignore_case);
        if let Some(found) = self.regexes.get(&key) {
            return Ok(found.clone());
        }
        let compiled = regex::compile(text, self.variables.ignore_case, self.locale).map_err(Fatal)?;
        if self.regexes.len() >= REGEX_CACHE {
            self.regexes.clear();
        }
        self.regexes.insert((Bytes::copy_from_slice(text), key.1), compiled.clone());
        Ok(compiled)
    }

    /// Whether a regular expression of the program, number `number` of `code`, matches `text`.
    fn fits(&mut self, code: &Code, number: u32, text: &Bytes) -> Step<bool> {
        let gave_up = |error: mirage_pattern::Error| Fatal(error.to_string());
        match self.variables.ignore_case {
            // Compiled for the usual case only.
            true => self.regex_of(&code.regex_texts[number as usize])?.is_match(text).map_err(gave_up),
            false => code.regexes[number as usize].is_match(text).map_err(gave_up),
        }
    }

    /// Runs until something is needed.
    pub fn run(&mut self) -> Step<Pause> {
        let code = self.code.clone();
        loop {
            let instruction = code.instructions[self.at];
            self.at += 1;
            match instruction {
                Instruction::Number(number) => self.stack.push(Value::Number(number)),
                Instruction::Constant(number) => {
                    self.stack.push(Value::Text(code.constants[number as usize].clone()))
                }
                Instruction::Pattern(number) => {
                    self.stack.push(Value::Pattern(code.constants[number as usize].clone()))
                }
                Instruction::Unset => self.stack.push(Value::Unset),
                Instruction::Load(target) => {
                    let value = self.load(target)?;
                    self.stack.push(value);
                }
                Instruction::DuplicateIndex(target) => match target {
                    Target::Field => self.duplicate(),
                    Target::Element => {
                        self.duplicate();
                        let array = self.array_stack.last().cloned().unwrap_or_default();
                        self.array_stack.push(array);
                    }
                    _ => {}
                },
                Instruction::Take(target) => {
                    let value = match target {
                        Target::Global(slot) => std::mem::take(&mut self.globals[slot as usize]),
                        Target::Local(slot) => std::mem::take(self.local(slot)),
                        target => self.load(target)?,
                    };
                    self.stack.push(value);
                }
                Instruction::Assign(target) => {
                    let value = self.pop();
                    self.store(target, value.clone())?;
                    self.stack.push(value);
                }
                Instruction::AssignIfReplaced(target) => {
                    let value = self.pop();
                    match self.replaced > 0.0 {
                        true => self.store(target, value)?,
                        false => self.forget_index(target),
                    }
                    self.stack.push(Value::Number(self.replaced));
                }
                Instruction::Augment(target, operator) => self.augment(target, operator)?,
                Instruction::Update(target, amount, keep) => self.update(target, amount, keep)?,
                Instruction::GlobalArray(slot) => {
                    let array = self.arrays[slot as usize].clone();
                    self.array_stack.push(array);
                }
                Instruction::LocalArray(slot) => {
                    let base = self.frames.last().map_or(0, |frame| frame.arrays);
                    let array = self.local_arrays[base + slot as usize].clone();
                    self.array_stack.push(array);
                }
                Instruction::SubArray => self.sub_array()?,
                Instruction::Join(count) => self.join(count as usize),
                Instruction::In => {
                    let array = self.pop_array();
                    let key = self.pop_text();
                    let found = array.borrow().contains(&key);
                    self.stack.push(Value::truth(found));
                }
                Instruction::Delete => {
                    let key = self.pop_text();
                    self.pop_array().borrow_mut().remove(&key);
                }
                Instruction::Clear => self.pop_array().borrow_mut().clear(),
                Instruction::Arithmetic(operator) => {
                    let (right, left) = (self.pop_number(), self.pop_number());
                    let value = arithmetic(operator, left, right)?;
                    self.stack.push(Value::Number(value));
                }
                Instruction::Compare(operator) => {
                    let (right, left) = (self.pop(), self.pop());
                    let truth = self.compare(operator, &left, &right);
                    self.stack.push(Value::truth(truth));
                }
                Instruction::Concat => {
                    if !self.concat() {
                        return Ok(Pause::TooLarge);
                    }
                }
                Instruction::Not => {
                    let truth = self.pop().is_true();
                    self.stack.push(Value::truth(!truth));
                }
                Instruction::Negate => {
                    let number = self.pop_number();
                    self.stack.push(Value::Number(-number));
                }
                Instruction::ToNumber => {
                    let number = self.pop_number();
                    self.stack.push(Value::Number(number));
                }
                Instruction::Truth => {
                    let truth = self.pop().is_true();
                    self.stack.push(Value::truth(truth));
                }
                Instruction::MatchRecord(regex) => {
                    let text = self.record.text(&self.variables.ofs).clone();
                    let truth = self.fits(&code, regex, &text)?;
                    self.stack.push(Value::truth(truth));
                }
                Instruction::MatchFixed(regex, negated) => {
                    let text = self.pop_text();
                    let truth = self.fits(&code, regex, &text)?;
                    self.stack.push(Value::truth(truth != negated));
                }
                Instruction::MatchDynamic(negated) => {
                    let pattern = self.pop_text();
                    let regex = self.regex_of(&pattern)?;
                    let text = self.pop_text();
                    let truth = regex.is_match(&text).map_err(|error| Fatal(error.to_string()))?;
                    self.stack.push(Value::truth(truth != negated));
                }
                Instruction::CaseEquals => self.case_equals()?,
                Instruction::Pop => {
                    self.stack.pop();
                }
                Instruction::Jump(to) => {
                    let back = (to as usize) < self.at;
                    self.at = to as usize;
                    if back && self.spend() {
                        return Ok(Pause::Tick);
                    }
                }
                Instruction::JumpIf(when, to) => {
                    if self.pop().is_true() == when {
                        let back = (to as usize) < self.at;
                        self.at = to as usize;
                        if back && self.spend() {
                            return Ok(Pause::Tick);
                        }
                    }
                }
                Instruction::Decide(when, to) => {
                    if self.pop().is_true() == when {
                        self.stack.push(Value::truth(when));
                        self.at = to as usize;
                    }
                }
                Instruction::RangeActive(range, to) => {
                    if self.ranges[range as usize] {
                        self.at = to as usize;
                    }
                }
                Instruction::RangeSet(range, active) => self.ranges[range as usize] = active,
                Instruction::ForIn => {
                    let keys = self.walk_order()?;
                    self.iterators.push(keys.into_iter());
                }
                Instruction::ForNext(to) => match self.iterators.last_mut().and_then(Iterator::next) {
                    Some(key) => self.stack.push(Value::Text(key)),
                    None => self.at = to as usize,
                },
                Instruction::ForEnd => {
                    self.iterators.pop();
                }
                Instruction::Call { function, scalars, arrays } => {
                    self.call(function as usize, scalars.into(), arrays.into())?;
                    if self.spend() {
                        return Ok(Pause::Tick);
                    }
                }
                Instruction::Return => self.return_from_call(),
                Instruction::Builtin { builtin, values, arrays } => {
                    if let Some(pause) = self.builtin(builtin, values.into(), arrays.into())? {
                        return Ok(pause);
                    }
                    if let Some(warning) = self.warnings.pop() {
                        return Ok(Pause::Warning(warning));
                    }
                }
                Instruction::Substitute(every) => self.substitute(every)?,
                Instruction::Print { values, format, redirect } => {
                    if let Some(pause) = self.print(values.into(), format, redirect)? {
                        return Ok(pause);
                    }
                }
                Instruction::Getline(source) => {
                    let name = if source == LineSource::Main { Bytes::new() } else { self.pop_text() };
                    return Ok(Pause::Line { source, name });
                }
                Instruction::AssignLine(target) => {
                    match self.line.take() {
                        Some(line) => {
                            if self.line_is_main {
                                self.variables.fnr += 1.0;
                            }
                            self.variables.nr += 1.0;
                            self.store(target, Value::Input(line))?;
                        }
                        None => self.forget_index(target),
                    }
                    self.stack.push(Value::Number(self.line_status));
                }
                Instruction::TakeLine => {
                    if let Some(line) = self.line.take() {
                        if self.line_is_main {
                            self.variables.fnr += 1.0;
                        }
                        self.variables.nr += 1.0;
                        self.record.set(line, &self.separator);
                    }
                    self.stack.push(Value::Number(self.line_status));
                }
                Instruction::Next => return Ok(Pause::Next),
                Instruction::NextFile => return Ok(Pause::NextFile),
                Instruction::Exit(given) => {
                    if given {
                        self.status = self.pop_number() as i64 as u8;
                    }
                    return Ok(Pause::Exit);
                }
                Instruction::End => return Ok(Pause::Done),
            }
        }
    }

    /// Counts a step of a loop; whether it is time for a rest.
    pub(super) fn spend(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(40);
        match self.budget {
            0 => {
                self.budget = SLICE;
                true
            }
            _ => false,
        }
    }

    fn join(&mut self, count: usize) {
        let from = self.stack.len().saturating_sub(count);
        let mut joined = BytesMut::new();
        for (number, value) in self.stack[from..].iter().enumerate() {
            if number > 0 {
                joined.extend_from_slice(&self.variables.subsep);
            }
            value.push_text(&mut joined, &self.variables.convfmt);
        }
        self.stack.truncate(from);
        self.stack.push(Value::Text(joined.freeze()));
    }

    /// Joins the two strings on top; false when they are too long.
    fn concat(&mut self) -> bool {
        let (right, left) = (self.pop(), self.pop());
        let mut joined = match left {
            // A string that only this expression holds grows in place.
            Value::Text(text) => text.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..])),
            left => {
                let mut joined = BytesMut::new();
                left.push_text(&mut joined, &self.variables.convfmt);
                joined
            }
        };
        if joined.len() as u64 + right.length() > self.room {
            return false;
        }
        right.push_text(&mut joined, &self.variables.convfmt);
        self.stack.push(Value::Text(joined.freeze()));
        true
    }

    /// Bytes that variables take.
    pub fn bytes(&self) -> u64 {
        let values = self.globals.iter().chain(&self.locals).chain(&self.stack).map(Value::length);
        let arrays = self.arrays.iter().chain(&self.local_arrays).map(|array| array.borrow().bytes());
        values.chain(arrays).sum()
    }

    /// The keys of the array on top, in the order a loop visits them.
    fn walk_order(&mut self) -> Step<Vec<Bytes>> {
        let array = self.pop_array();
        let order = self.sorted_in();
        let array = array.borrow();
        super::sorting::keys(&array, order.as_deref()).map_err(Fatal)
    }

    /// `PROCINFO["sorted_in"]`.
    fn sorted_in(&self) -> Option<Bytes> {
        let slot = self.code.arrays.iter().position(|name| name == "PROCINFO")?;
        let array = self.arrays[slot].borrow();
        array.get(b"sorted_in").map(|value| value.to_text(b"%.6g"))
    }

    fn call(&mut self, function: usize, scalars: usize, arrays: usize) -> Step<()> {
        if self.frames.len() >= CALL_LIMIT {
            return Err(Fatal("function calls nest too deep".into()));
        }
        let callee = &self.code.functions[function];
        let (entry, all_scalars, all_arrays) = (callee.entry, callee.scalars, callee.arrays);
        let frame = Frame {
            back: self.at,
            scalars: self.locals.len(),
            arrays: self.local_arrays.len(),
            stack: self.stack.len() - scalars,
            iterators: self.iterators.len(),
        };
        self.locals.extend(self.stack.drain(frame.stack..));
        self.locals.resize(frame.scalars + all_scalars, Value::Unset);
        let from = self.array_stack.len() - arrays;
        self.local_arrays.extend(self.array_stack.drain(from..));
        self.local_arrays
            .resize_with(frame.arrays + all_arrays, || Rc::new(std::cell::RefCell::new(Array::default())));
        self.frames.push(frame);
        self.at = entry;
        Ok(())
    }

    fn return_from_call(&mut self) {
        let value = self.pop();
        if let Some(frame) = self.frames.pop() {
            self.at = frame.back;
            self.locals.truncate(frame.scalars);
            self.local_arrays.truncate(frame.arrays);
            self.stack.truncate(frame.stack);
            self.iterators.truncate(frame.iterators);
        }
        self.stack.push(value);
    }

    fn print(&mut self, values: usize, format: bool, redirect: Option<Redirect>) -> Step<Option<Pause>> {
        let name = redirect.map(|_| self.pop_text());
        let from = self.stack.len().saturating_sub(values);
        let mut text = match redirect {
            None => std::mem::take(&mut self.output),
            Some(_) => BytesMut::new(),
        };
        if format {
            let (format, rest) =
                self.stack[from..].split_first().ok_or_else(|| Fatal("printf: no format".into()))?;
            let format = format.to_text(&self.variables.convfmt);
            let printed =
                super::format::sprintf(&format, rest, &self.variables.convfmt, self.locale).map_err(Fatal)?;
            text.extend_from_slice(&printed);
        } else {
            if values == 0 {
                text.extend_from_slice(self.record.text(&self.variables.ofs));
            }
            for (number, value) in self.stack[from..].iter().enumerate() {
                if number > 0 {
                    text.extend_from_slice(&self.variables.ofs);
                }
                value.push_text(&mut text, &self.variables.ofmt);
            }
            text.extend_from_slice(&self.variables.ors);
        }
        self.stack.truncate(from);
        match redirect.zip(name) {
            Some((redirect, name)) => Ok(Some(Pause::Write { redirect, name, text: text.freeze() })),
            None => {
                self.output = text;
                Ok((self.output.len() >= GATHER).then_some(Pause::Settle))
            }
        }
    }

    pub fn set_global(&mut self, name: &[u8], value: Value) -> Step<()> {
        if let Some(special) = super::program::Special::find(name) {
            return self.set_special(special, &value);
        }
        // A name that the program does not mention has no effect.
        if let Some(slot) = self.code.globals.iter().position(|global| global == name) {
            self.globals[slot] = value;
        }
        Ok(())
    }

    /// The array called `name`, if the program mentions it.
    pub fn array(&self, name: &str) -> Option<&ArrayRef> {
        self.arrays.get(self.code.arrays.iter().position(|array| array == name)?)
    }
}
