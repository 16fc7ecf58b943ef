//! Background jobs.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, select};
use mirage_syntax::ast::{AndOr, CommandKind, List, Redirection};

use super::process::Process;
use super::{Shell, Stop};
use crate::builtins::{jobs, signals};
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
    /// Whether `jobs` has shown it.
    pub listed: Rc<Cell<bool>>,
    /// The name of the coprocess that it is.
    pub coprocess: Option<Bytes>,
}

/// Ended jobs whose statuses are kept for `wait`.
const REMEMBERED: usize = 1024;

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
        if !self.state.options.has(ShellOption::Monitor) {
            // What the terminal sends is for the foreground.
            inner.state.traps.insert(Bytes::from_static(b"INT"), Bytes::new());
        }
        let text = self.and_or_text(and_or);
        let and_or = and_or.clone();
        self.start_job(inner, text, None, |mut shell| async move {
            let result = shell.run_as_process(&and_or).boxed_local().await;
            (shell, result)
        });
        self.state.status = 0;
        Ok(())
    }

    /// Runs what this fork is there for. Parentheses around all of it make no further fork.
    async fn run_as_process(&mut self, and_or: &AndOr) -> Result<(), Stop> {
        match only_subshell(and_or) {
            Some((list, redirections)) => match self.redirect(redirections, &mut Vec::new()).await? {
                true => self.run_list(list).await,
                false => {
                    self.state.status = 1;
                    Ok(())
                }
            },
            None => self.run_and_or(and_or).await,
        }
    }

    /// Tells of jobs that have ended, and forgets them; `wait` still knows what they answered.
    pub(crate) fn notice_jobs(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        let own = self.jobs.iter().filter(|job| job.process.parent == self.process);
        let ended: Vec<Job> = own.filter(|job| job.process.ended().is_some()).cloned().collect();
        for job in &ended {
            self.tell_job(job);
        }
        self.jobs.retain(|job| !job.told.get());
    }

    /// Tells how a job ended, unless that is nothing special.
    pub(crate) fn tell_job(&mut self, job: &Job) {
        let status = job.process.ended().unwrap_or(0);
        self.waited.retain(|(id, _)| *id != job.process.id);
        if self.waited.len() >= REMEMBERED {
            self.waited.remove(0);
        }
        self.waited.push((job.process.id, status));
        if job.told.get() {
            return;
        }
        if self.state.options.has(ShellOption::Monitor) {
            let line = jobs::line_of(self, job, false);
            self.messages.extend_from_slice(&line);
        } else if let Some(signal) = job.process.killed_by()
            && signal != signals::TERMINATE
        {
            self.tell_killed(job.process.id, signal, &job.text.clone());
        }
        job.told.set(true);
    }

    /// Says that a signal has ended a process.
    pub(crate) fn tell_killed(&mut self, process: u32, signal: u32, text: &[u8]) {
        let description = signals::description(signal);
        let name = signals::name(signal).unwrap_or_default();
        let trapped = self.state.traps.get(name.as_bytes()).is_some_and(|action| !action.is_empty());
        match signal {
            signals::INTERRUPT | signals::BROKEN_PIPE => {}
            _ if trapped || signal == signals::TERMINATE => {
                self.messages.extend_from_slice(description.as_bytes());
                self.messages.extend_from_slice(b"\n");
            }
            _ => {
                let shown = format!("{process:5} {description:<24}");
                self.complain_plainly(&[shown.as_bytes(), text]);
            }
        }
    }

    /// Whether there are as many jobs as there may be, which is told.
    pub(crate) fn too_many_jobs(&mut self) -> bool {
        if self.run.jobs.get() < self.run.job_limit {
            return false;
        }
        let text = format!("mirage: limit: jobs: at most {} at once\n", self.run.job_limit);
        self.messages.extend_from_slice(text.as_bytes());
        self.state.status = 254;
        true
    }

    /// Starts `work` in `shell`, a fork of this one, as a job.
    pub(crate) fn start_job<F>(
        &mut self,
        shell: Shell,
        text: Bytes,
        coprocess: Option<Bytes>,
        work: impl FnOnce(Shell) -> F + 'static,
    ) where
        F: Future<Output = (Shell, Result<(), Stop>)> + 'static,
    {
        let process = Process::new(shell.process, self.process);
        let number = self.jobs.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.jobs.push(Job {
            number,
            process: process.clone(),
            text,
            told: Rc::default(),
            listed: Rc::default(),
            coprocess,
        });
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
        run.jobs.set(run.jobs.get() + 1);
        shell.signals = process.clone();
        shell.nesting = 0;
        shell.note_traps();
        let shared = run.clone();
        let task = async move {
            let status = run_process(shell, &process, work).await;
            shared.jobs.set(shared.jobs.get() - 1);
            process.end(status);
        };
        run.tasks.start(task).detach();
    }
}

/// The list of an and-or list that is nothing but a subshell, and its redirections.
fn only_subshell(and_or: &AndOr) -> Option<(&List, &[Redirection])> {
    let pipeline = &and_or.first;
    if !and_or.rest.is_empty() || pipeline.negated || pipeline.time.is_some() {
        return None;
    }
    match &pipeline.stages[..] {
        [only] => match &only.kind {
            CommandKind::Subshell(list) => Some((list, &only.redirections)),
            _ => None,
        },
        _ => None,
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
