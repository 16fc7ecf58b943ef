//! Compound commands other than loops.

use std::future::ready;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_syntax::ast::{Case, CaseTerminator, Command, CommandKind, If, List, Word};

use super::{Limit, Shell, Stop};
use crate::state::ShellOption;

impl Shell {
    /// Runs one command with its redirections and sets the status.
    pub(crate) fn run_command<'a>(
        &'a mut self,
        command: &'a Command,
    ) -> LocalBoxFuture<'a, Result<(), Stop>> {
        match &command.kind {
            CommandKind::Simple(simple) => Box::pin(self.run_simple(command, simple)),
            CommandKind::Function(function) => {
                self.line = command.span.line;
                Box::pin(ready(self.define_function(function, command.span.line)))
            }
            CommandKind::Subshell(list) => Box::pin(self.run_parentheses(list, command)),
            _ => Box::pin(self.run_compound(command)),
        }
    }

    async fn run_compound(&mut self, command: &Command) -> Result<(), Stop> {
        self.line = command.span.line;
        self.nesting += 1;
        let substitutions = self.substitutions.len();
        let result = match command.redirections.is_empty() {
            true => self.run_kind(command).await,
            false => self.run_redirected(command).boxed_local().await,
        };
        if self.substitutions.len() > substitutions {
            self.close_substitutions(substitutions).boxed_local().await;
        }
        self.nesting -= 1;
        result
    }

    async fn run_redirected(&mut self, command: &Command) -> Result<(), Stop> {
        let mut saved = Vec::new();
        let mut result = match self.redirect(&command.redirections, &mut saved).await {
            Ok(true) => self.run_kind(command).await,
            Ok(false) => {
                self.state.status = 1;
                self.refused_redirection = true;
                Ok(())
            }
            Err(stop) => Err(stop),
        };
        let settled = self.settle().await;
        if !self.restore_after(saved, &result).await && self.state.status == 0 {
            self.state.status = 1;
        }
        if result.is_ok() {
            result = settled;
        }
        result
    }

    fn run_kind<'a>(&'a mut self, command: &'a Command) -> LocalBoxFuture<'a, Result<(), Stop>> {
        match &command.kind {
            CommandKind::Group(list) => self.run_list(list),
            CommandKind::If(tests) => Box::pin(self.run_if(tests)),
            CommandKind::For(each) => Box::pin(self.run_for(each)),
            CommandKind::Select(each) => Box::pin(self.run_select(each)),
            CommandKind::ArithmeticFor(each) => Box::pin(self.run_arithmetic_for(each)),
            CommandKind::While(each) => Box::pin(self.run_while(each, true)),
            CommandKind::Until(each) => Box::pin(self.run_while(each, false)),
            CommandKind::Case(case) => Box::pin(self.run_case(case)),
            CommandKind::Arithmetic(_) | CommandKind::Condition(_) if self.has_debug_trap() => {
                Box::pin(self.run_test_debugged(command))
            }
            CommandKind::Arithmetic(arithmetic) => Box::pin(self.run_arithmetic(arithmetic)),
            CommandKind::Condition(condition) => Box::pin(self.run_condition(condition)),
            CommandKind::Coprocess(coprocess) => Box::pin(self.run_coprocess(coprocess)),
            // These three never come here.
            CommandKind::Simple(_) | CommandKind::Function(_) | CommandKind::Subshell(_) => {
                Box::pin(ready(Ok(())))
            }
        }
    }

    /// `((...))` or `[[ ... ]]` behind the DEBUG trap.
    async fn run_test_debugged(&mut self, command: &Command) -> Result<(), Stop> {
        let bare = Command { kind: command.kind.clone(), redirections: Vec::new(), span: command.span };
        if !self.run_debug_trap(|| mirage_syntax::print_command(&bare)).await? {
            return Ok(());
        }
        match &command.kind {
            CommandKind::Arithmetic(arithmetic) => self.run_arithmetic(arithmetic).await,
            CommandKind::Condition(condition) => self.run_condition(condition).await,
            _ => Ok(()),
        }
    }

    /// `( list )`: a copy of this shell runs it.
    async fn run_parentheses(&mut self, list: &List, command: &Command) -> Result<(), Stop> {
        self.line = command.span.line;
        self.settle().await?;
        let mut inner = self.fork();
        inner.jobs.clear();
        self.state.status = inner.run_forked(list, &command.redirections).await?;
        if inner.signals.id == inner.process
            && let Some(signal) = inner.signals.killed_by()
        {
            self.tell_killed(inner.process, signal, &mirage_syntax::print_command(command));
        }
        self.notice_jobs();
        Ok(())
    }

    /// Runs `list` in this fork, redirected, to its end with its traps, and answers its status.
    pub(crate) async fn run_forked(
        &mut self,
        list: &List,
        redirections: &[mirage_syntax::ast::Redirection],
    ) -> Result<u8, Stop> {
        if self.depth > self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        let result = match self.redirect(redirections, &mut Vec::new()).await {
            Ok(true) => self.run_list(list).await,
            Ok(false) => {
                self.state.status = 1;
                Ok(())
            }
            Err(stop) => Err(stop),
        };
        self.finish(result).await
    }

    async fn run_if(&mut self, tests: &If) -> Result<(), Stop> {
        for branch in &tests.branches {
            if self.holds(&branch.condition).await? {
                return self.run_list(&branch.body).await;
            }
        }
        match &tests.otherwise {
            Some(list) => self.run_list(list).await,
            None => {
                self.state.status = 0;
                Ok(())
            }
        }
    }

    /// Whether a condition's last command succeeds. `set -e` has no say in it.
    pub(crate) async fn holds(&mut self, condition: &List) -> Result<bool, Stop> {
        self.tolerant += 1;
        let result = self.run_list(condition).await;
        self.tolerant -= 1;
        result?;
        Ok(self.state.status == 0)
    }

    async fn run_case(&mut self, case: &Case) -> Result<(), Stop> {
        if self.has_debug_trap() {
            let text = [b"case ", &self.word_text(&case.word)[..], b" in "].concat();
            self.run_debug_trap(|| text).await?;
        }
        let word = self.expand_single(&case.word).await?;
        if self.state.options.has(ShellOption::XTrace) {
            self.trace_words(&[b"case ", &self.word_text(&case.word), b" in"]).await;
        }
        self.state.status = 0;
        let mut falls_through = false;
        for clause in &case.clauses {
            if !falls_through && !self.matches_any(&word, &clause.patterns).await? {
                continue;
            }
            if !clause.body.items.is_empty() {
                self.run_list(&clause.body).await?;
            }
            match clause.terminator {
                CaseTerminator::Break => return Ok(()),
                CaseTerminator::FallThrough => falls_through = true,
                CaseTerminator::TryNext => falls_through = false,
            }
        }
        Ok(())
    }

    async fn matches_any(&mut self, text: &[u8], patterns: &[Word]) -> Result<bool, Stop> {
        let exact = !self.state.options.has(ShellOption::NoCaseMatch);
        for pattern in patterns {
            let matches = match pattern.literal() {
                Some(literal) if exact => literal == text,
                _ => self.expand_pattern(pattern).await?.is_match(text),
            };
            if matches {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn run_arithmetic(&mut self, arithmetic: &mirage_syntax::ast::Arithmetic) -> Result<(), Stop> {
        self.state.status = match self.trace_arithmetic(arithmetic).await? {
            Some(0) | None => 1,
            Some(_) => 0,
        };
        Ok(())
    }

    /// The value of an expression of `((`, shown under `set -x`. None when it has none; why has been said.
    pub(crate) async fn trace_arithmetic(
        &mut self,
        arithmetic: &mirage_syntax::ast::Arithmetic,
    ) -> Result<Option<i64>, Stop> {
        if self.state.options.has(ShellOption::XTrace) {
            let text = self.expand_single(&arithmetic.text).boxed_local().await?;
            self.trace_words(&[b"(( ", &text, b" ))"]).await;
        }
        match self.try_arithmetic(arithmetic, b"((: ").await {
            // What may not be assigned to is told, and the expression has no value.
            Err(Stop::Discard) => Ok(None),
            value => value,
        }
    }
}
