//! Futures that run beside the one that started them, in the line's own task: background jobs, process substitutions,
//! and calls too deep for the machine's stack.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use futures_util::future::{AbortHandle, Abortable, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, Stream};

/// Where the shells of a line start futures. [`drive`] runs them.
#[derive(Default)]
pub struct Tasks(RefCell<Vec<LocalBoxFuture<'static, ()>>>);

impl Tasks {
    /// Starts `future`. Dropping what this returns drops the future too, unless it is detached.
    pub(crate) fn start<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> Started<T> {
        let slot = Rc::new(RefCell::new(Slot { value: None, waker: None }));
        let (abort, registration) = AbortHandle::new_pair();
        let answer = slot.clone();
        let task = async move {
            let value = future.await;
            let mut slot = answer.borrow_mut();
            slot.value = Some(value);
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        };
        self.0.borrow_mut().push(Abortable::new(task, registration).map(drop).boxed_local());
        Started { slot, abort: Some(abort) }
    }

    fn take(&self) -> Vec<LocalBoxFuture<'static, ()>> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

/// A future that was started: answers its value.
pub(crate) struct Started<T> {
    slot: Rc<RefCell<Slot<T>>>,
    abort: Option<AbortHandle>,
}

impl<T> Started<T> {
    /// Lets the future run to its end though nobody waits for it.
    pub fn detach(mut self) {
        self.abort = None;
    }
}

impl<T> Future for Started<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.slot.borrow_mut();
        match slot.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Started<T> {
    fn drop(&mut self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// Runs `main` and everything that is started on `tasks` meanwhile. Ends when `main` has ended and, if it `waits`, so
/// have the others; otherwise these are dropped.
pub(crate) async fn drive<T>(tasks: &Tasks, main: impl Future<Output = T>, waits: impl Fn(&T) -> bool) -> T {
    let main = std::pin::pin!(main.fuse());
    Driven { tasks, main, running: FuturesUnordered::new(), ended: None, waits }.await
}

struct Driven<'a, T, M, W> {
    tasks: &'a Tasks,
    main: Pin<&'a mut futures_util::future::Fuse<M>>,
    running: FuturesUnordered<LocalBoxFuture<'static, ()>>,
    ended: Option<T>,
    waits: W,
}

impl<T, M, W> Unpin for Driven<'_, T, M, W> {}

impl<T, M: Future<Output = T>, W: Fn(&T) -> bool> Future for Driven<'_, T, M, W> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        if let Poll::Ready(value) = this.main.as_mut().poll(context) {
            this.ended = Some(value);
        }
        loop {
            this.running.extend(this.tasks.take());
            while let Poll::Ready(Some(())) = Pin::new(&mut this.running).poll_next(context) {}
            if this.tasks.0.borrow().is_empty() {
                break;
            }
        }
        match this.ended.take() {
            Some(value) if this.running.is_empty() || !(this.waits)(&value) => Poll::Ready(value),
            value => {
                this.ended = value;
                Poll::Pending
            }
        }
    }
}

impl<T, M, W> Drop for Driven<'_, T, M, W> {
    fn drop(&mut self) {
        // What was started and never polled refers to the line, and the line to it.
        drop(self.tasks.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_started_runs_and_answers() {
        let tasks = Tasks::default();
        let main = async {
            let inner = tasks.start(async { 7 });
            inner.await
        };
        let answer = drive(&tasks, main, |_| true);
        let mut answer = std::pin::pin!(answer);
        let mut context = Context::from_waker(Waker::noop());
        let value = std::iter::repeat_with(|| answer.as_mut().poll(&mut context))
            .take(3)
            .find_map(|poll| if let Poll::Ready(value) = poll { Some(value) } else { None });
        assert_eq!(value, Some(7));
    }
}
