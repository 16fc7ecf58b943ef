//! A shell: a session's state with what runs beside it.

use std::rc::Rc;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use imbl::OrdMap;
use mirage_vfs::tree::View;
use mirage_vfs::{Share, Time};

use super::job::Job;
use super::process::Process;
use super::trap::TrapStatus;
use super::{Descriptors, Run};
use crate::builtins::random::Random;
use crate::command::{Locale, locale_of};
use crate::io::Io;
use crate::state::{ShellOption, State};

/// A running shell. A subshell is a [`fork`](Shell::fork) of it.
pub struct Shell {
    pub(crate) state: State,
    pub(crate) run: Rc<Run>,
    pub(crate) descriptors: Descriptors,
    /// The line that is executing.
    pub(crate) line: u32,
    /// Functions and sourced files that are running, innermost last.
    pub(crate) frames: Vec<Frame>,
    /// The text that is executing is a file rather than `-c`: what `BASH_SOURCE` tells outside functions.
    pub(crate) script: Option<Bytes>,
    /// Functions, subshells and sourced files around this point, for the limit.
    pub(crate) depth: u32,
    /// Constructs around this point whose execution is on the machine's stack.
    pub(crate) nesting: u32,
    /// Loops around this point, in this function.
    pub(crate) loops: u32,
    /// Evals, sourced files and substitutions around this point: what `PS4` repeats its first character for.
    pub(crate) indirection: u32,
    /// More than 0 where `set -e` is not heeded: conditions, and commands before `&&`.
    pub(crate) tolerant: u32,
    /// `$BASH_SUBSHELL`.
    pub(crate) subshells: u32,
    /// A stage of a pipeline whose words are not expanded yet.
    pub(crate) counts_subshell: bool,
    /// `$BASHPID`.
    pub(crate) process: u32,
    /// `$$`.
    pub(crate) own_process: u32,
    /// `$PPID`.
    pub(crate) parent_process: u32,
    /// What signals this shell gets.
    pub(crate) signals: Rc<Process>,
    /// Jobs, the oldest first.
    pub(crate) jobs: Vec<Job>,
    /// Processes that were waited for, with their statuses.
    pub(crate) waited: Vec<(u32, u8)>,
    /// The last process substitution: `wait $!` asks for its status.
    pub(crate) last_substitution: Option<Rc<Process>>,
    /// Descriptors of process substitutions that are open.
    pub(crate) substitutions: Vec<u32>,
    /// `$!`.
    pub(crate) last_background: Option<u32>,
    /// Whether the current command has run a command substitution, whose status is then its own.
    pub(crate) substituted: bool,
    /// The compound command that failed did so because of its redirections.
    pub(crate) refused_redirection: bool,
    /// The error that is ending a command is one that `set -e` does not count.
    pub(crate) tolerates_discard: bool,
    /// `$_`.
    pub(crate) last_argument: Bytes,
    /// Whether `set` gave the running sourced file other positional parameters.
    pub(crate) positional_set: bool,
    /// The statuses of the last pipeline.
    pub(crate) pipe_status: Vec<u8>,
    /// What builtins have printed and is not yet passed on.
    pub(crate) output: BytesMut,
    /// How much of it is older than the builtin that is running.
    pub(crate) output_mark: usize,
    /// The builtin that is running, which messages name.
    pub(crate) builtin: Option<&'static str>,
    /// The builtin that printed last, for errors that are found later.
    pub(crate) last_builtin: &'static str,
    /// The command that `BASH_COMMAND` tells, where somebody may ask.
    pub(crate) command: Bytes,
    /// Whether some text of this line names `BASH_COMMAND`.
    pub(crate) tells_commands: bool,
    /// Whether a trap's action is running.
    pub(crate) in_trap: bool,
    /// What was around the trap's action that is running.
    pub(crate) trap_status: Option<TrapStatus>,
    /// `$?` as it was before `return` set it, for the RETURN trap.
    pub(crate) before_return: u8,
    /// Signals that are ignored whatever traps say, by bit.
    pub(crate) ignored_for_good: u128,
    /// A program that a signal has ended, and the signal: what is told once its command is over.
    pub(crate) killed: Option<(u32, u32)>,

    /// The traps of the shell this one is a copy of, which `trap` lists until it sets one.
    pub(crate) inherited_traps: Option<OrdMap<Bytes, Bytes>>,
    /// Messages that are not yet passed on to stderr.
    pub(crate) messages: BytesMut,
    pub(crate) random: Random,
    /// When `SECONDS` had the value `seconds_base`.
    pub(crate) seconds_from: Time,
    pub(crate) seconds_base: i64,
    /// Where `getopts` is inside a cluster.
    pub(crate) getopts_at: usize,
    /// Locales that were asked for and are not there, as `category=locale`.
    pub(crate) missing_locales: Vec<Bytes>,
    /// What a subshell itself takes, in the line's account for as long as it lives.
    #[expect(dead_code, reason = "it is given back when it is dropped")]
    held: Share,
}

/// About what a subshell takes while it runs, with the stage it is and its pipe.
pub(crate) const SUBSHELL: u64 = 32 << 10;

/// A function or a sourced file that is running.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The function's name; `source` for a file.
    pub function: Bytes,
    /// The file it was defined in, as messages name it.
    pub source: Bytes,
    /// The line it was called from.
    pub called_from: u32,
    /// What it was called with.
    pub arguments: Arc<Vec<Bytes>>,
    /// Whether it is a sourced file.
    pub is_source: bool,
}

impl Shell {
    /// A shell with this state on these streams, for one line.
    pub fn new(state: State, run: Rc<Run>, io: Io) -> Self {
        let mut shell = Shell::bare(state, run);
        shell.descriptors = Descriptors::of(io);
        let host = shell.run.call.host();
        let mut seed = [0; 4];
        host.random(&mut seed);
        shell.seconds_from = host.now();
        shell.random = Random::seeded(u32::from_le_bytes(seed));
        shell.define_variables();
        shell
    }

    /// A shell without streams.
    pub(crate) fn bare(state: State, run: Rc<Run>) -> Self {
        let held = run.call.share();
        Shell {
            state,
            descriptors: Descriptors::default(),
            line: 1,
            frames: Vec::new(),
            script: None,
            depth: 0,
            nesting: 0,
            loops: 0,
            indirection: 1,
            tolerant: 0,
            subshells: 0,
            counts_subshell: false,
            process: run.shell_process,
            own_process: run.shell_process,
            parent_process: run.shell_process - 1,
            signals: Process::new(run.shell_process, 1),
            jobs: Vec::new(),
            waited: Vec::new(),
            last_substitution: None,
            substitutions: Vec::new(),
            last_background: None,
            substituted: false,
            refused_redirection: false,
            tolerates_discard: false,
            last_argument: Bytes::new(),
            positional_set: false,
            pipe_status: Vec::new(),
            output: BytesMut::new(),
            output_mark: 0,
            builtin: None,
            last_builtin: "",
            command: Bytes::new(),
            tells_commands: false,
            in_trap: false,
            trap_status: None,
            before_return: 0,
            ignored_for_good: 0,
            killed: None,
            inherited_traps: None,
            messages: BytesMut::new(),
            random: Random::seeded(0),
            seconds_from: Time::default(),
            seconds_base: 0,
            getopts_at: 0,
            missing_locales: Vec::new(),
            held,
            run,
        }
    }

    /// The session's state as the line left it.
    ///
    /// Functions that a dropped line was in are unwound: their variables are gone, what they shadowed is back.
    pub fn into_state(mut self) -> State {
        while self.state.variables.in_scope() {
            if let Some(options) = self.state.variables.leave() {
                self.state.options = options;
            }
        }
        self.state
    }

    /// The session's state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A copy whose changes the origin does not see: a subshell.
    pub(crate) fn fork(&self) -> Shell {
        let mut held = self.run.call.share();
        held.set(SUBSHELL);
        let mut copy = Shell {
            state: self.state.clone(),
            run: self.run.clone(),
            descriptors: self.descriptors.clone(),
            line: self.line,
            frames: self.frames.clone(),
            script: self.script.clone(),
            depth: self.depth + 1,
            nesting: self.nesting,
            loops: 0,
            indirection: self.indirection,
            tolerant: self.tolerant,
            subshells: self.subshells + 1,
            counts_subshell: false,
            process: self.run.next_process(),
            own_process: self.own_process,
            parent_process: self.parent_process,
            signals: self.signals.clone(),
            jobs: self.jobs.clone(),
            waited: Vec::new(),
            last_substitution: None,
            substitutions: Vec::new(),
            last_background: self.last_background,
            substituted: false,
            refused_redirection: false,
            tolerates_discard: false,
            last_argument: self.last_argument.clone(),
            positional_set: false,
            pipe_status: self.pipe_status.clone(),
            output: BytesMut::new(),
            output_mark: 0,
            builtin: None,
            last_builtin: "",
            command: self.command.clone(),
            tells_commands: self.tells_commands,
            in_trap: false,
            trap_status: None,
            before_return: 0,
            ignored_for_good: self.ignored_for_good,
            killed: None,
            inherited_traps: None,
            messages: BytesMut::new(),
            random: self.random.forked(self.run.last_process.get()),
            seconds_from: self.seconds_from,
            seconds_base: self.seconds_base,
            getopts_at: self.getopts_at,
            missing_locales: self.missing_locales.clone(),
            held,
        };
        copy.reset_traps();
        copy
    }

    /// What differs in a command substitution: `set -e` is off unless `inherit_errexit`.
    pub(crate) fn enter_substitution(&mut self) {
        self.indirection += 1;
        if !self.state.options.has(ShellOption::InheritErrExit) && !self.state.options.has(ShellOption::Posix)
        {
            self.state.options.set(ShellOption::ErrExit, false);
        }
    }

    /// The tree from the working directory.
    pub(crate) fn view(&self) -> View {
        View::new(
            self.run.tree.clone(),
            self.run.call.clone(),
            self.state.directory.clone(),
            self.state.umask,
        )
    }

    /// The status of an error that ends this shell: of `bash -c` itself another one than of a script or a subshell.
    pub(crate) fn fatal_status(&self) -> u8 {
        match self.subshells == 0 && self.script.is_none() {
            true => 127,
            false => 1,
        }
    }

    /// The streams of a command started here.
    pub(crate) fn io(&self) -> Io {
        self.descriptors.io()
    }

    pub(crate) fn locale(&self) -> Locale {
        locale_of(|name| self.state.variables.scalar(name))
    }

    /// `$-`.
    pub(crate) fn flags(&self) -> Bytes {
        let set = ShellOption::ALL
            .iter()
            .filter(|option| option.letter() != ' ' && self.state.options.has(**option));
        let mut letters: Vec<u8> = set.map(|option| option.letter() as u8).collect();
        // bash lists small letters first, each group in order, and ends with how it was started.
        letters.sort_by_key(|letter| (letter.is_ascii_uppercase(), *letter));
        if self.script.is_none() {
            letters.push(b'c');
        }
        letters.into()
    }
}
