//! A shell: a session's state with what runs beside it.

use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use mirage_vfs::Time;
use mirage_vfs::tree::View;

use super::{Descriptors, Run};
use crate::builtins::random::Random;
use crate::command::{Context, Locale, locale_of};
use crate::io::Io;
use crate::state::{Attributes, Dynamic, ShellOption, State, Value};

/// A running shell. A subshell is a [`fork`](Shell::fork) of it.
pub struct Shell {
    pub(crate) state: State,
    pub(crate) run: Rc<Run>,
    pub(crate) descriptors: Descriptors,
    /// The line that is executing.
    pub(crate) line: u32,
    /// Functions and sourced files that are running, innermost last.
    pub(crate) frames: Vec<Frame>,
    /// Functions, subshells and sourced files around this point, for the limit.
    pub(crate) depth: u32,
    /// Loops around this point, in this function.
    pub(crate) loops: u32,
    /// More than 0 where `set -e` is not heeded: conditions, and commands before `&&`.
    pub(crate) tolerant: u32,
    /// `$BASH_SUBSHELL`.
    pub(crate) subshells: u32,
    /// `$BASHPID`.
    pub(crate) process: u32,
    /// `$!`.
    pub(crate) last_background: Option<u32>,
    /// Whether the current command has run a command substitution, whose status is then its own.
    pub(crate) substituted: bool,
    /// The statuses of the last pipeline.
    pub(crate) pipe_status: Vec<u8>,
    /// What builtins have printed and is not yet passed on.
    pub(crate) output: BytesMut,
    /// Messages that are not yet passed on to stderr.
    pub(crate) messages: BytesMut,
    pub(crate) random: Random,
    /// When `SECONDS` had the value `seconds_base`.
    pub(crate) seconds_from: Time,
    pub(crate) seconds_base: i64,
    /// Where `getopts` is inside a cluster.
    pub(crate) getopts_at: usize,
}

/// A function or a sourced file that is running.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The function's name; `source` for a file.
    pub function: Bytes,
    /// The file it was defined in, as messages name it.
    pub source: Bytes,
    /// The line it was called from.
    pub called_from: u32,
    /// Whether it is a sourced file.
    pub is_source: bool,
}

impl Shell {
    /// A shell with this state on these streams, for one line.
    pub fn new(state: State, run: Rc<Run>, io: Io) -> Self {
        let host = run.call.host();
        let mut seed = [0; 4];
        host.random(&mut seed);
        let seconds_from = host.now();
        let mut shell = Shell {
            state,
            descriptors: Descriptors::of(io),
            line: 1,
            frames: Vec::new(),
            depth: 0,
            loops: 0,
            tolerant: 0,
            subshells: 0,
            process: run.shell_process,
            last_background: None,
            substituted: false,
            pipe_status: Vec::new(),
            output: BytesMut::new(),
            messages: BytesMut::new(),
            random: Random::seeded(u32::from_le_bytes(seed)),
            seconds_from,
            seconds_base: 0,
            getopts_at: 0,
            run,
        };
        shell.define_dynamic();
        shell
    }

    /// The session's state as the line left it.
    pub fn into_state(self) -> State {
        self.state
    }

    /// The session's state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A copy whose changes the origin does not see: a subshell.
    pub(crate) fn fork(&self) -> Shell {
        Shell {
            state: self.state.clone(),
            run: self.run.clone(),
            descriptors: self.descriptors.clone(),
            line: self.line,
            frames: self.frames.clone(),
            depth: self.depth + 1,
            loops: 0,
            tolerant: self.tolerant,
            subshells: self.subshells + 1,
            process: self.run.next_process(),
            last_background: self.last_background,
            substituted: false,
            pipe_status: self.pipe_status.clone(),
            output: BytesMut::new(),
            messages: BytesMut::new(),
            random: self.random.forked(self.run.last_process.get()),
            seconds_from: self.seconds_from,
            seconds_base: self.seconds_base,
            getopts_at: self.getopts_at,
        }
    }

    /// What differs in a command substitution: `set -e` is off unless `inherit_errexit`.
    pub(crate) fn enter_substitution(&mut self) {
        if !self.state.options.has(ShellOption::InheritErrExit) && !self.state.options.has(ShellOption::Posix) {
            self.state.options.set(ShellOption::ErrExit, false);
        }
    }

    fn define_dynamic(&mut self) {
        let dynamic = [
            ("RANDOM", Dynamic::Random),
            ("SRANDOM", Dynamic::SRandom),
            ("SECONDS", Dynamic::Seconds),
            ("EPOCHSECONDS", Dynamic::EpochSeconds),
            ("EPOCHREALTIME", Dynamic::EpochRealtime),
            ("LINENO", Dynamic::LineNumber),
            ("BASHPID", Dynamic::ProcessId),
        ];
        for (name, value) in dynamic {
            let name = Bytes::from_static(name.as_bytes());
            if self.state.variables.get(&name).is_none() {
                self.state.variables.entry(&name).value = Value::Dynamic(value);
            }
        }
        let host = self.run.call.host().clone();
        let facts = host.facts();
        let fixed = [
            ("UID", facts.uid.to_string(), true),
            ("EUID", facts.uid.to_string(), true),
            ("PPID", (self.run.shell_process - 1).to_string(), true),
            ("HOSTNAME", facts.hostname.clone(), false),
            ("HOSTTYPE", "x86_64".into(), false),
            ("OSTYPE", "linux-gnu".into(), false),
            ("MACHTYPE", "x86_64-pc-linux-gnu".into(), false),
            ("BASH", "/bin/bash".into(), false),
            ("BASH_VERSION", BASH_VERSION.into(), false),
            ("IFS", " \t\n".into(), false),
            ("OPTIND", "1".into(), false),
            ("OPTERR", "1".into(), false),
            ("PS4", "+ ".into(), false),
        ];
        for (name, value, readonly) in fixed {
            let name = Bytes::from_static(name.as_bytes());
            if self.state.variables.get(&name).is_none() {
                let variable = self.state.variables.entry(&name);
                variable.value = Value::Scalar(value.into());
                if readonly {
                    variable.attributes = Attributes::READONLY.with(Attributes::INTEGER);
                }
            }
        }
    }

    /// The tree from the working directory.
    pub(crate) fn view(&self) -> View {
        View::new(self.run.tree.clone(), self.run.call.clone(), self.state.directory.clone(), self.state.umask)
    }

    /// The streams of a command started here.
    pub(crate) fn io(&self) -> Io {
        self.descriptors.io()
    }

    /// What a command started here gets.
    pub(crate) fn context(&mut self) -> Context {
        Context {
            call: self.run.call.clone(),
            view: self.view(),
            environment: self.state.variables.environment(),
            registry: self.run.registry.clone(),
            launcher: self.launcher(),
        }
    }

    pub(crate) fn locale(&self) -> Locale {
        locale_of(|name| self.state.variables.scalar(name))
    }

    /// `$-`.
    pub(crate) fn flags(&self) -> Bytes {
        let set = ShellOption::ALL.iter().filter(|option| option.letter() != ' ' && self.state.options.has(**option));
        let mut letters: Vec<u8> = set.map(|option| option.letter() as u8).collect();
        // bash lists small letters first, each group in order, and ends with how it was started.
        letters.sort_by_key(|letter| (letter.is_ascii_uppercase(), *letter));
        letters.push(b'c');
        letters.into()
    }
}

/// The version of bash whose behaviour this is.
const BASH_VERSION: &str = "5.2.15(1)-release";
