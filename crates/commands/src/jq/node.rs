//! The executable form of a program: names are resolved to places.

use std::rc::Rc;

use super::ast::Operator;
use super::formats::Format;
use super::native::Native;
use super::value::Value;

pub type Code = Rc<Node>;

/// A filter that can run.
#[derive(Debug)]
pub struct Node {
    pub kind: NodeKind,
    /// It answers at most once and takes no turn of its own: evaluated without the machine.
    pub direct: bool,
}

/// A piece of a string.
#[derive(Debug)]
pub enum TextPart {
    Text(Rc<str>),
    Filter(Code),
}

#[derive(Debug)]
pub enum NodeKind {
    Identity,
    Empty,
    RecurseDefault,
    Constant(Value),
    /// The value bound so many places up.
    Variable(usize),
    Text(Format, Vec<TextPart>),
    Field(Code, Rc<str>),
    Index(Code, Code),
    Slice(Code, Option<Code>, Option<Code>),
    Iterate(Code),
    Collect(Code),
    Object(Vec<(Code, Code)>),
    Negate(Code),
    Pipe(Code, Code),
    Comma(Code, Code),
    Binary(Operator, Code, Code),
    And(Code, Code),
    Or(Code, Code),
    Alternative(Code, Code),
    If(Code, Code, Code),
    Try(Code, Option<Code>),
    /// Runs the source and binds each of its values for the body.
    Bind(Code, Code),
    /// `?//`: the bodies, tried in turn.
    Alternatives(Vec<Code>),
    Reduce {
        source: Code,
        init: Code,
        update: Code,
    },
    /// The body updates the state, keeps it, and extracts.
    Foreach {
        source: Code,
        init: Code,
        body: Code,
    },
    /// Keeps its input as the state of the `foreach` bound so many places up.
    KeepState(usize),
    Call(Call),
    /// A parameter that is a filter, bound so many places up.
    Parameter(usize),
    Label(Code),
    Break(usize),
    /// `path(f)`
    Path(Code),
    GetPath(Code),
    /// `PATHS |= UPDATE`
    Modify(Code, Code),
    Native(Native, Vec<Code>),
    Range(Code, Code, Code),
    Limit(Code, Code),
    Skip(Code, Code),
    Last(Code),
    Input,
    Inputs,
    Debug,
    Stderr,
    HaltError(Code),
    Halt,
    /// Where messages stand: the name of the file, the line, and what is known of modules.
    Runtime(Runtime),
}

/// What only the running program knows.
#[derive(Clone, Copy, Debug)]
pub enum Runtime {
    InputFilename,
    InputLineNumber,
}

/// A call of a function of the program.
#[derive(Debug)]
pub struct Call {
    pub function: usize,
    /// How many places up the function's own surroundings begin.
    pub up: usize,
    pub arguments: Vec<Code>,
}

impl Node {
    pub fn new(kind: NodeKind) -> Code {
        let direct = kind.is_direct();
        Rc::new(Node { kind, direct })
    }

    pub fn constant(value: Value) -> Code {
        Node::new(NodeKind::Constant(value))
    }
}

impl NodeKind {
    fn is_direct(&self) -> bool {
        let all = |codes: &[&Code]| codes.iter().all(|code| code.direct);
        match self {
            NodeKind::Identity | NodeKind::Empty | NodeKind::Constant(_) | NodeKind::Variable(_) => true,
            NodeKind::Text(_, parts) => parts.iter().all(|part| match part {
                TextPart::Text(_) => true,
                TextPart::Filter(code) => code.direct,
            }),
            NodeKind::Field(target, _) | NodeKind::Negate(target) | NodeKind::GetPath(target) => {
                target.direct
            }
            NodeKind::Collect(inner) => inner.direct,
            NodeKind::Index(one, two)
            | NodeKind::Pipe(one, two)
            | NodeKind::Binary(_, one, two)
            | NodeKind::And(one, two)
            | NodeKind::Or(one, two)
            | NodeKind::Bind(one, two)
            | NodeKind::Alternative(one, two) => all(&[one, two]),
            NodeKind::Slice(target, from, to) => {
                target.direct && [from, to].into_iter().flatten().all(|code| code.direct)
            }
            NodeKind::Object(entries) => entries.iter().all(|(key, value)| key.direct && value.direct),
            NodeKind::If(condition, then, otherwise) => all(&[condition, then, otherwise]),
            NodeKind::Try(body, handler) => body.direct && handler.as_ref().is_none_or(|code| code.direct),
            NodeKind::Native(_, arguments) => arguments.iter().all(|code| code.direct),
            _ => false,
        }
    }
}

impl NodeKind {
    /// Whether a filter goes down into its input: then it must tell the path.
    pub fn moves(&self) -> bool {
        !matches!(
            self,
            NodeKind::Constant(_)
                | NodeKind::Variable(_)
                | NodeKind::Text(..)
                | NodeKind::Collect(_)
                | NodeKind::Object(_)
                | NodeKind::Negate(_)
                | NodeKind::Binary(..)
                | NodeKind::And(..)
                | NodeKind::Or(..)
                | NodeKind::Identity
                | NodeKind::Empty
                | NodeKind::Native(..)
        )
    }
}
