//! Commands that run beside a program.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_shell::command::{Launched, Status};

/// A command that runs beside the program.
pub enum Child<'a> {
    Running(LocalBoxFuture<'a, Launched>),
    Ended(Status),
}

/// Waits for `future` while commands that run beside it go on.
pub async fn alongside<T>(children: &mut [Child<'_>], future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        if let Poll::Ready(done) = future.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        children.iter_mut().for_each(|child| poll_child(child, context));
        // What a command did may be just what was waited for.
        future.as_mut().poll(context)
    })
    .await
}

/// Lets a command go on until it waits.
pub fn poll_child(child: &mut Child<'_>, context: &mut std::task::Context<'_>) {
    if let Child::Running(running) = child
        && let Poll::Ready(launched) = running.poll_unpin(context)
    {
        *child = Child::Ended(match launched {
            Launched::Ran(status) => status,
            Launched::NotFound => 127,
            Launched::NotExecutable => 126,
        });
    }
}
