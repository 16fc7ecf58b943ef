//! Timers: one thread that sleeps until the next of them.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crate::host::Clock;

/// How long the thread stays when there is no timer.
const KEEP: Duration = Duration::from_secs(10);

/// Wakes futures at their time. The thread starts with the first timer and ends when there was none for a while.
#[derive(Clone)]
pub(crate) struct Timer(Arc<Shared>);

struct Shared {
    clock: Clock,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By time; the number tells timers of the same time apart.
    waiting: BTreeMap<(Duration, u64), Waker>,
    next_number: u64,
    running: bool,
}

impl Timer {
    pub fn new(clock: Clock) -> Self {
        Timer(Arc::new(Shared { clock, state: Mutex::default(), changed: Condvar::new() }))
    }

    /// Completes after `duration`.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        Sleep { timer: self.clone(), until: self.0.clock.monotonic().saturating_add(duration), number: None }
    }

    fn register(&self, until: Duration, number: &mut Option<u64>, waker: &Waker) {
        let mut state = self.lock();
        let number = *number.get_or_insert_with(|| {
            state.next_number += 1;
            state.next_number
        });
        state.waiting.insert((until, number), waker.clone());
        let is_first = state.waiting.keys().next() == Some(&(until, number));
        if !state.running {
            let own = self.clone();
            let started = thread::Builder::new().name("mirage-timer".into()).spawn(move || own.serve());
            state.running = started.is_ok();
        } else if is_first {
            self.0.changed.notify_one();
        }
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            let now = self.0.clock.monotonic();
            let next = state.waiting.first_key_value().map(|(&key, _)| key);
            if let Some(due) = next.filter(|(until, _)| *until <= now) {
                let waker = state.waiting.remove(&due);
                drop(state);
                waker.into_iter().for_each(Waker::wake);
                state = self.lock();
                continue;
            }
            let pause = next.map_or(KEEP, |(until, _)| until - now);
            let (woken, wait) =
                self.0.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && next.is_none() && state.waiting.is_empty() {
                state.running = false;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Timer::sleep`] returns. Dropping it forgets the timer.
pub(crate) struct Sleep {
    timer: Timer,
    until: Duration,
    number: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.timer.0.clock.monotonic() >= self.until {
            return Poll::Ready(());
        }
        let Sleep { timer, until, number } = &mut *self;
        timer.register(*until, number, context.waker());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        self.timer.lock().waiting.remove(&(self.until, number));
    }
}
