//! Execution: from the tree to what happens.

mod and_or;
mod assign;
mod compound;
mod condition;
mod coprocess;
mod descriptors;
mod dispatch;
mod elsewhere;
mod environment;
mod function;
mod job;
mod launch;
mod looping;
mod message;
mod pipeline;
mod process;
mod program;
mod redirect;
mod run;
mod script;
mod shell;
mod simple;
mod source;
mod store;
mod tasks;
mod timing;
mod trace;
mod trap;
mod variables;

pub use run::{Limits, Memory, Run};
pub use script::Ended;
pub use shell::Shell;

pub(crate) use assign::ArrayKind;
pub(crate) use descriptors::DESCRIPTOR_LIMIT;
pub(crate) use descriptors::Descriptors;
pub(crate) use dispatch::{Found, Program, program_along, programs_along};
pub(crate) use job::{Job, signal_status};
pub(crate) use process::Process;
pub(crate) use script::Source;
pub(crate) use shell::Frame;
pub(crate) use store::index_of;
pub(crate) use variables::DYNAMIC;

/// Why execution leaves a command early. The status is the session's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// `break n`: leaves so many loops.
    Break(u32),
    /// `continue n`: leaves all but the last of so many loops, and starts that one's next round.
    Continue(u32),
    /// `return`.
    Return,
    /// `exit`, or an error that ends a shell.
    Exit,
    /// An error that ends the command as it was read, and only that.
    Discard,
    /// An error that ends everything up to what the script's own text was read from: `eval` and sourced files, and all
    /// of `bash -c`.
    Abandon,
    /// A limit of the session was reached: the whole line ends.
    Limit(Limit),
}

/// A limit that ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes held by the line.
    Memory,
    /// Functions, subshells and sourced files inside each other.
    Depth,
}
