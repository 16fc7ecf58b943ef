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
use mirage_vfs::{Call, Cancellation, DynResource, Host, Path, Price, Result, Signal};

use crate::builder::{Builder, Caching};
use crate::limits::Limits;
use crate::line::Line;
use crate::options::ExecuteOptions;
use crate::outcome::{Outcome, Refusal, RefusalKind};
use crate::turn::Queue;

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
    pub initial: State,
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
                let queue = Queue::new(self.0.initial.clone());
                sessions.insert(name.to_owned(), queue.clone());
                queue
            }
        };
        Session { workspace: self.clone(), queue }
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
        let text = Bytes::copy_from_slice(line.as_ref());
        let cancellation = options.cancellation.clone();
        let turn = match select(pin!(cancellation.cancelled()), pin!(self.queue.turn())).await {
            Either::Left((signal, _)) => return cancelled(signal),
            Either::Right((Some(turn), _)) => turn,
            Either::Right((None, _)) => return lost(),
        };
        let Inner { host, tree, registry, limits, .. } = &*self.workspace.0;
        let cancel = CancelOnDrop(Some(options.cancellation.clone()));
        let call = Call::new(host.clone(), options.cancellation.clone());
        call.ledger().set_budget(options.budget);
        let (tree, registry) = (tree.clone(), registry.clone());
        let line = Line { text, options, turn, call, tree, registry, limits: *limits };
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
