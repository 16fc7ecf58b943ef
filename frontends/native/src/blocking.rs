//! Threads for calls that block.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Threads at most; more calls wait.
const LIMIT: usize = 256;

/// How long an idle thread stays.
const KEEP: Duration = Duration::from_secs(10);

/// A call that may block.
pub(crate) type Work = Box<dyn FnOnce() + Send>;

/// Runs blocking calls on threads that are started when none is idle and end when they stay idle.
#[derive(Clone, Default)]
pub(crate) struct Blocking(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Work>,
    threads: usize,
    idle: usize,
}

impl Blocking {
    /// Runs `work` as soon as a thread is free.
    pub fn run(&self, work: Work) {
        let mut state = self.lock();
        state.queue.push_back(work);
        if state.idle >= state.queue.len() {
            self.0.arrived.notify_one();
        } else if state.threads < LIMIT {
            state.threads += 1;
            let own = self.clone();
            drop(state);
            if thread::Builder::new().name("mirage-blocking".into()).spawn(move || own.serve()).is_err() {
                self.lock().threads -= 1;
            }
        }
    }

    fn serve(&self) {
        while let Some(work) = self.next() {
            // A call that panics closes its own channel; the thread goes on.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    fn next(&self) -> Option<Work> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.queue.pop_front() {
                return Some(work);
            }
            state.idle += 1;
            let (woken, wait) =
                self.0.arrived.wait_timeout(state, KEEP).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if wait.timed_out() && state.queue.is_empty() {
                state.threads -= 1;
                return None;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
