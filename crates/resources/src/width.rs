//! How many requests a service takes at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;

/// How many requests a service takes at once unless it is said.
pub(crate) const CONCURRENCY: usize = 16;

/// A number that follows what the service says: half of it after each refusal, one more after as many answers as it allows.
pub(crate) struct Width {
    most: usize,
    now: AtomicUsize,
    answers: AtomicUsize,
}

impl Width {
    /// Starts at `most`, which is never passed.
    pub fn new(most: usize) -> Self {
        Width { most, now: AtomicUsize::new(most), answers: AtomicUsize::new(0) }
    }

    /// How many requests at once it takes well now.
    pub fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// Takes note of an answer. Two threads that do so at once may count one answer for both: it comes to the same a little
    /// later.
    pub fn learn(&self, status: StatusCode) {
        let now = self.now();
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                self.now.store((now / 2).max(1), Ordering::Relaxed);
                self.answers.store(0, Ordering::Relaxed);
            }
            _ if now < self.most && self.answers.fetch_add(1, Ordering::Relaxed) >= now => {
                self.now.store(now + 1, Ordering::Relaxed);
                self.answers.store(0, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_refuses_is_asked_for_less_and_slowly_for_more() {
        let width = Width::new(16);
        (0..3).for_each(|_| width.learn(StatusCode::OK));
        assert_eq!(width.now(), 16);
        width.learn(StatusCode::TOO_MANY_REQUESTS);
        width.learn(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(width.now(), 4);
        (0..5).for_each(|_| width.learn(StatusCode::OK));
        assert_eq!(width.now(), 5);
        (0..1000).for_each(|_| width.learn(StatusCode::NOT_FOUND));
        assert_eq!(width.now(), 16);
        (0..100).for_each(|_| width.learn(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(width.now(), 1);
    }
}
