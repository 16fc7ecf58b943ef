//! What goes wrong.

use std::time::Duration;

use super::Operation;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It takes longer by this.
    Delay(Duration),
    /// It never gets an answer, and the connection stays open.
    Silence,
    /// The connection ends before anything is done.
    Reset,
    /// What is wanted is done, and the connection ends before the answer.
    LostAnswer,
    /// What is wanted is done, and the answer is this status all the same.
    LostToStatus(u16),
    /// The connection ends half-way through the answer's body.
    Truncate,
    /// Nothing is done and the answer is this status, with `Retry-After` of so many seconds.
    Status(u16, Option<u32>),
    /// A listing tells what was there before the last change.
    Stale,
}

/// Which requests a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    fault: Fault,
    operation: Option<Operation>,
    every: u32,
    left: u32,
    seen: u32,
}

impl Rule {
    /// `fault` for every request.
    pub fn always(fault: Fault) -> Rule {
        Rule { fault, operation: None, every: 1, left: u32::MAX, seen: 0 }
    }

    /// Only for requests that want `operation`.
    #[must_use]
    pub fn on(self, operation: Operation) -> Rule {
        Rule { operation: Some(operation), ..self }
    }

    /// Only for each `every`th of them.
    #[must_use]
    pub fn every(self, every: u32) -> Rule {
        Rule { every: every.max(1), ..self }
    }

    /// Only so often.
    #[must_use]
    pub fn times(self, times: u32) -> Rule {
        Rule { left: times, ..self }
    }

    pub(super) fn applies(&mut self, operation: Operation) -> Option<Fault> {
        if self.operation.is_some_and(|wanted| wanted != operation) || self.left == 0 {
            return None;
        }
        self.seen += 1;
        if !self.seen.is_multiple_of(self.every) {
            return None;
        }
        self.left -= 1;
        Some(self.fault)
    }
}
