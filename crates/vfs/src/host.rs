//! What a workspace gets from the program around it.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mirage_store::{BoxFnOnce, BoxFuture, MaybeSend, MaybeSync, Store};

use crate::connect::{Endpoint, Talk};
use crate::error::{Error, Result};
use crate::http::{HttpRequest, HttpResponse};
use crate::time::Time;

/// A line's own future: it stays on the thread it started on.
pub type LocalFuture = Pin<Box<dyn Future<Output = ()>>>;

/// Everything the engine takes from outside, one per workspace: the only way to the clock, randomness, tasks and
/// state on disk. A test or a replay passes one of its own.
pub trait Host: MaybeSend + MaybeSync {
    /// The wall clock.
    fn now(&self) -> Time;

    /// Time since an arbitrary fixed point; never goes back.
    fn monotonic(&self) -> Duration;

    /// Fills `buffer` with random bytes fit for temporary names and `$RANDOM`'s seed.
    fn random(&self, buffer: &mut [u8]);

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Runs a line to its end: `start` is called on a thread that may block for a while without stalling others (a pooled
    /// worker with an executor of its own; in the browser the one thread there is), and what it returns is driven there.
    /// How the line ended is told through what `start` holds.
    fn drive(&self, start: BoxFnOnce<LocalFuture>);

    /// Runs `task` to its end beside the caller: clean-up that needs I/O and prefetching, never a line's own work.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// Runs a call that blocks where it stalls nobody. `work` reports through a channel of its own.
    fn unblock(&self, work: BoxFnOnce<()>);

    /// Sends a request to a service and answers the head of what it says. Redirects are not followed and nothing is tried
    /// again. A service that is not reached is `Unavailable`, and a later try may succeed; a host that offers no HTTP answers
    /// `Unsupported`.
    fn fetch(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> {
        drop(request);
        Box::pin(ready(Err(Error::unsupported("fetch").message("this program makes no HTTP requests"))))
    }

    /// Connects to a service that speaks no HTTP, and runs what `talk` makes of the connection beside the caller, to its end:
    /// where the connection is waited for, so that whoever talks over it is woken without a detour. On native hosts that is
    /// inside a tokio runtime, on which clients of services may rely. `talk` reports through channels of its own, and is
    /// called once in any case: a service that is not reached is `Unavailable`, and a later try may succeed; a host that
    /// offers no connections answers `Unsupported`.
    fn connect(&self, endpoint: Endpoint, talk: Talk) {
        drop(endpoint);
        let refused = Error::unsupported("connect").message("this program makes no connections");
        self.spawn(talk(Err(refused)));
    }

    /// Blobs, records and scratch space.
    fn store(&self) -> &Arc<dyn Store>;

    /// What the shell may tell about the machine it seems to run on.
    fn facts(&self) -> &Facts;
}

/// Facts that a line can see; defaults are the same on every machine, so that a run can be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// `$HOSTNAME`, `hostname`.
    pub hostname: String,
    /// `$USER`, `id -un`.
    pub user: String,
    /// `$UID`, `id -u`.
    pub uid: u32,
    /// Number of processors `nproc` tells.
    pub cores: u32,
}

impl Default for Facts {
    fn default() -> Self {
        Facts { hostname: "mirage".into(), user: "user".into(), uid: 1000, cores: 1 }
    }
}
