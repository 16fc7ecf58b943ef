//! What the shells of one line share.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use mirage_vfs::tree::Tree;
use mirage_vfs::{Call, Share};

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
    /// How many are running, of all shells of the line.
    pub(crate) jobs: Cell<u32>,
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
        let memory = Memory::new(&call, limits.memory);
        Run {
            call,
            tree,
            registry,
            memory,
            depth_limit: limits.depth,
            job_limit: limits.jobs,
            jobs: Cell::new(0),
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

/// What the variables and expansions of a line's shells hold, in the line's account.
#[derive(Debug)]
pub struct Memory {
    call: Call,
    limit: u64,
    variables: RefCell<Share>,
    /// What was assigned since the variables were counted.
    assigned: Cell<u64>,
}

impl Memory {
    fn new(call: &Call, limit: u64) -> Self {
        call.memory().set_limit(limit);
        Memory { call: call.clone(), limit, variables: RefCell::new(call.share()), assigned: Cell::new(0) }
    }

    /// Fails when something of `bytes` would pass the limit.
    pub fn check(&self, bytes: u64) -> Result<(), Stop> {
        let memory = self.call.memory();
        match memory.has_room(bytes) && !memory.is_exceeded() {
            true => Ok(()),
            false => Err(Stop::Limit(Limit::Memory)),
        }
    }

    /// Notes that `bytes` were assigned; false when it is time to count what variables hold.
    pub(crate) fn note(&self, bytes: u64) -> bool {
        self.assigned.set(self.assigned.get().saturating_add(bytes));
        self.assigned.get() <= self.limit / 16
    }

    /// Variables hold this much; fails when that passes the limit.
    pub(crate) fn count(&self, held: u64) -> Result<(), Stop> {
        self.assigned.set(0);
        match self.variables.borrow_mut().try_set(held) {
            true => Ok(()),
            false => Err(Stop::Limit(Limit::Memory)),
        }
    }
}
