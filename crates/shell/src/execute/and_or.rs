//! Lists and and-or lists.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_syntax::ast::{AndOr, AndOrOperator, CommandKind, List, Pipeline};

use super::{Shell, Stop};
use crate::state::ShellOption;

impl Shell {
    /// Runs a list to its end.
    ///
    /// Its future is on the heap, as that of a [command](Shell::run_command): what is inside each other takes little of
    /// the machine's stack then.
    pub(crate) fn run_list<'a>(&'a mut self, list: &'a List) -> LocalBoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            for item in &list.items {
                match item.background {
                    true => self.run_background(&item.and_or).boxed_local().await?,
                    false => self.run_and_or(&item.and_or).await?,
                }
            }
            Ok(())
        })
    }

    pub(crate) async fn run_and_or(&mut self, and_or: &AndOr) -> Result<(), Stop> {
        if and_or.rest.is_empty() {
            return self.run_part(&and_or.first, false).await;
        }
        let mut rest = and_or.rest.iter().peekable();
        self.run_part(&and_or.first, true).await?;
        while let Some((operator, pipeline)) = rest.next() {
            let wanted = match operator {
                AndOrOperator::And => self.state.status == 0,
                AndOrOperator::Or => self.state.status != 0,
            };
            if wanted {
                self.run_part(pipeline, rest.peek().is_some()).await?;
            }
        }
        Ok(())
    }

    /// One pipeline; `followed` by an operator it may fail under `set -e`.
    async fn run_part(&mut self, pipeline: &Pipeline, followed: bool) -> Result<(), Stop> {
        if self.state.options.has(ShellOption::NoExec) {
            return Ok(());
        }
        let tolerant = u32::from(followed || pipeline.negated);
        self.tolerant += tolerant;
        let result = self.run_pipeline(pipeline).await;
        self.tolerant -= tolerant;
        result?;
        if self.signals.has_news() {
            self.notice_signals().boxed_local().await?;
        }
        match tolerant > 0 || self.state.status == 0 || self.tolerant > 0 {
            true => Ok(()),
            false => self.after_failure(pipeline).boxed_local().await,
        }
    }

    /// A command that failed where failing counts runs the ERR trap, and under `set -e` ends the shell. A compound
    /// command has failed through one inside it, which was looked at there, or was tolerated there.
    async fn after_failure(&mut self, pipeline: &Pipeline) -> Result<(), Stop> {
        let decides = match &pipeline.stages[..] {
            [only] => matches!(
                only.kind,
                CommandKind::Simple(_)
                    | CommandKind::Subshell(_)
                    | CommandKind::Arithmetic(_)
                    | CommandKind::Condition(_)
                    | CommandKind::Function(_)
            ),
            _ => true,
        };
        if !(decides || std::mem::take(&mut self.refused_redirection)) {
            return Ok(());
        }
        self.run_error_trap().await?;
        match self.state.options.has(ShellOption::ErrExit) {
            true => Err(Stop::Exit),
            false => Ok(()),
        }
    }
}
