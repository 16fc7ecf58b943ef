//! What one line holds in memory, counted against its limit.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use crate::call::Call;

/// A line's account of memory: what may grow with the input or with a script's values holds a [`Share`] of it.
///
/// Nobody has to handle a line that wants too much: [`exceed`](Memory::exceed) marks it, it stops at its next
/// [`tick`](Call::tick), and whoever drives it sees [`exceeded`](Memory::exceeded) and drops it.
#[derive(Debug)]
pub struct Memory {
    limit: AtomicU64,
    held: AtomicU64,
    exceeded: AtomicBool,
    driver: Mutex<Option<Waker>>,
}

impl Memory {
    /// An account without a limit.
    pub(crate) fn unlimited() -> Self {
        Memory {
            limit: AtomicU64::new(u64::MAX),
            held: AtomicU64::new(0),
            exceeded: AtomicBool::new(false),
            driver: Mutex::new(None),
        }
    }

    /// From now on the line may hold `bytes` at most.
    pub fn set_limit(&self, bytes: u64) {
        self.limit.store(bytes, Ordering::Relaxed);
    }

    /// Bytes held by all shares.
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// How many bytes more the line may hold.
    pub fn room(&self) -> u64 {
        self.limit.load(Ordering::Relaxed).saturating_sub(self.held())
    }

    /// Whether `bytes` more are within the limit.
    pub fn has_room(&self, bytes: u64) -> bool {
        self.held().saturating_add(bytes) <= self.limit.load(Ordering::Relaxed)
    }

    /// The line wants more than it may hold: it is to end.
    pub fn exceed(&self) {
        self.exceeded.store(true, Ordering::Release);
        if let Some(driver) = &*self.driver.lock().unwrap_or_else(PoisonError::into_inner) {
            driver.wake_by_ref();
        }
    }

    /// Lets the line's last words pass: what it held is gone.
    pub fn lift(&self) {
        self.set_limit(u64::MAX);
        self.exceeded.store(false, Ordering::Release);
    }

    /// Whether the line is to end.
    pub fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Acquire)
    }

    /// Completes when the line is to end: for the one who drives it.
    pub fn exceeded(&self) -> Exceeded<'_> {
        Exceeded(self)
    }
}

/// What [`Memory::exceeded`] returns.
#[must_use = "futures do nothing unless awaited"]
pub struct Exceeded<'a>(&'a Memory);

impl Future for Exceeded<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        *self.0.driver.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        match self.0.is_exceeded() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

/// A part of what a line may hold. What it counts is given back when it is dropped.
pub struct Share {
    call: Call,
    bytes: u64,
}

impl Share {
    pub(crate) fn new(call: Call) -> Self {
        Share { call, bytes: 0 }
    }

    /// Bytes this share counts.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts `bytes` instead of what it counted before. Ends the line when that is more than it may hold: a loop that
    /// goes on growing ticks.
    pub fn set(&mut self, bytes: u64) {
        if !self.try_set(bytes) {
            self.call.stop_for_memory();
        }
    }

    /// As [`set`](Share::set), for `bytes` more.
    pub fn add(&mut self, bytes: u64) {
        self.set(self.bytes.saturating_add(bytes));
    }

    /// Counts `bytes` instead of what it counted before; false when that is more than the line may hold.
    pub fn try_set(&mut self, bytes: u64) -> bool {
        let held = &self.call.memory().held;
        let grows = bytes > self.bytes;
        match grows {
            true => held.fetch_add(bytes - self.bytes, Ordering::Relaxed),
            false => held.fetch_sub(self.bytes - bytes, Ordering::Relaxed),
        };
        self.bytes = bytes;
        !grows || self.call.memory().has_room(0)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.try_set(0);
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Share").field(&self.bytes).finish()
    }
}
