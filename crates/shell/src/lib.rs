//! The shell: what a line is made of once it is parsed.
//!
//! [`io`] holds the streams that commands read and write, [`command`] what a command is and how it declares itself,
//! [`state`] a session's persistent value, `expand` and `execute` the language, [`builtins`] the commands that are part
//! of it. A line runs as one task on one thread: a pipeline's stages are joined over [`io::pipe`], so nothing here is
//! `Send` but the session's state.

pub mod builtins;
pub mod command;
mod execute;
mod expand;
pub mod io;
pub mod state;

pub use execute::{Ended, Limit, Limits, Memory, Run, Shell};
