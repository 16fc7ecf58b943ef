//! The machine that runs programs.

use std::rc::Rc;

use mirage_shell::command::Context;
use mirage_vfs::{Error, Share};

use super::code::{Argument, Binary, Call, Code, Function, Local, Op, Slot, Special};
use super::library::{self, Mathematics};
use super::number::Number;
use super::page::Page;
use super::random::Random;
use super::reading::Program;
use super::value::{Array, SMALL, Value};

/// One more than the highest subscript.
const SUBSCRIPTS: i64 = 1 << 24;
/// The most digits a number may have: one operation on more would hold up the line.
pub const MOST_DIGITS: usize = 1 << 18;
/// What a frame takes, with a local or two.
const FRAME: u64 = 512;
/// What a step of a function takes.
const STEP: u64 = 96;

/// What a name of a function stands for.
#[derive(Clone)]
pub enum Callable {
    Defined(Rc<Function>),
    Library(Mathematics),
}

/// Why a piece of the program ended before its end.
pub enum Trouble {
    /// `Runtime error` and this text, and how far in front of the end of the step it is.
    Wrong(String, u32),
    /// Arguments of the wrong kind, which is told twice.
    Mismatch(String, u32),
    /// `halt`, and a program that cannot go on.
    Halted,
    /// What was printed could not be written.
    Write(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::Write(error)
    }
}

/// A function that runs, and what its locals hid.
struct Frame {
    function: Option<Rc<Function>>,
    code: Rc<Code>,
    next: usize,
    values: Vec<(Slot, Value)>,
    arrays: Vec<(Slot, Array)>,
    /// How high the stack was.
    height: usize,
}

/// All state of a program.
pub struct Machine<'a> {
    context: &'a Context,
    pub page: Page,
    /// What each function stands for, and what that takes of the line's memory.
    functions: Vec<Option<(Callable, Share)>>,
    variables: Vec<Value>,
    arrays: Vec<Array>,
    stack: Vec<Value>,
    frames: Vec<Frame>,
    pub scale: usize,
    ibase: u32,
    obase: u64,
    last: Value,
    zero: Value,
    random: Random,
    /// What the stack and the frames take of the line's memory.
    held: Share,
    /// Messages that stop nothing.
    warnings: Vec<Vec<u8>>,
}

impl<'a> Machine<'a> {
    pub fn new(context: &'a Context, page: Page) -> Machine<'a> {
        let zero = Value::small(Number::integer(0));
        Machine {
            context,
            page,
            functions: Vec::new(),
            variables: Vec::new(),
            arrays: Vec::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            scale: 0,
            ibase: 10,
            obase: 10,
            last: zero.clone(),
            zero,
            random: Random::default(),
            held: context.call.share(),
            warnings: Vec::new(),
        }
    }

    /// Makes `slot` stand for `callable`.
    pub fn define(&mut self, slot: Slot, callable: Callable) {
        if self.functions.len() <= slot {
            self.functions.resize_with(slot + 1, || None);
        }
        let mut share = self.context.call.share();
        if let Callable::Defined(function) = &callable {
            share.set(FRAME + function.code.ops.len() as u64 * STEP);
        }
        self.functions[slot] = Some((callable, share));
    }

    /// Runs a piece of the program; the error is the whole message.
    pub async fn run(&mut self, code: Code, program: &mut Program<'_>) -> Result<(), Trouble> {
        let code = Rc::new(code);
        self.frames.push(Frame {
            function: None,
            code,
            next: 0,
            values: Vec::new(),
            arrays: Vec::new(),
            height: 0,
        });
        let ran = self.steps(program).await;
        let ran = match ran {
            Err(Trouble::Wrong(message, before)) => {
                self.tell_runtime("error", &message, before, program).await;
                Ok(())
            }
            Err(Trouble::Mismatch(message, before)) => {
                self.tell_runtime("error", &message, before, program).await;
                self.tell_runtime("error", "Parameter number mismatch", before - 1, program).await;
                Ok(())
            }
            ran => ran,
        };
        while !self.frames.is_empty() {
            self.leave();
        }
        self.stack.clear();
        ran
    }

    async fn tell_runtime(&self, kind: &str, message: &str, before: u32, program: &Program<'_>) {
        let frame = self.frames.last();
        let name = match frame.and_then(|frame| frame.function.as_ref()) {
            Some(function) => String::from_utf8_lossy(&function.name).into_owned(),
            None => "(main)".to_owned(),
        };
        let address = frame.and_then(|frame| frame.code.addresses.get(frame.next.saturating_sub(1)));
        let address = address.copied().unwrap_or(0).saturating_sub(before);
        let text = format!("Runtime {kind} (func={name}, adr={address}): {message}\n");
        program.tell(&self.page, text.into_bytes()).await;
    }

    async fn steps(&mut self, program: &mut Program<'_>) -> Result<(), Trouble> {
        loop {
            self.context.call.tick().await;
            let Some(frame) = self.frames.last_mut() else { return Ok(()) };
            let code = frame.code.clone();
            let Some(op) = code.ops.get(frame.next) else {
                if frame.function.is_none() {
                    return Ok(());
                }
                let zero = self.zero.clone();
                self.give(zero);
                continue;
            };
            frame.next += 1;
            self.step(op, program).await?;
            for warning in std::mem::take(&mut self.warnings) {
                let text = String::from_utf8_lossy(&warning).into_owned();
                self.tell_runtime("warning", &text, 0, program).await;
            }
        }
    }

    async fn step(&mut self, op: &Op, program: &mut Program<'_>) -> Result<(), Trouble> {
        match op {
            Op::Constant(digits) => {
                self.afford(digits.len())?;
                let number = Number::parse(digits, self.ibase);
                self.push(number);
            }
            Op::Load(slot) => {
                let value = self.variables.get(*slot).unwrap_or(&self.zero).clone();
                self.stack.push(value);
            }
            Op::Store(slot) => {
                let value = self.top();
                *self.variable(*slot) = value;
            }
            Op::LoadSpecial(special) => {
                let value = self.special(*special);
                self.stack.push(value);
            }
            Op::StoreSpecial(special) => self.set_special(*special),
            Op::LoadElement(slot) | Op::PeekElement(slot) => {
                let subscript = self.top();
                if matches!(op, Op::LoadElement(_)) {
                    self.pop();
                }
                let at = subscript_of(&subscript, program.array_name(*slot))?;
                let value = self.array(*slot).get(at);
                self.stack.push(value.unwrap_or_else(|| self.zero.clone()));
            }
            Op::StoreElement(slot) => {
                let value = self.pop();
                let subscript = self.pop();
                let at = subscript_of(&subscript, program.array_name(*slot))?;
                self.stack.push(value.clone());
                let array = self.array(*slot).clone();
                array.set(at, value, &self.context.call).await;
            }
            Op::Duplicate => {
                let value = self.top();
                self.stack.push(value);
            }
            Op::AddToTop(by) => {
                let value = self.pop();
                self.push(value.add(&Number::integer(*by)));
            }
            Op::Binary(op) => self.binary(*op).await?,
            Op::Negate => {
                let value = self.pop();
                self.push(value.negate());
            }
            Op::Not => {
                let value = self.pop();
                self.push_truth(value.is_zero());
            }
            Op::Truth => {
                let value = self.pop();
                self.push_truth(!value.is_zero());
            }
            Op::Jump(to) => self.jump(*to),
            Op::JumpIfZero(to) => {
                if self.pop().is_zero() {
                    self.jump(*to);
                }
            }
            Op::JumpUnlessZero(to) => {
                if !self.pop().is_zero() {
                    self.jump(*to);
                }
            }
            Op::Pop => {
                self.pop();
            }
            Op::Show | Op::Print => self.show(matches!(op, Op::Show)).await?,
            Op::PrintText(text) => {
                self.page.print(text);
                self.page.output.settle(&self.context.call).await?;
            }
            Op::Length => {
                let length = self.pop().length();
                self.push(Number::integer(length));
            }
            Op::ScaleOf => {
                let scale = self.pop().scale;
                self.push(Number::integer(scale));
            }
            Op::SquareRoot => {
                let value = self.pop();
                self.afford(2 * self.scale.max(value.scale) + value.size())?;
                let root = value.square_root(self.scale, &self.context.call).await;
                self.push(root.ok_or_else(|| wrong("Square root of a negative number"))?);
            }
            Op::Read => {
                self.page.output.flush(&self.context.call).await?;
                let digits = program.read_number().await;
                let (is_negative, digits) = digits.ok_or_else(|| wrong("Nothing left to read"))?;
                let number = Number::parse(&digits, self.ibase);
                self.push(if is_negative { number.negate() } else { number });
            }
            Op::Random => {
                let number = self.random.next();
                self.push(Number::integer(number));
            }
            Op::Call(call) => self.call(call, program).await?,
            Op::Return => {
                let value = self.pop();
                self.give(value);
            }
            Op::Halt => return Err(Trouble::Halted),
            Op::Limits => self.page.output.push(LIMITS),
            Op::Warranty => self.page.output.push(super::WARRANTY),
        }
        Ok(())
    }

    fn push(&mut self, number: Number) {
        let value = Value::new(number, &self.context.call);
        self.stack.push(value);
    }

    fn push_truth(&mut self, truth: bool) {
        self.push(Number::integer(u8::from(truth)));
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_else(|| self.zero.clone())
    }

    fn top(&self) -> Value {
        self.stack.last().unwrap_or(&self.zero).clone()
    }

    fn jump(&mut self, to: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.next = to;
        }
    }

    /// Refuses a result of more digits than can be worked on.
    fn afford(&self, digits: usize) -> Result<(), Trouble> {
        match digits > MOST_DIGITS {
            true => Err(wrong("number has too many digits")),
            false => Ok(()),
        }
    }

    fn variable(&mut self, slot: Slot) -> &mut Value {
        if self.variables.len() <= slot {
            self.variables.resize(slot + 1, self.zero.clone());
        }
        &mut self.variables[slot]
    }

    fn array(&mut self, slot: Slot) -> &mut Array {
        if self.arrays.len() <= slot {
            self.arrays.resize_with(slot + 1, Array::new);
        }
        &mut self.arrays[slot]
    }

    /// Counts what the stack and the frames hold.
    fn count(&mut self) {
        let bytes = FRAME * self.frames.len() as u64 + SMALL * self.stack.len() as u64;
        if bytes.abs_diff(self.held.bytes()) > 1 << 14 {
            self.held.set(bytes);
        }
    }

    fn special(&self, special: Special) -> Value {
        match special {
            Special::Scale => Value::small(Number::integer(self.scale)),
            Special::Ibase => Value::small(Number::integer(self.ibase)),
            Special::Obase => Value::small(Number::integer(self.obase)),
            Special::Last => self.last.clone(),
        }
    }

    /// The value at the top becomes that of `special`, as far as it can.
    fn set_special(&mut self, special: Special) {
        let value = self.top();
        let number = value.to_i64().unwrap_or(i64::MAX);
        let mut bounded = |name: &str, least: i64, most: i64| {
            let text = match number {
                small if small < 0 => format!("negative {name}, set to {least}"),
                small if small < least => format!("{name} too small, set to {least}"),
                large if large > most => format!("{name} too large, set to {most}"),
                number => return number,
            };
            self.warnings.push(text.into_bytes());
            number.clamp(least, most)
        };
        match special {
            Special::Scale => {
                self.scale = bounded("scale", 0, i64::from(i32::MAX)) as usize;
            }
            Special::Ibase => {
                self.ibase = bounded("ibase", 2, 36) as u32;
            }
            Special::Obase => {
                self.obase = bounded("obase", 2, i64::from(i32::MAX)) as u64;
            }
            Special::Last => self.last = value,
        }
    }

    async fn binary(&mut self, op: Binary) -> Result<(), Trouble> {
        let (right, left) = (self.pop(), self.pop());
        let (larger, both) = (left.size().max(right.size()), left.size() + right.size());
        self.context.call.tick_many((both >> 6) as u32).await;
        let scale = self.scale;
        let result = match op {
            Binary::Add => left.add(&right),
            Binary::Subtract => left.subtract(&right),
            Binary::Multiply => {
                self.afford(both)?;
                left.multiply(&right, scale)
            }
            Binary::Divide => {
                self.afford(both + scale)?;
                left.divide(&right, scale).ok_or_else(|| wrong("Divide by zero"))?
            }
            Binary::Remainder => {
                self.afford(both + scale)?;
                left.remainder(&right, scale).ok_or_else(|| wrong("Modulo by zero"))?
            }
            Binary::Power => return self.power(&left, &right),
            _ => {
                self.afford(larger)?;
                let order = left.compare(&right);
                let holds = match op {
                    Binary::Less => order.is_lt(),
                    Binary::LessOrEqual => order.is_le(),
                    Binary::Equal => order.is_eq(),
                    Binary::NotEqual => order.is_ne(),
                    Binary::GreaterOrEqual => order.is_ge(),
                    _ => order.is_gt(),
                };
                self.push_truth(holds);
                return Ok(());
            }
        };
        self.push(result);
        Ok(())
    }

    fn power(&mut self, base: &Number, exponent: &Number) -> Result<(), Trouble> {
        if exponent.scale > 0 && exponent.with_scale(0).compare(exponent).is_ne() {
            self.warnings.push(b"non-zero scale in exponent".to_vec());
        }
        let exponent = exponent.to_i64().ok_or_else(|| wrong("exponent too large in raise"))?;
        let digits = base.power_size(exponent).saturating_add(if exponent < 0 { self.scale } else { 0 });
        self.afford(digits)?;
        let power = base.power(exponent, self.scale);
        self.push(power.ok_or_else(|| wrong("divide by zero"))?);
        Ok(())
    }

    async fn show(&mut self, is_line: bool) -> Result<(), Trouble> {
        let value = self.pop();
        self.context.call.tick_many((value.size() >> 4) as u32).await;
        let text = value.show(self.obase, &self.context.call).await;
        self.page.print(&text);
        if is_line {
            self.page.print(b"\n");
        }
        self.last = value;
        self.page.output.settle(&self.context.call).await?;
        Ok(())
    }

    async fn call(&mut self, call: &Call, program: &Program<'_>) -> Result<(), Trouble> {
        let callable = self.functions.get(call.function).and_then(Option::as_ref);
        let function = match callable.map(|(callable, _)| callable.clone()) {
            Some(Callable::Defined(function)) => function,
            Some(Callable::Library(function)) => return self.call_library(function, call).await,
            None => {
                let message = format!("Function {} not defined.", String::from_utf8_lossy(&call.name));
                return Err(Trouble::Wrong(message, call.arguments.len() as u32 + 1));
            }
        };
        call.check_count(function.parameters.len())?;
        let given = call.arguments.iter().filter(|argument| **argument == Argument::Value).count();
        let first = self.stack.len() - given.min(self.stack.len());
        let mut values = self.stack.split_off(first).into_iter();
        let mut frame = Frame {
            code: Rc::new(Code::default()),
            next: 0,
            values: Vec::new(),
            arrays: Vec::new(),
            height: self.stack.len(),
            function: None,
        };
        let mut bound = Vec::new();
        for (at, (parameter, argument)) in function.parameters.iter().zip(&call.arguments).enumerate() {
            let before = (call.arguments.len() - at) as u32;
            match (parameter, argument) {
                (Local::Value(slot), Argument::Value) => {
                    bound.push((*slot, values.next().unwrap_or_else(|| self.zero.clone())));
                }
                (Local::Array(slot), Argument::Array(given)) => {
                    let copy = self.array(*given).copy();
                    frame.arrays.push((*slot, copy));
                }
                (Local::Reference(slot), Argument::Array(given)) => {
                    let same = self.array(*given).clone();
                    frame.arrays.push((*slot, same));
                }
                (Local::Value(_), Argument::Array(_)) => {
                    return Err(Trouble::Mismatch(NO_VALUE.to_owned(), before));
                }
                (Local::Array(slot) | Local::Reference(slot), Argument::Value) => {
                    let name = String::from_utf8_lossy(program.array_name(*slot));
                    return Err(Trouble::Mismatch(
                        format!("Parameter type mismatch parameter {name}."),
                        before,
                    ));
                }
            }
        }
        for auto in &function.autos {
            match auto {
                Local::Value(slot) => bound.push((*slot, self.zero.clone())),
                Local::Array(slot) | Local::Reference(slot) => frame.arrays.push((*slot, Array::new())),
            }
        }
        // What the locals hide takes their place in the frame.
        for (slot, value) in bound {
            let hidden = std::mem::replace(self.variable(slot), value);
            frame.values.push((slot, hidden));
        }
        for (slot, array) in &mut frame.arrays {
            std::mem::swap(self.array(*slot), array);
        }
        frame.code = function.code.clone();
        frame.function = Some(function);
        self.frames.push(frame);
        self.count();
        Ok(())
    }

    async fn call_library(&mut self, function: Mathematics, call: &Call) -> Result<(), Trouble> {
        let parameters = if function == Mathematics::Bessel { 2 } else { 1 };
        call.check_count(parameters)?;
        if let Some(at) = call.arguments.iter().position(|argument| *argument != Argument::Value) {
            return Err(Trouble::Mismatch(NO_VALUE.to_owned(), (call.arguments.len() - at) as u32));
        }
        let x = self.pop();
        let order = if parameters == 2 { self.pop() } else { self.zero.clone() };
        self.afford(self.scale + x.size())?;
        let result = library::evaluate(function, &order, &x, self.scale, &self.context.call).await;
        self.push(result.ok_or_else(|| wrong("number has too many digits"))?);
        Ok(())
    }

    /// The running function ends and gives `value`.
    fn give(&mut self, value: Value) {
        let height = self.frames.last().map_or(0, |frame| frame.height);
        self.leave();
        self.stack.truncate(height);
        self.stack.push(value);
    }

    /// Shows again what the locals of the running function hid.
    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        for (slot, value) in frame.values.into_iter().rev() {
            *self.variable(slot) = value;
        }
        for (slot, array) in frame.arrays.into_iter().rev() {
            *self.array(slot) = array;
        }
    }
}

const LIMITS: &[u8] = b"BC_BASE_MAX     = 2147483647
BC_DIM_MAX      = 16777215
BC_SCALE_MAX    = 2147483647
BC_STRING_MAX   = 2147483647
MAX Exponent    = 9223372036854775807
Number of vars  = 32767
";

/// What is said of an array where a value is wanted.
const NO_VALUE: &str = "Parameter type mismatch, parameter (null).";

impl Call {
    /// Refuses another number of arguments than `parameters`: that is told at the first that is too many or missing.
    fn check_count(&self, parameters: usize) -> Result<(), Trouble> {
        let given = self.arguments.len();
        match given == parameters {
            true => Ok(()),
            false => {
                let before = given.saturating_sub(parameters) as u32;
                Err(Trouble::Wrong("Parameter number mismatch".to_owned(), before))
            }
        }
    }
}

fn wrong(message: &str) -> Trouble {
    Trouble::Wrong(message.to_owned(), 0)
}

fn subscript_of(value: &Number, name: &[u8]) -> Result<u32, Trouble> {
    let at = value.to_i64().filter(|at| (0..SUBSCRIPTS).contains(at));
    at.and_then(|at| u32::try_from(at).ok()).ok_or_else(|| {
        Trouble::Wrong(format!("Array {} subscript out of bounds.", String::from_utf8_lossy(name)), 0)
    })
}
