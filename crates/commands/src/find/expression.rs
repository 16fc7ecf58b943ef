//! The expression of a call: what is tested and done for each entry, and in which order.

use std::cmp::Ordering;

use mirage_pattern::glob::Glob;
use mirage_pattern::regex::Regex;
use mirage_vfs::tree::Access;
use mirage_vfs::{Entry, Kind, Special, Time};

use super::format::Format;

/// A number with `+` or `-` in front: more or less than it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison<T> {
    pub ordering: Ordering,
    pub number: T,
}

impl<T: PartialOrd> Comparison<T> {
    pub fn holds(&self, value: T) -> bool {
        value.partial_cmp(&self.number) == Some(self.ordering)
    }
}

/// Which time of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Accessed,
    Changed,
    Modified,
}

impl Clock {
    pub fn of(self, entry: &Entry) -> Option<Time> {
        match self {
            Clock::Accessed => entry.accessed,
            Clock::Changed => entry.changed,
            Clock::Modified => entry.modified,
        }
    }
}

/// How the bits of `-perm` are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    Exactly,
    /// `-`
    All,
    /// `/`
    Any,
}

/// What is asked of an entry. Tests change nothing.
#[derive(Clone, Debug)]
pub enum Test {
    True,
    False,
    Name(Glob),
    Path(Glob),
    Regex(Regex),
    Kinds(Vec<u8>),
    /// The kind of what a link leads to, or of the link when links are followed.
    OtherKinds(Vec<u8>),
    Size {
        unit: u64,
        size: Comparison<u64>,
    },
    Empty,
    /// Seconds before `origin`, counted in days from the time or in minutes up to it.
    Age {
        clock: Clock,
        origin: Time,
        unit: f64,
        age: Comparison<f64>,
    },
    NewerThan(Clock, Time),
    Used(Comparison<f64>),
    Permissions {
        how: Permissions,
        file: u32,
        directory: u32,
    },
    User(Comparison<u64>),
    Group(Comparison<u64>),
    NoUser,
    NoGroup,
    Links(Comparison<u64>),
    Inode(Comparison<u64>),
    SameFile(Option<(u64, u64)>),
    LinkName(Glob),
    Access(Access),
    FileSystem(Vec<u8>),
}

/// What must be known of an entry, by what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    Name,
    Kind,
    Metadata,
    /// Requests of its own.
    More,
}

impl Test {
    pub fn needs(&self) -> Needs {
        match self {
            Test::True | Test::False | Test::Name(_) | Test::Path(_) | Test::Regex(_) => Needs::Name,
            Test::Kinds(_) => Needs::Kind,
            Test::OtherKinds(_) | Test::LinkName(_) | Test::Access(_) | Test::FileSystem(_) | Test::Empty => {
                Needs::More
            }
            _ => Needs::Metadata,
        }
    }
}

/// What is done with an entry.
#[derive(Clone, Debug)]
pub enum Action {
    Print {
        output: usize,
        end: u8,
    },
    Printf {
        output: usize,
        format: Format,
    },
    List {
        output: usize,
    },
    Delete,
    Prune,
    Quit,
    /// Runs the command of this index.
    Execute(usize),
}

/// One predicate.
#[derive(Clone, Debug)]
pub enum Predicate {
    Test(Test),
    Action(Action),
}

impl Predicate {
    /// Whether it may be moved before or after another test.
    fn cost(&self) -> Option<Needs> {
        match self {
            Predicate::Test(test) => Some(test.needs()),
            Predicate::Action(_) => None,
        }
    }
}

/// An expression as it was written.
#[derive(Clone, Debug)]
pub enum Expression {
    One(Predicate),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    /// All are evaluated, the last one counts.
    Comma(Vec<Expression>),
}

/// Where evaluation goes on.
pub type Target = usize;

/// The end of an evaluation.
pub const END: Target = usize::MAX;

/// A predicate and where to go on after it.
#[derive(Clone, Debug)]
pub struct Instruction {
    pub predicate: Predicate,
    pub if_true: Target,
    pub if_false: Target,
}

/// An expression as a list of instructions: evaluation is a loop.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub instructions: Vec<Instruction>,
    pub start: Target,
}

impl Program {
    /// The program of an expression. Neighbouring tests of an `and` are put in the order of what they cost, which nobody
    /// can tell from the result.
    pub fn new(expression: &Expression) -> Self {
        let mut program = Program { instructions: Vec::new(), start: END };
        program.start = program.compile(expression, END, END);
        program
    }

    fn compile(&mut self, expression: &Expression, if_true: Target, if_false: Target) -> Target {
        match expression {
            Expression::One(predicate) => {
                self.instructions.push(Instruction { predicate: predicate.clone(), if_true, if_false });
                self.instructions.len() - 1
            }
            Expression::Not(inner) => self.compile(inner, if_false, if_true),
            Expression::And(parts) => {
                let parts = by_cost(parts);
                parts.iter().rev().fold(if_true, |next, part| self.compile(part, next, if_false))
            }
            Expression::Or(parts) => {
                parts.iter().rev().fold(if_false, |next, part| self.compile(part, if_true, next))
            }
            Expression::Comma(parts) => {
                let Some((last, before)) = parts.split_last() else { return if_true };
                let last = self.compile(last, if_true, if_false);
                before.iter().rev().fold(last, |next, part| self.compile(part, next, next))
            }
        }
    }

    /// Whether some directories may not be entered, or the walk may end before its end.
    pub fn cuts_short(&self) -> bool {
        self.instructions.iter().any(|instruction| {
            matches!(instruction.predicate, Predicate::Action(Action::Prune | Action::Quit))
        })
    }

    /// Whether most entries will be asked for their metadata: no test of names comes before.
    pub fn wants_metadata(&self) -> bool {
        let mut at = self.start;
        while let Some(instruction) = self.instructions.get(at) {
            at = match &instruction.predicate {
                Predicate::Test(Test::Kinds(_) | Test::True) => instruction.if_true,
                Predicate::Test(test) => return test.needs() == Needs::Metadata,
                Predicate::Action(Action::List { .. }) => return true,
                Predicate::Action(Action::Printf { format, .. }) if format.needs_metadata() => return true,
                Predicate::Action(_) => instruction.if_true,
            };
        }
        false
    }
}

/// The parts with each run of plain tests sorted by cost.
fn by_cost(parts: &[Expression]) -> Vec<Expression> {
    let cost = |part: &Expression| match part {
        Expression::One(predicate) => predicate.cost(),
        Expression::Not(inner) => match &**inner {
            Expression::One(predicate) => predicate.cost(),
            _ => None,
        },
        _ => None,
    };
    let mut sorted = parts.to_vec();
    for run in sorted.chunk_by_mut(|one, two| cost(one).is_some() && cost(two).is_some()) {
        run.sort_by_key(cost);
    }
    sorted
}

/// The letter that `-type` and `%y` use.
pub fn kind_letter(kind: Kind) -> u8 {
    match kind {
        Kind::File => b'f',
        Kind::Directory => b'd',
        Kind::Symlink => b'l',
        Kind::Special(Special::CharacterDevice) => b'c',
        Kind::Special(Special::BlockDevice) => b'b',
        Kind::Special(Special::Fifo) => b'p',
        Kind::Special(Special::Socket) => b's',
    }
}
