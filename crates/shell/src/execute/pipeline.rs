//! Pipelines: the stages joined in one task over bounded pipes.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_syntax::ast::{Command, CommandKind, List, Pipeline};

use super::shell::SUBSHELL;
use super::{Limit, Shell, Stop};
use crate::builtins::signals;
use crate::command::Status;
use crate::io::{Descriptor, PIPE_LIMIT, pipe};
use crate::state::ShellOption;

impl Shell {
    /// Runs a pipeline and sets the status.
    pub(crate) async fn run_pipeline(&mut self, pipeline: &Pipeline) -> Result<(), Stop> {
        if let Some(time) = pipeline.time {
            return self.run_timed(pipeline, time).boxed_local().await;
        }
        self.run_untimed(pipeline).await
    }

    pub(crate) async fn run_untimed(&mut self, pipeline: &Pipeline) -> Result<(), Stop> {
        match &pipeline.stages[..] {
            [] => self.state.status = 0,
            [only] => {
                self.run_command(only).await?;
                // Compound commands leave what their last pipeline has set.
                if matches!(
                    only.kind,
                    CommandKind::Simple(_)
                        | CommandKind::Subshell(_)
                        | CommandKind::Arithmetic(_)
                        | CommandKind::Condition(_)
                ) {
                    let status = self.state.status;
                    self.set_pipe_status(&[status]);
                }
            }
            stages => self.run_stages(stages).boxed_local().await?,
        }
        if pipeline.negated {
            self.state.status = u8::from(self.state.status == 0);
        }
        Ok(())
    }

    async fn run_stages(&mut self, stages: &[Command]) -> Result<(), Stop> {
        let here =
            self.state.options.has(ShellOption::LastPipe) && !self.state.options.has(ShellOption::Monitor);
        self.settle().await?;
        self.run.call.tick().await;
        self.run.memory.check(SUBSHELL * stages.len() as u64)?;
        let mut running: Vec<LocalBoxFuture<'_, Result<Status, Stop>>> = Vec::with_capacity(stages.len());
        let mut input: Option<Descriptor> = None;
        let last = stages.len() - 1;
        for (at, stage) in stages.iter().enumerate() {
            if self.has_debug_trap() && matches!(stage.kind, CommandKind::Simple(_)) {
                self.line = stage.span.line;
                self.run_debug_trap(|| mirage_syntax::print_command(stage)).await?;
                self.settle().await?;
            }
            let mut shell = self.fork();
            if let Some(input) = input.take() {
                shell.descriptors.set(0, input);
            }
            if at < last {
                let (writer, reader) = pipe(PIPE_LIMIT);
                shell.descriptors.set(1, Descriptor::writer(writer));
                input = Some(Descriptor::reader(reader));
            }
            if at == last && here {
                // The last stage is this shell itself: it is driven beside the others below.
                let stdin = shell.descriptors.take(0);
                return self.run_last_here(running, stage, stdin).await;
            }
            running.push(async move { shell.run_stage(stage).await }.boxed_local());
        }
        let statuses = JoinAll::new(running).await?;
        self.finish_pipeline(&statuses, stages);
        self.notice_jobs();
        Ok(())
    }

    async fn run_last_here(
        &mut self,
        running: Vec<LocalBoxFuture<'_, Result<Status, Stop>>>,
        stage: &Command,
        stdin: Option<Descriptor>,
    ) -> Result<(), Stop> {
        let saved = match stdin {
            Some(stdin) => self.descriptors.set(0, stdin),
            None => self.descriptors.take(0),
        };
        let stop = Cell::new(None);
        let mut statuses = {
            let (shell, stop) = (&mut *self, &stop);
            let here = async move {
                let result = shell.run_command(stage).await;
                stop.set(result.and(shell.settle().await).err());
                // The reading end goes with the command, so that what is still writing ends.
                shell.descriptors.take(0);
                Ok(shell.state.status)
            };
            join_with(running, here.boxed_local()).await?
        };
        if let Some(saved) = saved {
            self.descriptors.set(0, saved);
        }
        if let Some(last) = statuses.last_mut() {
            *last = self.state.status;
        }
        self.finish_pipeline(&statuses, &[]);
        stop.get().map_or(Ok(()), Err)
    }

    fn finish_pipeline(&mut self, statuses: &[Status], stages: &[Command]) {
        self.line = stages.last().map_or(self.line, |last| last.span.line);
        self.set_pipe_status(statuses);
        let last = statuses.last().copied().unwrap_or(0);
        let failed = statuses.iter().rev().copied().find(|status| *status != 0).unwrap_or(0);
        self.state.status = if self.state.options.has(ShellOption::PipeFail) { failed } else { last };
    }

    pub(crate) fn set_pipe_status(&mut self, statuses: &[Status]) {
        self.pipe_status.clear();
        self.pipe_status.extend_from_slice(statuses);
    }

    /// Runs one stage in this fork to its end and answers its status. Only a limit goes beyond the stage.
    async fn run_stage(&mut self, stage: &Command) -> Result<Status, Stop> {
        if self.depth > self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        let result = match &stage.kind {
            // The stage is a subshell already.
            CommandKind::Subshell(list) => {
                return self.run_forked(list, &stage.redirections).boxed_local().await;
            }
            CommandKind::Simple(_) => {
                // As in bash, the words of a stage are expanded before the subshell counts itself.
                self.subshells -= 1;
                self.counts_subshell = true;
                self.run_command(stage).await
            }
            _ => self.run_command(stage).await,
        };
        self.finish(result).await
    }

    /// Runs `list` in this fork to its end: `$( list )`.
    pub(crate) async fn run_subshell(&mut self, list: &List) -> Result<Status, Stop> {
        if self.depth > self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        let result = self.run_list(list).await;
        self.finish(result).await
    }

    /// The end of this fork: its EXIT trap, what it still has to print, its descriptors. Answers its status.
    pub(crate) async fn finish(&mut self, result: Result<(), Stop>) -> Result<Status, Stop> {
        if let Err(Stop::Limit(limit)) = result {
            return Err(Stop::Limit(limit));
        }
        let own = self.subshells > 0 && self.signals.id == self.process;
        if !(own && self.signals.killed_by() == Some(signals::KILL)) {
            self.run_exit_trap().await?;
        }
        if own {
            self.run.processes.remove(self.process);
        }
        // A reader that is gone has set the status.
        if let Err(Stop::Limit(limit)) = self.settle().await {
            return Err(Stop::Limit(limit));
        }
        self.close_descriptors().await;
        Ok(self.state.status)
    }

    /// Closes every descriptor of this fork; files that only it held are committed.
    pub(crate) async fn close_descriptors(&mut self) {
        let call = self.run.call.clone();
        let stderr = self.descriptors.get(2).cloned();
        let open: Vec<Descriptor> = self.descriptors.drain().collect();
        for descriptor in open {
            if let Err(error) = descriptor.close(&call).await {
                self.keep_hint(&error);
                let path = error.path().map_or_else(Bytes::new, mirage_vfs::Path::bytes);
                self.complain(&[&path, b": ", error.to_string().as_bytes()]);
                self.state.status = 1;
            }
        }
        if let Some(stderr) = stderr {
            let text = self.messages.split().freeze();
            if !text.is_empty() {
                let _ = stderr.write(&call, text).await;
            }
            let _ = stderr.close(&call).await;
        }
    }
}

/// Drives `last` beside the others.
async fn join_with<'a>(
    running: Vec<LocalBoxFuture<'a, Result<Status, Stop>>>,
    last: LocalBoxFuture<'a, Result<Status, Stop>>,
) -> Result<Vec<Status>, Stop> {
    JoinAll::new(running.into_iter().chain([last]).collect()).await
}

/// Drives all stages until each has ended. A stage that hits a limit ends them all.
struct JoinAll<'a> {
    running: Vec<Option<LocalBoxFuture<'a, Result<Status, Stop>>>>,
    statuses: Vec<Status>,
}

impl<'a> JoinAll<'a> {
    fn new(running: Vec<LocalBoxFuture<'a, Result<Status, Stop>>>) -> Self {
        let statuses = vec![0; running.len()];
        JoinAll { running: running.into_iter().map(Some).collect(), statuses }
    }
}

impl Future for JoinAll<'_> {
    type Output = Result<Vec<Status>, Stop>;

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut pending = false;
        for (slot, status) in this.running.iter_mut().zip(&mut this.statuses) {
            let Some(stage) = slot else { continue };
            match stage.poll_unpin(context) {
                Poll::Pending => pending = true,
                Poll::Ready(ended) => {
                    *slot = None;
                    match ended {
                        Ok(ended) => *status = ended,
                        Err(stop) => return Poll::Ready(Err(stop)),
                    }
                }
            }
        }
        match pending {
            true => Poll::Pending,
            false => Poll::Ready(Ok(std::mem::take(&mut this.statuses))),
        }
    }
}
