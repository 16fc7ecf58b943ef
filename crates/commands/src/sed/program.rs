//! A compiled script.

use bytes::Bytes;
use mirage_pattern::regex::Regex;

/// Commands in the order of the script, blocks and jumps resolved to indexes.
#[derive(Debug, Default)]
pub struct Program {
    pub commands: Vec<Command>,
    /// The script starts with a line `#n`: as if `-n` were given.
    pub quiet: bool,
    /// Names of the files that `w`, `W` and `s///w` write, each once.
    pub outputs: Vec<Bytes>,
    /// How many commands have a range: each has a state of its own.
    pub ranges: usize,
}

impl Program {
    /// Whether running it does nothing but print: neither a file nor the status tells how far it came.
    pub fn only_prints(&self) -> bool {
        self.outputs.is_empty()
            && !self
                .commands
                .iter()
                .any(|command| matches!(command.action, Action::Quit(_) | Action::QuitSilently(_)))
    }
}

/// One command with the lines it is for.
#[derive(Debug)]
pub struct Command {
    pub selector: Selector,
    /// `!`: the lines that are not selected.
    pub negated: bool,
    pub action: Action,
}

/// Which lines a command is for.
#[derive(Debug)]
pub enum Selector {
    All,
    One(Address),
    /// From a line to another; `state` is the index of the range's state.
    Range {
        from: Address,
        to: End,
        state: usize,
    },
}

/// One line, or every line that fits.
#[derive(Debug)]
pub enum Address {
    /// `0`, which comes before the first line: only `0,/re/`.
    Zero,
    Line(u64),
    /// `first~step`.
    Step {
        first: u64,
        step: u64,
    },
    /// `$`
    Last,
    Regex(Pattern),
}

impl Address {
    /// Whether it fits no line after `line`.
    pub fn is_past(&self, line: u64) -> bool {
        match self {
            Address::Zero => true,
            Address::Line(number) => *number <= line,
            Address::Step { .. } | Address::Last | Address::Regex(_) => false,
        }
    }
}

/// The end of a range.
#[derive(Debug)]
pub enum End {
    Line(u64),
    /// `first~step`: a line that fits.
    Step {
        first: u64,
        step: u64,
    },
    /// `+N`: so many lines after the first.
    Plus(u64),
    /// `~N`: the next multiple of N.
    Multiple(u64),
    Last,
    Regex(Pattern),
}

/// An expression, or none for `//`: the one that was used last.
#[derive(Clone, Debug)]
pub struct Pattern(pub Option<Regex>);

/// What a command does.
#[derive(Debug)]
pub enum Action {
    /// `{`: goes on after the block, at the index, when the line is not selected.
    Block(usize),
    /// `=`
    Number,
    /// `a`
    Append(Bytes),
    /// `i`
    Insert(Bytes),
    /// `c`
    Change(Bytes),
    /// `b`, to an index.
    Branch(usize),
    /// `t`
    BranchIfReplaced(usize),
    /// `T`
    BranchUnlessReplaced(usize),
    /// `d`
    Delete,
    /// `D`
    DeleteFirst,
    /// `F`
    FileName,
    /// `g`
    Get,
    /// `G`
    GetAppend,
    /// `h`
    Hold,
    /// `H`
    HoldAppend,
    /// `x`
    Exchange,
    /// `l`, with the length of its lines if given.
    Show(Option<usize>),
    /// `n`
    Next,
    /// `N`
    NextAppend,
    /// `p`
    Print,
    /// `P`
    PrintFirst,
    /// `q`
    Quit(u8),
    /// `Q`
    QuitSilently(u8),
    /// `r`
    ReadFile(Bytes),
    /// `R`: a line of a file at each run.
    ReadLine(Bytes),
    /// `s`
    Substitute(Box<Substitute>),
    /// `w`, to an output by its index.
    Write(usize),
    /// `W`
    WriteFirst(usize),
    /// `y`
    Translate(Box<Translation>),
    /// `z`
    Zap,
}

/// The `s` command.
#[derive(Debug)]
pub struct Substitute {
    pub pattern: Pattern,
    pub replacement: Vec<Part>,
    /// `g`
    pub all: bool,
    /// The match to start with, from 1.
    pub first: u64,
    /// `p`
    pub print: bool,
    /// `w`, an output by its index.
    pub write: Option<usize>,
}

/// A piece of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(Bytes),
    /// `&` is group 0.
    Group(usize),
    Case(Case),
}

/// A change of case: of all that follows, or of the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `\U`
    Upper,
    /// `\L`
    Lower,
    /// `\E`
    End,
    /// `\u`
    UpperNext,
    /// `\l`
    LowerNext,
}

/// The `y` command.
#[derive(Debug)]
pub enum Translation {
    /// Every byte to a byte.
    Bytes(Box<[u8; 256]>),
    /// Characters to characters, in the order of the first.
    Characters(Vec<(Bytes, Bytes)>),
}
