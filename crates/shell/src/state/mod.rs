//! A session's state: one plain value, cloned in constant time, so that a subshell is a clone.
//!
//! Open descriptors, jobs and the streams of a run live beside it, in the shell that executes.

mod associative;
mod history;
mod options;
mod saved;
mod value;
mod variables;

use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;
use mirage_vfs::Path;

pub use associative::Associative;
pub use history::History;
pub use options::{Option as ShellOption, Options};
pub use saved::{SavedFunction, SavedState, SavedValue, SavedVariable};
pub use value::{Attributes, Dynamic, Value, Variable};
pub use variables::{ScopeKind, Variables};

use crate::command::Status;

/// Everything a session remembers between two lines.
#[derive(Clone)]
pub struct State {
    /// Variables, with the scopes of running functions.
    pub variables: Variables,
    /// Functions by name.
    pub functions: OrdMap<Bytes, Function>,
    /// Whether any of them may be exported.
    pub exports_functions: bool,
    /// Aliases by name.
    pub aliases: OrdMap<Bytes, Bytes>,
    /// What `set -o` and `shopt` switch.
    pub options: Options,
    /// The working directory as the user sees it: it may lead through symbolic links.
    pub directory: Path,
    /// Directories that `pushd` left, nearest first.
    pub directory_stack: imbl::Vector<Path>,
    /// `$1` and on.
    pub positional: Arc<Vec<Bytes>>,
    /// `$0`.
    pub name: Bytes,
    /// Permission bits that new files do not get.
    pub umask: u32,
    /// What `ulimit` was told, by its option's letter.
    pub limits: OrdMap<u8, ResourceLimit>,
    /// `$?`.
    pub status: Status,
    /// Actions of `trap`, by the condition's name without `SIG`.
    pub traps: OrdMap<Bytes, Bytes>,
    /// Where commands were found along `PATH`, and how often.
    pub hashed: OrdMap<Bytes, (Bytes, u32)>,
    /// What `complete` was told, by command: the options as they are listed.
    pub completions: OrdMap<Bytes, Bytes>,
    /// Lines to recall, the oldest first.
    pub history: History,
    /// Builtins that `enable -n` switched off.
    pub disabled: imbl::OrdSet<Bytes>,
}

impl State {
    /// A new session's state: no variables but those the shell itself keeps, directory `/`.
    pub fn new() -> Self {
        State {
            variables: Variables::default(),
            functions: OrdMap::new(),
            exports_functions: false,
            aliases: OrdMap::new(),
            options: Options::default(),
            directory: Path::root(),
            directory_stack: imbl::Vector::new(),
            positional: Arc::new(Vec::new()),
            name: Bytes::from_static(b"bash"),
            umask: 0o022,
            limits: OrdMap::new(),
            status: 0,
            traps: OrdMap::new(),
            hashed: OrdMap::new(),
            completions: OrdMap::new(),
            history: History::default(),
            disabled: imbl::OrdSet::new(),
        }
    }
}

impl Default for State {
    fn default() -> Self {
        State::new()
    }
}

/// A limit of `ulimit`, in its own unit; none is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimit {
    /// What holds.
    pub soft: Option<u64>,
    /// What the soft one may be raised to.
    pub hard: Option<u64>,
}

/// A function: its tree is what runs, and its printed text what is saved.
#[derive(Clone)]
pub struct Function {
    /// The parsed body.
    pub body: Arc<mirage_syntax::ast::Command>,
    /// The file it was defined in, as `BASH_SOURCE` tells it.
    pub file: Bytes,
    /// The line its definition starts at.
    pub line: u32,
    /// `export -f`.
    pub exported: bool,
    /// `declare -ft`: it inherits the DEBUG and RETURN traps.
    pub traced: bool,
    /// `readonly -f`.
    pub readonly: bool,
}
