//! Simple commands.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_syntax::ast::{Command, Redirection, SimpleCommand};

use super::{Found, Shell, Stop};
use crate::builtins::{Builtin, Code, Invocation};
use crate::state::ShellOption;

impl Shell {
    pub(crate) async fn run_simple(&mut self, command: &Command, simple: &SimpleCommand) -> Result<(), Stop> {
        let substitutions = self.substitutions.len();
        let result = self.run_simple_within(command, simple).await;
        if self.substitutions.len() > substitutions {
            self.close_substitutions(substitutions).await;
        }
        match self.signals.has_news() {
            true => result.and(self.notice_signals().boxed_local().await),
            false => result,
        }
    }

    async fn run_simple_within(&mut self, command: &Command, simple: &SimpleCommand) -> Result<(), Stop> {
        self.line = command.span.line;
        self.substituted = false;
        if self.tells_commands || self.has_action() {
            self.note_command(command);
            if self.has_debug_trap() && !self.run_debug_action().boxed_local().await? {
                return Ok(());
            }
        }
        let words = self.expand_arguments(&simple.words).await;
        if std::mem::take(&mut self.counts_subshell) {
            self.subshells += 1;
        }
        let words = words?;
        let _held = self.hold_words(&words)?;
        let Some(last) = words.last() else {
            return self.run_nameless(simple, &command.redirections).boxed_local().await;
        };
        self.last_argument = last.clone();
        if self.state.options.has(ShellOption::XTrace) && simple.assignments.is_empty() {
            self.trace_command(simple, &words).await;
        }
        let found = self.find(&words[0]);
        match found {
            Some(Found::Builtin(builtin))
                if simple.assignments.is_empty() && command.redirections.is_empty() =>
            {
                self.call_builtin(builtin, Invocation { words }).await
            }
            found => self.run_found(found, words, command, simple).boxed_local().await,
        }
    }

    /// Assignments and redirections without a command.
    async fn run_nameless(
        &mut self,
        simple: &SimpleCommand,
        redirections: &[Redirection],
    ) -> Result<(), Stop> {
        let status = self.state.status;
        if !simple.assignments.is_empty() {
            self.run_assignments(&simple.assignments).await?;
        }
        self.last_argument = Bytes::new();
        let status = if self.substituted { self.state.status } else { status };
        self.state.status = if self.substituted { status } else { 0 };
        if !redirections.is_empty() {
            let mut saved = Vec::new();
            let redirected = self.redirect(redirections, &mut saved).await?;
            if !(self.restore(saved).await && redirected) {
                self.state.status = 1;
            }
        }
        self.after_command().await
    }

    /// Passes on messages once a command has ended.
    async fn after_command(&mut self) -> Result<(), Stop> {
        match self.messages.is_empty() {
            true => Ok(()),
            false => self.flush_messages().await,
        }
    }

    /// A command whose assignments, redirections or kind make it more than a builtin's call.
    async fn run_found(
        &mut self,
        found: Option<Found>,
        words: Vec<Bytes>,
        command: &Command,
        simple: &SimpleCommand,
    ) -> Result<(), Stop> {
        let scoped = !simple.assignments.is_empty();
        let special = matches!(&found, Some(Found::Builtin(builtin)) if builtin.special);
        if scoped {
            self.assign_temporarily(&simple.assignments, special).await?;
            if self.state.options.has(ShellOption::XTrace) {
                self.trace_command(simple, &words).await;
            }
        }
        let result = match found {
            Some(Found::Function(function)) => {
                self.run_function(function, words, &command.redirections).await
            }
            Some(Found::Builtin(builtin)) => self.run_redirected_builtin(builtin, words, command).await,
            None => {
                let ran = self.run_external(words, &command.redirections).await;
                if let Some((process, signal)) = self.killed.take() {
                    self.tell_killed(process, signal, &mirage_syntax::print_command(command));
                }
                ran
            }
        };
        if scoped {
            match special && self.state.options.has(ShellOption::Posix) {
                true => self.state.variables.leave_in_place(),
                false => drop(self.state.variables.leave()),
            }
        }
        result?;
        self.after_command().await
    }

    async fn run_function(
        &mut self,
        function: crate::state::Function,
        words: Vec<Bytes>,
        redirections: &[Redirection],
    ) -> Result<(), Stop> {
        if redirections.is_empty() {
            return self.call_function(function, words).await;
        }
        let mut saved = Vec::new();
        let result = match self.redirect(redirections, &mut saved).await? {
            true => self.call_function(function, words).await,
            false => {
                self.state.status = 1;
                Ok(())
            }
        };
        let settled = self.settle().await;
        if !self.restore_after(saved, &result).await && self.state.status == 0 {
            self.state.status = 1;
        }
        result.and(settled)
    }

    async fn run_redirected_builtin(
        &mut self,
        builtin: &'static Builtin,
        words: Vec<Bytes>,
        command: &Command,
    ) -> Result<(), Stop> {
        if command.redirections.is_empty() {
            return self.call_builtin(builtin, Invocation { words }).await;
        }
        let mut saved = Vec::new();
        if !self.redirect(&command.redirections, &mut saved).await? {
            self.state.status = 1;
            self.restore(saved).await;
            self.after_command().await?;
            return match builtin.special && self.state.options.has(ShellOption::Posix) {
                true => Err(Stop::Exit),
                false => Ok(()),
            };
        }
        let keeps = builtin.name == "exec";
        let result = self.call_builtin(builtin, Invocation { words }).await;
        if keeps && result.is_ok() {
            self.keep(saved).await;
            return result;
        }
        let settled = self.settle().await;
        if !self.restore_after(saved, &result).await && self.state.status == 0 {
            self.state.status = 1;
        }
        result.and(settled)
    }

    /// Calls a builtin.
    pub(crate) async fn call_builtin(
        &mut self,
        builtin: &'static Builtin,
        invocation: Invocation,
    ) -> Result<(), Stop> {
        let outer = self.builtin.replace(builtin.name);
        self.output_mark = self.output.len();
        let result = match builtin.code {
            Code::Now(code) => code(self, &invocation),
            Code::Later(code) => code(self, invocation).await,
        };
        match result {
            Ok(status) => self.state.status = status,
            // What a builtin was refused is its failure and nothing more.
            Err(Stop::Discard) if !builtin.discards => {}
            Err(stop) => {
                self.builtin = outer;
                return Err(stop);
            }
        }
        if !self.output.is_empty() {
            self.last_builtin = builtin.name;
            self.pass_output().await?;
        }
        self.builtin = outer;
        self.after_command().await
    }
}
