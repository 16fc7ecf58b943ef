//! The workspace: a tree, its sessions, and the way to run lines in them.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use mirage_shell::command::Registry;
use mirage_shell::state::State;
use mirage_vfs::layers::CacheOptions;
use mirage_vfs::tree::{Mode, Mount, Tree};
use mirage_vfs::{BoxFuture, Call, Cancellation, DynResource, Host, MaybeSend, Path, Price, Result, Signal};

use crate::builder::{Builder, Caching};
use crate::config::Config;
use crate::limits::Limits;
use crate::line::Line;
use crate::options::ExecuteOptions;
use crate::outcome::{Outcome, Refusal, RefusalKind};
use crate::turn::Queue;
use crate::world;

/// A tree of mounts and the sessions that work in it. Clones refer to the same workspace.
///
/// Every line runs in a [session](Workspace::session); [`execute`](Workspace::execute) uses the one called `default`.
#[derive(Clone)]
pub struct Workspace(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub host: Arc<dyn Host>,
    pub tree: Tree,
    pub caching: Caching,
    pub registry: Arc<Registry>,
    pub limits: Limits,
    /// What every new session starts with.
    pub initial: Mutex<State>,
    /// How a mount is cached that says nothing of its own.
    pub ttl: std::time::Duration,
    /// The mode of mounts that say none.
    pub mode: Option<Mode>,
    pub sessions: Mutex<HashMap<String, Arc<Queue>>>,
}

impl Workspace {
    /// A workspace to be described, which gets clock, threads and storage from `host`.
    pub fn builder(host: Arc<dyn Host>) -> Builder {
        Builder::new(host)
    }

    /// Runs `line` in the session called `default`; see [`Session::execute`].
    pub async fn execute(&self, line: impl AsRef<[u8]>, options: ExecuteOptions) -> Outcome {
        self.session("default").execute(line, options).await
    }

    /// The session called `name`, made if there is none: one shell's working directory, variables and functions.
    pub fn session(&self, name: &str) -> Session {
        let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match sessions.get(name) {
            Some(queue) => queue.clone(),
            None => {
                let queue = Queue::new(self.initial());
                sessions.insert(name.to_owned(), queue.clone());
                queue
            }
        };
        Session { workspace: self.clone(), queue }
    }

    /// What a new session starts with.
    pub(crate) fn initial(&self) -> State {
        self.0.initial.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a session as it was into the workspace.
    pub(crate) fn restore_session(&self, name: &str, state: State) {
        let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(name.to_owned(), Queue::new(state));
    }

    /// Makes the mounts and variables of `waiting` that `config` now knows all of.
    pub(crate) fn complete(&self, mut config: Config, waiting: &[String]) -> Result<()> {
        let Inner { host, tree, caching, .. } = &*self.0;
        for name in waiting {
            if let Some(value) = config.env.get(name) {
                let mut initial = self.0.initial.lock().unwrap_or_else(PoisonError::into_inner);
                world::export(
                    &mut initial,
                    Bytes::copy_from_slice(name.as_bytes()),
                    Bytes::copy_from_slice(value.as_bytes()),
                );
            }
            let path = Path::from(&**name);
            let Some(mount) = config.mounts.remove(&path) else { continue };
            let (resource, mode, price, options) = mount.build(host, &path, self.0.mode, self.0.ttl)?;
            tree.unmount(&path)?;
            tree.mount(Mount::new(path.clone(), caching.metered(path, resource, price, &options), mode))?;
        }
        Ok(())
    }

    /// Forgets the session called `name`, and answers whether there was one. Lines that it runs end as they would.
    pub fn end_session(&self, name: &str) -> bool {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(name).is_some()
    }

    /// The names of all sessions, in order.
    pub fn sessions(&self) -> Vec<String> {
        let sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = sessions.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Shows `resource` at `path`, for lines that run already too. A taken path is `Busy`.
    pub fn mount(&self, path: &str, resource: Arc<dyn DynResource>, mode: Mode) -> Result<()> {
        let path = Path::from(path);
        let resource =
            self.0.caching.metered(path.clone(), resource, Price::default(), &CacheOptions::default());
        self.0.tree.mount(Mount::new(path, resource, mode))
    }

    /// Removes the mount at `path`. Files that are open stay open.
    pub fn unmount(&self, path: &str) -> Result<()> {
        self.0.tree.unmount(&Path::from(path))
    }

    /// Changes what the mount at `path` allows.
    pub fn set_mode(&self, path: &str, mode: Mode) -> Result<()> {
        self.0.tree.set_mode(&Path::from(path), mode)
    }

    /// All mounts in the order of their paths, parts of the system included.
    pub fn mounts(&self) -> Vec<Mount> {
        self.0.tree.mounts()
    }

    /// What every path is resolved in.
    pub fn tree(&self) -> &Tree {
        &self.0.tree
    }

    /// The program around this workspace.
    pub fn host(&self) -> &Arc<dyn Host> {
        &self.0.host
    }
}

/// One shell's state: working directory, variables, functions, options. Lines of one session run one after another, in
/// the order in which they came; those of different sessions run beside each other.
#[derive(Clone)]
pub struct Session {
    workspace: Workspace,
    queue: Arc<Queue>,
}

impl Session {
    /// Runs `line`, a whole script if need be, as `bash -c` would, and answers what it did. What it changes in the
    /// session stays for the next line; `exit` ends the line alone.
    ///
    /// It never fails: a line that can not run has a status and a message as any other. Dropping the future asks the
    /// line to stop; one that is cancelled before its turn does not start.
    pub async fn execute(&self, line: impl AsRef<[u8]>, options: ExecuteOptions) -> Outcome {
        self.execute_then(line.as_ref(), options, None).await
    }

    /// As [`execute`](Session::execute), with something to do between the line's end and the answer. With it the line is one of
    /// those that the session recalls.
    pub(crate) async fn execute_then(
        &self,
        line: &[u8],
        options: ExecuteOptions,
        after: Option<Box<dyn AfterLine>>,
    ) -> Outcome {
        let text = Bytes::copy_from_slice(line);
        let cancellation = options.cancellation.clone();
        let turn = match select(pin!(cancellation.cancelled()), pin!(self.queue.turn())).await {
            Either::Left((signal, _)) => return cancelled(signal),
            Either::Right((Some(turn), _)) => turn,
            Either::Right((None, _)) => return lost(),
        };
        let mut turn = turn;
        if after.is_some() {
            let mut state = turn.state();
            world::remember(&mut state, line);
            turn.set(state);
        }
        let Inner { host, tree, registry, limits, .. } = &*self.workspace.0;
        let cancel = CancelOnDrop(Some(options.cancellation.clone()));
        let call = Call::new(host.clone(), options.cancellation.clone());
        call.ledger().set_budget(options.budget);
        let (tree, registry) = (tree.clone(), registry.clone());
        let line = Line { text, options, turn, after, call, tree, registry, limits: *limits };
        let (sender, receiver) = oneshot::channel();
        host.drive(Box::new(move || {
            Box::pin(async move {
                // Nobody is there to tell when the caller has gone.
                let _ = sender.send(line.run().await);
            })
        }));
        let outcome = receiver.await.unwrap_or_else(|_| lost());
        cancel.disarm();
        outcome
    }
}

impl Session {
    /// Its state as the last line left it.
    pub(crate) fn peek(&self) -> State {
        self.queue.peek()
    }

    /// Its working directory, as the last line left it.
    pub fn directory(&self) -> Path {
        self.queue.peek().directory
    }

    /// Changes its state between two lines.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut State)) {
        let Some(mut turn) = self.queue.turn().await else { return };
        let mut state = turn.state();
        change(&mut state);
        turn.set(state);
    }
}

/// Something to do between a line's end and its answer, while the session is still the line's.
pub(crate) trait AfterLine: MaybeSend {
    /// `cwd` is where the line started, `state` what it left to the session.
    fn after<'a>(self: Box<Self>, outcome: &'a mut Outcome, cwd: Path, state: State) -> BoxFuture<'a, ()>;
}

/// The outcome of a line that was cancelled before its turn.
fn cancelled(signal: Signal) -> Outcome {
    let refusal = Some(Refusal { kind: RefusalKind::Cancelled, message: "cancelled".into() });
    Outcome { exit_code: 128 + signal as u8, refusal, ..Outcome::default() }
}

/// The outcome of a line whose thread is gone: it panicked, or could not be started.
fn lost() -> Outcome {
    let message = "internal error: the line's thread ended without an answer".to_owned();
    Outcome {
        exit_code: 1,
        stderr: format!("mirage: {message}\n").into(),
        refusal: Some(Refusal { kind: RefusalKind::Start, message }),
        ..Outcome::default()
    }
}

/// Asks a line to stop when whoever waits for it has gone.
struct CancelOnDrop(Option<Cancellation>);

impl CancelOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(cancellation) = &self.0 {
            cancellation.cancel(Signal::Terminate);
        }
    }
}
