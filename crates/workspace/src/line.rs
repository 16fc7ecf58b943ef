//! One line, from its start on the thread that runs it to its outcome.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, pending, select};
use mirage_shell::command::Registry;
use mirage_shell::io::{Descriptor, Io};
use mirage_shell::state::State;
use mirage_shell::{Ended, Limit, Run, Shell};
use mirage_vfs::tree::{Follow, Tree, View};
use mirage_vfs::{Call, Error, ErrorKind, Signal};

use crate::limits::Limits;
use crate::options::{ExecuteOptions, Input, Source};
use crate::outcome::{Outcome, Refusal, RefusalKind};
use crate::output::{Excess, Meter, Stream};
use crate::turn::Turn;
use crate::workspace::AfterLine;
use crate::world;

/// How long a line that is asked to stop has for its traps before it is dropped.
const GRACE: Duration = Duration::from_millis(500);

/// A line before it starts.
pub(crate) struct Line {
    pub text: Bytes,
    pub options: ExecuteOptions,
    pub turn: Turn,
    /// What is done before the outcome is told.
    pub after: Option<Box<dyn AfterLine>>,
    pub call: Call,
    pub tree: Tree,
    pub registry: Arc<Registry>,
    pub limits: Limits,
}

/// Why a line was stopped from outside the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stopped {
    Cancelled(Signal),
    Wall(Duration),
    Seconds(Duration),
    Budget(String),
    Excess(Excess),
}

impl Line {
    /// Runs the line to its end.
    pub async fn run(mut self) -> Outcome {
        let start = self.call.host().monotonic();
        let meter = Meter::new(self.limits.output, self.limits.memory);
        let stdout = Stream::new(std::mem::take(&mut self.options.stdout), &meter);
        let stderr = Stream::new(std::mem::take(&mut self.options.stderr), &meter);
        let mut cwd = self.turn.state().directory;
        let mut outcome = match self.prepare().await {
            Ok(state) => {
                cwd = state.directory.clone();
                let stdin = match std::mem::take(&mut self.options.stdin) {
                    Input::Empty => Descriptor::null(),
                    Input::Bytes(bytes) => Descriptor::text(bytes),
                    Input::Stream(stream) => Descriptor::source(stream),
                };
                let streams = Io {
                    stdin,
                    stdout: stdout.descriptor.clone(),
                    stderr: stderr.descriptor.clone(),
                    others: Vec::new(),
                };
                self.run_shell(state, streams, &meter).await
            }
            Err((place, error)) => {
                let message = format!("{place}: {error}");
                self.tell(&stderr.descriptor, &message).await;
                let hints = self.call.hints();
                let refusal = Some(Refusal { kind: RefusalKind::Start, message });
                Outcome { exit_code: 2, hints, refusal, ..Outcome::default() }
            }
        };
        outcome.stdout = stdout.take();
        outcome.stderr = stderr.take();
        for (mount, usage) in self.call.ledger().by_mount() {
            outcome.usage += usage;
            outcome.mounts.insert(mount.to_string(), usage);
        }
        outcome.duration = self.call.host().monotonic().saturating_sub(start);
        if let Some(after) = self.after.take() {
            after.after(&mut outcome, cwd, self.turn.state()).await;
        }
        outcome
    }

    /// The session's state as this line starts with it.
    async fn prepare(&self) -> Result<State, (String, Error)> {
        let mut state = self.turn.state();
        if let Some(cwd) = &self.options.cwd {
            let view = View::new(self.tree.clone(), self.call.clone(), state.directory.clone(), state.umask);
            let path = view.absolute(cwd);
            let entry = view.stat(path.as_bytes(), Follow::Yes).await;
            let entry = entry.and_then(|entry| match entry.is_directory() {
                true => Ok(entry),
                false => Err(Error::new(ErrorKind::NotADirectory, "execute").at(&path)),
            });
            entry.map_err(|error| (String::from_utf8_lossy(cwd).into_owned(), error))?;
            world::enter(&mut state, path);
        }
        for (name, value) in &self.options.env {
            world::export(&mut state, name.clone(), value.clone());
        }
        if let Some(name) = &self.options.name {
            state.name = name.clone();
        }
        if !self.options.args.is_empty() {
            state.positional = Arc::new(self.options.args.clone());
        }
        Ok(state)
    }

    async fn run_shell(&mut self, state: State, streams: Io, meter: &Meter) -> Outcome {
        let limits = mirage_shell::Limits {
            memory: self.limits.memory,
            depth: self.limits.depth,
            jobs: self.limits.jobs,
        };
        let run = Rc::new(Run::new(self.call.clone(), self.tree.clone(), self.registry.clone(), limits));
        let (stderr, name) = (streams.stderr.clone(), state.name.clone());
        let mut shell = Shell::new(state, run.clone(), streams);
        let stopped = RefCell::new(None);
        let ended = {
            let text = self.text.clone();
            let script = match self.options.source {
                Source::Line => shell.run_script(text).boxed_local(),
                Source::File => shell.run_file(name, text).boxed_local(),
                Source::Stdin => shell.run_stdin().boxed_local(),
            };
            let stop = pin!(self.stop(meter, &stopped));
            match select(script, stop).await {
                Either::Left((ended, _)) => Some(ended),
                Either::Right(((), _)) => None,
            }
        };
        self.keep_state(shell.into_state());
        let (exit_code, refusal) = match stopped.take() {
            Some(stopped) => self.after_stop(ended, stopped, meter, &stderr).await,
            None => self.after_end(ended),
        };
        Outcome {
            exit_code,
            refusal,
            hints: self.call.hints(),
            skipped: run.skipped.take(),
            ..Outcome::default()
        }
    }

    /// Completes when the line is to be dropped; `stopped` tells why as soon as it is asked to stop.
    async fn stop(&self, meter: &Meter, stopped: &RefCell<Option<Stopped>>) {
        let wall = match (self.limits.wall, self.options.timeout) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        let after = |time: Option<Duration>| async move {
            match time {
                Some(time) => {
                    self.call.host().sleep(time).await;
                    time
                }
                None => pending().await,
            }
        };
        let reason = futures_util::select_biased! {
            exceeded = self.call.ledger().exceeded().fuse() => Stopped::Budget(exceeded),
            excess = pin!(meter.excess().fuse()) => Stopped::Excess(excess),
            signal = self.call.cancellation().cancelled().fuse() => Stopped::Cancelled(signal),
            time = pin!(after(self.options.seconds).fuse()) => Stopped::Seconds(time),
            time = pin!(after(wall).fuse()) => Stopped::Wall(time),
        };
        let waits_for_nothing = matches!(reason, Stopped::Excess(_) | Stopped::Budget(_));
        stopped.replace(Some(reason));
        if waits_for_nothing {
            // It waits in a write or for a request that never ends.
            return;
        }
        self.call.cancellation().cancel(Signal::Terminate);
        self.call.host().sleep(GRACE).await;
    }

    /// The status and the reason of a line that was asked to stop; a limit is told on its standard error.
    async fn after_stop(
        &self,
        ended: Option<Ended>,
        stopped: Stopped,
        meter: &Meter,
        stderr: &Descriptor,
    ) -> (u8, Option<Refusal>) {
        let (status, message) = match stopped {
            Stopped::Cancelled(signal) => {
                let status = ended.map_or(128 + signal as u8, |ended| ended.status);
                return (status, Some(Refusal { kind: RefusalKind::Cancelled, message: "cancelled".into() }));
            }
            Stopped::Budget(message) => {
                meter.lift();
                self.tell(stderr, &message).await;
                return (125, Some(Refusal { kind: RefusalKind::Budget, message }));
            }
            Stopped::Seconds(most) => {
                let message = format!("budget: seconds: the line ran longer than {}", most.as_secs_f64());
                meter.lift();
                self.tell(stderr, &message).await;
                return (125, Some(Refusal { kind: RefusalKind::Budget, message }));
            }
            Stopped::Wall(wall) => {
                (124, format!("limit: wall: the line ran longer than {} seconds", wall.as_secs_f64()))
            }
            Stopped::Excess(Excess::Output) => {
                let most = self.limits.output.unwrap_or_default();
                (137, format!("limit: output: the line wrote more than {most} bytes"))
            }
            Stopped::Excess(Excess::Memory) => {
                (137, format!("limit: memory: the line's output is more than {} bytes", self.limits.memory))
            }
        };
        meter.lift();
        self.tell(stderr, &message).await;
        (status, Some(Refusal { kind: RefusalKind::Limit, message }))
    }

    /// The status of a line that ended by itself, and the limit that ended it, which the shell has told.
    fn after_end(&self, ended: Option<Ended>) -> (u8, Option<Refusal>) {
        let Some(ended) = ended else { return (1, None) };
        let message = ended.limit.map(|limit| match limit {
            Limit::Memory => format!("limit: memory: the line holds more than {} bytes", self.limits.memory),
            Limit::Depth => format!("limit: depth: calls nest more than {} deep", self.limits.depth),
        });
        (ended.status, message.map(|message| Refusal { kind: RefusalKind::Limit, message }))
    }

    async fn tell(&self, stderr: &Descriptor, message: &str) {
        let message = Bytes::from(format!("mirage: {message}\n"));
        // A reader that does not read must not hold the line; and nobody is left to tell when writing fails.
        let sleep = self.call.host().sleep(GRACE);
        let _ = select(pin!(stderr.write(&self.call, message)), sleep).await;
    }

    /// Gives the session what the line left, unless it ran as in a subshell.
    fn keep_state(&mut self, mut state: State) {
        let before = self.turn.state();
        let subshell = self.options.cwd.is_some() || !self.options.env.is_empty();
        if subshell {
            self.turn.set(State { status: state.status, ..before });
            return;
        }
        state.name = before.name;
        if !self.options.args.is_empty() {
            state.positional = before.positional;
        }
        self.turn.set(state);
    }
}
