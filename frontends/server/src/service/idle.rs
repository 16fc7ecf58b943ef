//! When the daemon has nothing to do any more.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::home::variable;

/// How long it stays without work while there are workspaces.
const IDLE: Duration = Duration::from_secs(900);

/// How long it stays when there are none.
const EMPTY: Duration = Duration::from_secs(5);

/// What the daemon does, and since when it does nothing.
pub(super) struct Activity {
    state: Mutex<State>,
    changed: Notify,
    idle: Duration,
    started: Instant,
}

struct State {
    /// Requests and lines.
    working: usize,
    since: Instant,
    has_workspaces: bool,
}

impl Activity {
    pub fn new(has_workspaces: bool) -> Self {
        let seconds = variable("MIRAGE_IDLE_SECONDS").and_then(|text| text.to_str()?.parse().ok());
        let idle = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(IDLE);
        let state = State { working: 0, since: now(), has_workspaces };
        Activity { state: Mutex::new(state), changed: Notify::new(), idle, started: now() }
    }

    /// Counts as work until it is dropped.
    pub fn work(&self) -> Work<'_> {
        self.state().working += 1;
        Work(self)
    }

    /// Tells whether there are workspaces.
    pub fn has_workspaces(&self, has: bool) {
        self.state().has_workspaces = has;
        self.changed.notify_one();
    }

    /// How long the daemon has been running.
    pub fn uptime(&self) -> Duration {
        now().saturating_duration_since(self.started)
    }

    /// Completes when there was nothing to do for long enough.
    pub async fn idle(&self) {
        loop {
            let left = {
                let state = self.state();
                let stays = if state.has_workspaces { self.idle } else { EMPTY.min(self.idle) };
                match state.working {
                    0 => stays.saturating_sub(now().saturating_duration_since(state.since)),
                    _ => stays,
                }
            };
            if left.is_zero() && self.state().working == 0 {
                return;
            }
            // Looked at again when it may be over, or when that moment changes.
            let _ = tokio::time::timeout(left.max(Duration::from_millis(1)), self.changed.notified()).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that is being done.
pub(super) struct Work<'a>(&'a Activity);

impl Drop for Work<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.working -= 1;
        state.since = now();
    }
}

#[expect(clippy::disallowed_methods, reason = "the daemon's own time, not a line's")]
pub(super) fn now() -> Instant {
    Instant::now()
}
