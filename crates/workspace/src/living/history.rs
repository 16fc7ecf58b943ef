//! The lines that a workspace has run.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use mirage_vfs::{Text, Usage};
use serde::{Deserialize, Serialize};

use crate::config::shown;
use crate::outcome::Outcome;

/// Lines that are kept.
const KEPT: usize = 10_000;

/// A line that was run: what it was, where, and what it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// Counts the lines of the workspace, from 1.
    pub id: u64,
    /// The session it ran in.
    pub session: String,
    /// The job that it was, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<u64>,
    /// Its text, secrets replaced by the names of their places.
    pub line: Text,
    /// The working directory it started in.
    pub cwd: Text,
    /// Its status.
    pub exit_code: u8,
    /// When it started: seconds since 1970.
    pub started: f64,
    /// How long it ran.
    pub duration_ms: f64,
    /// Bytes of content it read.
    pub bytes_read: u64,
    /// Bytes of content it wrote.
    pub bytes_written: u64,
    /// Requests to services.
    pub requests: u64,
    /// Requests that a cache answered instead.
    pub cache_hits: u64,
    /// The same by mount.
    pub mounts: BTreeMap<String, Used>,
}

/// What a line used of one mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in `Usage`")]
pub struct Used {
    pub bytes_read: u64,
    pub bytes_written: u64,
    pub requests: u64,
    pub cache_hits: u64,
}

impl From<&Usage> for Used {
    fn from(usage: &Usage) -> Self {
        let Usage { bytes_read, bytes_written, requests, cache_hits, .. } = *usage;
        Used { bytes_read, bytes_written, requests: requests.total(), cache_hits }
    }
}

impl Remembered {
    /// The line `line` that ended with `outcome`; it has no number yet.
    pub(crate) fn new(session: &str, line: Bytes, cwd: Bytes, started: f64, outcome: &Outcome) -> Self {
        let usage = Used::from(&outcome.usage);
        Remembered {
            id: 0,
            session: session.to_owned(),
            job: None,
            line: Text(line),
            cwd: Text(cwd),
            exit_code: outcome.exit_code,
            started,
            duration_ms: milliseconds(outcome.duration),
            bytes_read: usage.bytes_read,
            bytes_written: usage.bytes_written,
            requests: usage.requests,
            cache_hits: usage.cache_hits,
            mounts: outcome.mounts.iter().map(|(mount, usage)| (mount.clone(), Used::from(usage))).collect(),
        }
    }

    /// The same for people: without the marks that stand for secrets.
    #[must_use]
    pub(crate) fn shown(&self) -> Remembered {
        Remembered { line: Text(shown(&self.line.0)), cwd: Text(shown(&self.cwd.0)), ..self.clone() }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The last lines, the oldest first.
#[derive(Default)]
pub(crate) struct Lines {
    lines: VecDeque<Remembered>,
    next: u64,
}

impl Lines {
    /// Gives a line its number and keeps it.
    pub fn add(&mut self, mut line: Remembered) -> Remembered {
        self.next += 1;
        line.id = self.next;
        self.restore(line.clone());
        line
    }

    /// Keeps a line that has its number.
    pub fn restore(&mut self, line: Remembered) {
        self.next = self.next.max(line.id);
        self.lines.push_back(line);
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Remembered> {
        self.lines.iter()
    }
}
