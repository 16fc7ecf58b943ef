//! Background jobs.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, select};
use mirage_syntax::ast::AndOr;

use super::process::Process;
use super::{Shell, Stop};
use crate::command::Status;
use crate::io::Descriptor;
use crate::state::ShellOption;

/// A job of a shell.
#[derive(Clone)]
pub(crate) struct Job {
    /// What `%1` counts.
    pub number: u32,
    pub process: Rc<Process>,
    /// The command, as `jobs` shows it.
    pub text: Bytes,
    /// Whether its end has been told.
    pub told: Rc<Cell<bool>>,
}

impl Shell {
    /// `command &`: runs it beside this shell.
    pub(crate) async fn run_background(&mut self, and_or: &AndOr) -> Result<(), Stop> {
        self.settle().await?;
        if self.too_many_jobs() {
            return Err(Stop::Exit);
        }
        let mut inner = self.fork();
        inner.tolerant = 0;
        if !self.state.options.has(ShellOption::Monitor) {
            inner.descriptors.set(0, Descriptor::null());
        }
        let text = self.and_or_text(and_or);
        let and_or = and_or.clone();
        self.start_job(inner, text, |mut shell| async move {
            let result = shell.run_and_or(&and_or).boxed_local().await;
            (shell, result)
        });
        self.state.status = 0;
        Ok(())
    }

    /// Whether there are as many jobs as there may be, which is told.
    pub(crate) fn too_many_jobs(&mut self) -> bool {
        let running = self.jobs.iter().filter(|job| job.process.ended().is_none()).count();
        if running < self.run.job_limit as usize {
            return false;
        }
        let text = format!("mirage: limit: jobs: at most {} at once\n", self.run.job_limit);
        self.messages.extend_from_slice(text.as_bytes());
        self.state.status = 254;
        true
    }

    /// Starts `work` in `shell`, a fork of this one, as a job.
    pub(crate) fn start_job<F>(&mut self, shell: Shell, text: Bytes, work: impl FnOnce(Shell) -> F + 'static)
    where
        F: Future<Output = (Shell, Result<(), Stop>)> + 'static,
    {
        let process = Process::new(shell.process, self.process);
        let number = self.jobs.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.jobs.push(Job { number, process: process.clone(), text, told: Rc::default() });
        self.last_background = Some(process.id);
        self.start_process(process, shell, work);
    }

    /// Starts `work` in `shell`, a fork of this one, as a process of its own.
    pub(crate) fn start_process<F>(
        &mut self,
        process: Rc<Process>,
        mut shell: Shell,
        work: impl FnOnce(Shell) -> F + 'static,
    ) where
        F: Future<Output = (Shell, Result<(), Stop>)> + 'static,
    {
        let run = self.run.clone();
        run.processes.add(&process);
        shell.signals = process.clone();
        shell.nesting = 0;
        shell.note_traps();
        let task = async move {
            let status = run_process(shell, &process, work).await;
            process.end(status);
        };
        run.tasks.start(task).detach();
    }
}

/// Runs `work` until it ends or a signal ends it, and answers the status.
async fn run_process<F>(shell: Shell, process: &Process, work: impl FnOnce(Shell) -> F) -> Status
where
    F: Future<Output = (Shell, Result<(), Stop>)>,
{
    let run = shell.run.clone();
    let work = std::pin::pin!(async move {
        let (mut shell, result) = work(shell).await;
        shell.finish(result).await
    });
    let killed = std::pin::pin!(process.until_killed());
    let status = match select(work, killed).await {
        Either::Left((Ok(status), _)) => status,
        // A limit ends the line: whoever reaches it next tells.
        Either::Left((Err(_), _)) => 137,
        Either::Right((signal, _)) => signal_status(signal),
    };
    run.processes.remove(process.id);
    status
}

/// The status of what a signal has ended.
pub(crate) fn signal_status(signal: u32) -> Status {
    128u8.wrapping_add(signal as u8)
}
