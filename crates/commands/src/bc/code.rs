//! Programs in their executable form.

use std::rc::Rc;

/// What stores a value besides variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Scale,
    Ibase,
    Obase,
    Last,
}

/// A place of its own for each name; names of variables, arrays and functions are apart.
pub type Slot = usize;

/// A binary operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

/// One step of the machine.
#[derive(Clone, Debug)]
pub enum Op {
    /// Digits, read in the base that holds when it comes to this.
    Constant(Rc<[u8]>),
    Load(Slot),
    Store(Slot),
    LoadSpecial(Special),
    StoreSpecial(Special),
    /// The subscript on the stack gives way to the element.
    LoadElement(Slot),
    /// The same, and the subscript stays below it.
    PeekElement(Slot),
    /// A value and below it a subscript give way to the value.
    StoreElement(Slot),
    /// A copy of the value at the top.
    Duplicate,
    /// Adds to the value at the top.
    AddToTop(i8),
    Binary(Binary),
    Negate,
    Not,
    /// The value at the top as 0 or 1.
    Truth,
    Jump(usize),
    /// Takes the top and jumps if it is zero.
    JumpIfZero(usize),
    /// Takes the top and jumps if it is not zero.
    JumpUnlessZero(usize),
    /// Prints the top and a newline; it is the last value then.
    Show,
    /// Prints the top alone; it is the last value then.
    Print,
    PrintText(Rc<[u8]>),
    Pop,
    Length,
    ScaleOf,
    SquareRoot,
    Read,
    Random,
    Call(Rc<Call>),
    Return,
    Halt,
    Limits,
    Warranty,
}

/// A call: the function, and what its arguments are.
#[derive(Debug)]
pub struct Call {
    pub function: Slot,
    pub name: Vec<u8>,
    pub arguments: Vec<Argument>,
}

/// An argument: a value of the stack or an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    Value,
    Array(Slot),
}

/// Steps, and for each the address behind it as `bc` counts.
#[derive(Clone, Debug, Default)]
pub struct Code {
    pub ops: Vec<Op>,
    pub addresses: Vec<u32>,
}

/// A parameter or a variable of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    Value(Slot),
    Array(Slot),
    /// An array that is the caller's own.
    Reference(Slot),
}

/// A function.
#[derive(Debug)]
pub struct Function {
    pub name: Vec<u8>,
    pub parameters: Vec<Local>,
    pub autos: Vec<Local>,
    pub code: Rc<Code>,
}
