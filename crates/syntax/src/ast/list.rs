//! Lists, and-or lists and pipelines.

use bytes::Bytes;

use super::{Command, Layout, Span};

/// What the parser yields at a time: the lines up to the newline that completes a list, as bash reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteCommand {
    /// The commands, never empty.
    pub list: List,
    /// Said on stderr before the command runs, as bash does.
    pub warnings: Vec<Warning>,
    /// The text that was read.
    pub span: Span,
}

/// A warning of the parser in bash's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line that bash names in front of the message.
    pub line: u32,
    /// `warning: here-document at line 1 delimited by end-of-file (wanted `EOF')`, without the shell's name.
    pub message: Bytes,
}

/// And-or lists, run one after the other. The status is the last one's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Empty only in the body of `$()` and of backquotes.
    pub items: Vec<ListItem>,
}

/// One and-or list and how it was ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItem {
    /// What runs.
    pub and_or: AndOr,
    /// Ended by `&`: runs as a job.
    pub background: bool,
    /// Ended by a newline instead of `;`.
    pub(crate) newline: Layout,
}

/// Pipelines joined by `&&` and `||`, which bind alike and from the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndOr {
    /// Always runs.
    pub first: Pipeline,
    /// Each runs when its operator agrees with the status so far.
    pub rest: Vec<(AndOrOperator, Pipeline)>,
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AndOrOperator {
    /// `&&`: run after status 0.
    And,
    /// `||`: run after any other status.
    Or,
}

/// Commands joined by `|`. What `|&` adds stands as a last redirection `2>&1` of the command before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// An odd number of `!`: the status is turned round.
    pub negated: bool,
    /// `time` in front.
    pub time: Option<Time>,
    /// Empty only for a bare `!` or `time`.
    pub stages: Vec<Command>,
    /// The whole pipeline.
    pub span: Span,
}

/// The reserved word `time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// In the format of `TIMEFORMAT`.
    Format,
    /// `time -p`: in POSIX's format.
    Posix,
}
