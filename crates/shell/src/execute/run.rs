//! What the shells of one line share.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use mirage_vfs::Call;
use mirage_vfs::tree::Tree;

use super::process::Processes;
use super::tasks::Tasks;
use super::{Limit, Stop};
use crate::command::Registry;

/// How much a line may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that variables and expansions of a line may hold at once.
    pub memory: u64,
    /// Functions, subshells and sourced files inside each other.
    pub depth: u32,
    /// Background jobs at once.
    pub jobs: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { memory: 512_000_000, depth: 1000, jobs: 64 }
    }
}

/// What every shell of a line shares: the line's call, the tree, the commands there are, and what is told at its end.
pub struct Run {
    /// The line's lifetime.
    pub call: Call,
    /// The tree it works on.
    pub tree: Tree,
    /// The commands there are.
    pub registry: Arc<Registry>,
    /// What variables and expansions may hold.
    pub memory: Memory,
    /// How deep calls may nest.
    pub depth_limit: u32,
    /// How many background jobs there may be.
    pub job_limit: u32,
    /// `$$`.
    pub shell_process: u32,
    /// The last process number given out.
    pub last_process: Cell<u32>,
    /// What a recursive walk left out.
    pub skipped: RefCell<Vec<String>>,
    /// What runs beside the line's own commands.
    pub(crate) tasks: Tasks,
    /// What can be signalled.
    pub(crate) processes: Processes,
}

impl Run {
    /// A line on `tree` within `limits`.
    pub fn new(call: Call, tree: Tree, registry: Arc<Registry>, limits: Limits) -> Self {
        Run {
            call,
            tree,
            registry,
            memory: Memory::new(limits.memory),
            depth_limit: limits.depth,
            job_limit: limits.jobs,
            shell_process: FIRST_PROCESS,
            last_process: Cell::new(FIRST_PROCESS),
            skipped: RefCell::new(Vec::new()),
            tasks: Tasks::default(),
            processes: Processes::default(),
        }
    }

    /// A number for a new subshell, as `$BASHPID` and `$!` tell it.
    pub fn next_process(&self) -> u32 {
        self.last_process.set(self.last_process.get() + 1);
        self.last_process.get()
    }

    /// Tells a person or an agent something beside the line's own output, once.
    pub fn hint(&self, hint: impl AsRef<str>) {
        self.call.hint(hint.as_ref());
    }
}

/// `$$` of every session: the same on every machine, so that a run can be replayed.
const FIRST_PROCESS: u32 = 1000;

/// The bytes a line may hold.
#[derive(Clone, Debug)]
pub struct Memory {
    limit: u64,
    held: Cell<u64>,
}

impl Memory {
    fn new(limit: u64) -> Self {
        Memory { limit, held: Cell::new(0) }
    }

    /// Fails when something of `bytes` would pass the limit.
    pub fn check(&self, bytes: u64) -> Result<(), Stop> {
        match bytes > self.limit {
            true => Err(Stop::Limit(Limit::Memory)),
            false => Ok(()),
        }
    }

    /// Counts `bytes` more; false when the limit may be passed.
    pub(crate) fn charge(&self, bytes: u64) -> bool {
        self.held.set(self.held.get().saturating_add(bytes));
        self.held.get() <= self.limit
    }

    /// Puts right what was counted; fails when it passes the limit.
    pub(crate) fn recount(&self, held: u64) -> Result<(), Stop> {
        self.held.set(held);
        self.check(held)
    }
}
