//! One thread's executor: a future to its end, and beside it every line that is sent to the thread.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use mirage_vfs::LocalFuture;

/// Makes a line's future on the thread that will run it.
pub(crate) type Start = Box<dyn FnOnce() -> LocalFuture + Send>;

/// Where lines are left for a thread.
#[derive(Default)]
pub(crate) struct Mailbox {
    starts: Mutex<VecDeque<Start>>,
    /// Lines that were sent and have not ended.
    load: AtomicUsize,
    /// Known once the thread has looked.
    waker: Mutex<Option<Waker>>,
}

impl Mailbox {
    /// Leaves a line and wakes the thread.
    pub fn send(&self, start: Start) {
        self.load.fetch_add(1, Ordering::Relaxed);
        self.starts.lock().unwrap_or_else(PoisonError::into_inner).push_back(start);
        self.wake();
    }

    /// Makes the thread look at its future again.
    pub fn wake(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake_by_ref();
        }
    }

    /// Lines that were sent here and have not ended.
    pub fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    fn take(&self) -> VecDeque<Start> {
        std::mem::take(&mut *self.starts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs `future` to its end on this thread, and beside it the lines that arrive in `mailbox`. Lines that have not
/// ended by then are dropped.
pub(crate) fn run<F: Future>(future: F, mailbox: &Mailbox) -> F::Output {
    let parker = Arc::new(Parker { woken: AtomicBool::new(false), thread: thread::current() });
    let waker = Waker::from(parker.clone());
    *mailbox.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let mut lines = FuturesUnordered::new();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        for start in mailbox.take() {
            // A line that panics ends alone: whoever waits for it finds its channel closed.
            lines.push(AssertUnwindSafe(async move { start().await }).catch_unwind());
        }
        while let Poll::Ready(Some(_)) = lines.poll_next_unpin(&mut context) {
            mailbox.load.fetch_sub(1, Ordering::Relaxed);
        }
        parker.park();
    }
}

/// Parks a thread until it is woken. The flag is needed beside the thread's own token, which anything else that parks
/// on this thread may take.
struct Parker {
    woken: AtomicBool,
    thread: Thread,
}

impl Parker {
    fn park(&self) {
        while !self.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}
