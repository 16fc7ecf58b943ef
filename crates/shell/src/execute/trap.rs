//! Traps: actions that run when something happens.

use bytes::Bytes;
use futures_util::FutureExt;
use imbl::OrdMap;
use mirage_syntax::ast::Command;

use super::process::Process;
use super::{Shell, Source, Stop, signal_status};
use crate::builtins::signals;
use crate::state::ShellOption;

/// Traps that functions and subshells do not see unless they are traced.
const DEBUG: &[u8] = b"DEBUG";
const RETURN: &[u8] = b"RETURN";
const ERROR: &[u8] = b"ERR";
const EXIT: &[u8] = b"EXIT";

/// What messages call the EXIT trap.
const EXIT_TRAP: &str = "exit trap";

/// What was around a trap's action when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrapStatus {
    /// `$?`.
    status: u8,
    /// Whether the shell is ending.
    exits: bool,
    /// Functions and sourced files that were running.
    frames: usize,
}

impl Shell {
    fn trap(&self, name: &[u8]) -> Option<Bytes> {
        if self.state.traps.is_empty() {
            return None;
        }
        self.state.traps.get(name).filter(|action| !action.is_empty()).cloned()
    }

    /// Runs a trap's action, which messages call `called` and whose first line is `first_line`. The status is what it
    /// was before, unless the action leaves the shell.
    /// Answers the action's own status.
    async fn run_trap(&mut self, action: Bytes, called: &'static str, first_line: u32) -> Result<u8, Stop> {
        let status = self.state.status;
        let pipe_status = self.pipe_status.clone();
        let line = self.line;
        let builtin = self.builtin.take();
        let outer = std::mem::replace(&mut self.in_trap, true);
        let around = TrapStatus { status, exits: called == EXIT_TRAP, frames: self.frames.len() };
        let around = self.trap_status.replace(around);
        let result = self.run_text(action, first_line, Source::Trap(called)).boxed_local().await;
        self.in_trap = outer;
        self.trap_status = around;
        self.builtin = builtin;
        self.line = line;
        match result {
            Ok(()) | Err(Stop::Discard) => {
                self.pipe_status = pipe_status;
                Ok(std::mem::replace(&mut self.state.status, status))
            }
            Err(stop) => Err(stop),
        }
    }

    /// What `exit` without a number answers.
    pub(crate) fn exit_status(&self) -> u8 {
        self.trap_status.filter(|around| around.exits).map_or(self.state.status, |around| around.status)
    }

    /// What `return` without a number answers.
    pub(crate) fn return_status(&self) -> u8 {
        let around = self.trap_status.filter(|around| around.frames == self.frames.len());
        around.map_or(self.state.status, |around| around.status)
    }

    /// The EXIT trap, once.
    pub(crate) async fn run_exit_trap(&mut self) -> Result<(), Stop> {
        let Some(action) = self.trap(EXIT) else { return Ok(()) };
        self.state.traps.remove(EXIT);
        // `return` and the like end the action, and only that.
        match self.run_trap(action, EXIT_TRAP, 1).await {
            Err(Stop::Limit(limit)) => Err(Stop::Limit(limit)),
            _ => Ok(()),
        }
    }

    pub(crate) async fn run_error_trap(&mut self) -> Result<(), Stop> {
        match self.trap(ERROR) {
            Some(action) if !self.in_trap => self.run_trap(action, "error trap", self.line).await.map(drop),
            _ => Ok(()),
        }
    }

    /// The RETURN trap, at `line`.
    pub(crate) async fn run_return_trap(&mut self, line: u32) -> Result<(), Stop> {
        match self.trap(RETURN) {
            Some(action) if !self.in_trap => self.run_trap(action, "return trap", line).await.map(drop),
            _ => Ok(()),
        }
    }

    /// Remembers what `BASH_COMMAND` tells: only where a trap may ask, as printing every command would cost.
    pub(crate) fn note_command(&mut self, command: &Command) {
        if !self.in_trap {
            self.command = mirage_syntax::print_command(command).into();
        }
    }

    /// Whether some trap has an action, which may ask for `BASH_COMMAND`.
    pub(crate) fn has_action(&self) -> bool {
        self.state.traps.values().any(|action| !action.is_empty())
    }

    pub(crate) fn has_debug_trap(&self) -> bool {
        !self.state.traps.is_empty() && !self.in_trap && self.state.traps.contains_key(DEBUG)
    }

    /// The DEBUG trap, before a command whose text is `text`. Answers whether the command should run: under `extdebug`
    /// the action's status decides.
    pub(crate) async fn run_debug_trap(&mut self, text: impl FnOnce() -> Vec<u8>) -> Result<bool, Stop> {
        if !self.has_debug_trap() {
            return Ok(true);
        }
        self.command = text().into();
        self.run_debug_action().boxed_local().await
    }

    /// The DEBUG trap, before the command that was noted.
    pub(crate) async fn run_debug_action(&mut self) -> Result<bool, Stop> {
        let Some(action) = self.trap(DEBUG).filter(|_| !self.in_trap) else { return Ok(true) };
        let answer = self.run_trap(action, "debug trap", self.line).await?;
        if answer == 0 || !self.state.options.has(ShellOption::ExtDebug) {
            return Ok(true);
        }
        self.state.status = 0;
        match answer == 2 && !self.frames.is_empty() {
            true => Err(Stop::Return),
            false => Ok(false),
        }
    }

    /// Puts away the traps that a function does not see. [`show_traps`](Shell::show_traps) brings them back.
    pub(crate) fn hide_traps(&mut self, traced: bool) -> Option<OrdMap<Bytes, Bytes>> {
        if self.state.traps.is_empty() {
            return None;
        }
        let mut hidden = OrdMap::new();
        let functions = traced || self.state.options.has(ShellOption::FuncTrace);
        let errors = self.state.options.has(ShellOption::ErrTrace);
        for (name, seen) in [(DEBUG, functions), (RETURN, functions), (ERROR, errors)] {
            if !seen && let Some(action) = self.state.traps.remove(name) {
                hidden.insert(Bytes::from_static(name), action);
            }
        }
        Some(hidden).filter(|hidden| !hidden.is_empty())
    }

    /// Brings back hidden traps, but for those that were set anew meanwhile.
    pub(crate) fn show_traps(&mut self, hidden: Option<OrdMap<Bytes, Bytes>>) {
        for (name, action) in hidden.into_iter().flatten() {
            self.state.traps.entry(name).or_insert(action);
        }
    }

    /// In a copy of the shell traps are reset; what is ignored stays so.
    pub(crate) fn reset_traps(&mut self) {
        if self.state.traps.is_empty() {
            return;
        }
        let functions = self.state.options.has(ShellOption::FuncTrace);
        let errors = self.state.options.has(ShellOption::ErrTrace);
        let kept = self.state.traps.iter().filter(|(name, action)| match &name[..] {
            DEBUG | RETURN => functions,
            ERROR => errors,
            EXIT => false,
            _ => action.is_empty(),
        });
        let kept = kept.map(|(name, action)| (name.clone(), action.clone())).collect();
        self.inherited_traps = Some(std::mem::replace(&mut self.state.traps, kept));
    }

    /// Tells the process what this shell does about signals.
    pub(crate) fn note_traps(&self) {
        let (mut trapped, mut ignored) = (0, self.ignored_for_good);
        for (name, action) in &self.state.traps {
            if let Some(number) = signals::number(name) {
                match action.is_empty() {
                    true => ignored |= 1 << number,
                    false => trapped |= 1 << number,
                }
            }
        }
        self.signals.set_traps(trapped & !self.ignored_for_good, ignored);
    }

    /// The signals that this shell ignores, and with it what it starts, by bit.
    pub(crate) fn ignored_signals(&self) -> u128 {
        let ignored = self.state.traps.iter().filter(|(_, action)| action.is_empty());
        let numbers = ignored.filter_map(|(name, _)| signals::number(name));
        numbers.fold(self.ignored_for_good, |bits, number| bits | 1 << number)
    }

    /// Starts with `signals` ignored, which no trap changes: as a program that was started so.
    pub(crate) fn ignore_for_good(&mut self, ignored: u128) {
        self.ignored_for_good |= ignored;
        for number in signals::all().filter(|number| ignored & 1 << number != 0) {
            let name = signals::name(number).unwrap_or_default();
            self.state.traps.insert(name.into(), Bytes::new());
        }
    }

    /// Makes this copy of a shell something that signals reach by its own number.
    pub(crate) fn become_process(&mut self) {
        if self.signals.id != self.process {
            self.signals = Process::new(self.process, self.signals.id);
            self.run.processes.add(&self.signals);
            self.note_traps();
        }
    }

    /// Runs the traps of signals that came meanwhile; one without a trap ends the shell.
    pub(crate) async fn notice_signals(&mut self) -> Result<(), Stop> {
        if self.process != self.signals.id {
            // A part of the shell that the signals are for; it gets them when this has ended.
            return Ok(());
        }
        while let Some(number) = self.signals.take_pending() {
            let name = signals::name(number).unwrap_or_default();
            if let Some(action) = self.trap(name.as_bytes()) {
                self.run_trap(action, "trap", 1).await?;
            }
        }
        match self.signals.killed_by() {
            Some(number) => {
                self.state.status = signal_status(number);
                Err(Stop::Exit)
            }
            None => Ok(()),
        }
    }
}
