//! How a line is run.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use mirage_shell::io::Sink;
use mirage_vfs::{BoxStream, Budget, Cancellation, Result};

/// How a line is run; the default is a line without input whose output is collected.
#[derive(Debug, Default)]
pub struct ExecuteOptions {
    /// The working directory of this line, relative to the session's. With it the line runs as in a subshell: the
    /// session stays as it was.
    pub cwd: Option<Bytes>,
    /// Exported variables of this line, over the session's. With one the line runs as in a subshell.
    pub env: Vec<(Bytes, Bytes)>,
    /// `$0` of this line, which messages start with; the session's, `bash`, if none.
    pub name: Option<Bytes>,
    /// `$1` and on; the session's if empty.
    pub args: Vec<Bytes>,
    /// What the text is, for its messages.
    pub source: Source,
    /// What the line reads.
    pub stdin: Input,
    /// Where its output goes.
    pub stdout: Output,
    /// Where its messages go.
    pub stderr: Output,
    /// How long it may run, if less than the workspace's limit. Beyond it: status 124.
    pub timeout: Option<Duration>,
    /// What it may spend at services; it is stopped before it passes any of that. Beyond it: status 125.
    pub budget: Budget,
    /// How long it may run as a part of its budget. Beyond it: status 125.
    pub seconds: Option<Duration>,
    /// Asks the line to stop, from any thread: keep a clone.
    pub cancellation: Cancellation,
}

/// What a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// As `bash -c TEXT`.
    #[default]
    Line,
    /// As `bash NAME`: messages are `NAME: line N: ...`.
    File,
    /// As `bash -s`: the text is not looked at, the script is on the line's standard input, and its commands read there
    /// what follows them.
    Stdin,
}

/// What a line reads.
#[derive(Default)]
pub enum Input {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Bytes),
    /// What arrives; asked for when the line reads, and dropped with the line.
    Stream(BoxStream<'static, Result<Bytes>>),
}

/// Where a line's output goes.
#[derive(Default)]
pub enum Output {
    /// Into the [`Outcome`](crate::Outcome). Counts as memory of the line.
    #[default]
    Collect,
    /// As it comes, to the caller.
    Sink(Box<dyn Sink>),
    /// Nowhere.
    Discard,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Input::Empty => "Empty",
            Input::Bytes(_) => "Bytes",
            Input::Stream(_) => "Stream",
        })
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Output::Collect => "Collect",
            Output::Sink(_) => "Sink",
            Output::Discard => "Discard",
        })
    }
}
