//! The tree of a program.

use std::rc::Rc;

use super::value::Value;

/// Where something stands in the program's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A filter and where it stands.
#[derive(Clone, Debug)]
pub struct Ast {
    pub kind: Kind,
    pub span: Span,
}

/// Arithmetic and comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What an assignment does with the old value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// `=`
    Plain,
    /// `|=`
    Update,
    /// `+=` and its like.
    Arithmetic(Operator),
    /// `//=`
    Alternative,
}

/// A piece of a string.
#[derive(Clone, Debug)]
pub enum Part {
    Text(Rc<str>),
    Filter(Ast),
}

#[derive(Clone, Debug)]
pub enum Kind {
    Identity,
    RecurseDefault,
    Literal(Value),
    /// A string with interpolations, each formatted by the named format.
    Text(Option<Rc<str>>, Vec<Part>),
    Format(Rc<str>),
    /// `.a`, `.[0]`: what is indexed, and by what.
    Index(Box<Ast>, Box<Ast>),
    Slice(Box<Ast>, Option<Box<Ast>>, Option<Box<Ast>>),
    Iterate(Box<Ast>),
    Array(Option<Box<Ast>>),
    Object(Vec<(Ast, Ast)>),
    Negate(Box<Ast>),
    Pipe(Box<Ast>, Box<Ast>),
    Comma(Box<Ast>, Box<Ast>),
    Binary(Operator, Box<Ast>, Box<Ast>),
    And(Box<Ast>, Box<Ast>),
    Or(Box<Ast>, Box<Ast>),
    /// `//`
    Alternative(Box<Ast>, Box<Ast>),
    Assign(Assignment, Box<Ast>, Box<Ast>),
    If(Box<Ast>, Box<Ast>, Option<Box<Ast>>),
    Try(Box<Ast>, Option<Box<Ast>>),
    Reduce(Box<Ast>, Vec<Pattern>, Box<Ast>, Box<Ast>),
    Foreach(Box<Ast>, Vec<Pattern>, Box<Ast>, Box<Ast>, Option<Box<Ast>>),
    Define(Rc<Definition>, Box<Ast>),
    Call(Rc<str>, Vec<Ast>),
    Variable(Rc<str>),
    /// `SOURCE as PATTERN ?// PATTERN | BODY`
    Bind(Box<Ast>, Vec<Pattern>, Box<Ast>),
    Label(Rc<str>, Box<Ast>),
    Break(Rc<str>),
    /// `$__loc__`, on this line.
    Location(usize),
}

/// What a value is taken apart by.
#[derive(Clone, Debug)]
pub enum Pattern {
    Variable(Rc<str>),
    Array(Vec<Pattern>),
    Object(Vec<(PatternKey, Option<Pattern>)>),
}

/// A key of an object pattern.
#[derive(Clone, Debug)]
pub enum PatternKey {
    /// `$name`: the key, and a variable that is bound to its value.
    Variable(Rc<str>),
    Filter(Ast),
}

/// `def name(parameters): body;`
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: Rc<str>,
    /// A parameter written with `$` is bound as a variable too.
    pub parameters: Vec<(Rc<str>, bool)>,
    pub body: Ast,
}

/// `import` or `include`.
#[derive(Clone, Debug)]
pub struct Import {
    pub path: Rc<str>,
    /// `as name`: none for `include`.
    pub name: Option<Rc<str>>,
    /// `as $name`: data.
    pub data: bool,
    pub metadata: Value,
}

/// A program or module.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What `module` says.
    pub metadata: Option<Value>,
    pub imports: Vec<Import>,
    pub definitions: Vec<Rc<Definition>>,
    /// None in a module.
    pub body: Option<Ast>,
}

impl Ast {
    pub fn new(kind: Kind, span: Span) -> Ast {
        Ast { kind, span }
    }
}
