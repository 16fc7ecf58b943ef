//! Lines that leave the page alive.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::clock::{Sleep, monotonic};

/// How long a line works before timers, input and drawing get their turn.
const WORK: Duration = Duration::from_millis(8);

/// A line that has more to do is polled again as a microtask, before anything else of the page: this one waits for a timer
/// now and then, so that timeouts and cancellations reach it.
pub struct Paced<F> {
    line: F,
    resumed: Duration,
    pause: Option<Sleep>,
}

impl<F> Paced<F> {
    pub fn new(line: F) -> Self {
        Paced { line, resumed: monotonic(), pause: None }
    }
}

impl<F: Future<Output = ()> + Unpin> Future for Paced<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.pause.is_none() && monotonic().saturating_sub(self.resumed) >= WORK {
            self.pause = Some(Sleep::new(Duration::ZERO));
        }
        if let Some(pause) = &mut self.pause {
            if Pin::new(pause).poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
            self.resumed = monotonic();
        }
        Pin::new(&mut self.line).poll(context)
    }
}
