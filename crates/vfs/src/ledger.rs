//! What one line has used.

use std::collections::BTreeMap;
use std::ops::{AddAssign, Index, IndexMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use crate::budget::{Budget, Exceeded, Spent};
use crate::path::Path;
use crate::price::Money;

/// What a request to a service asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestKind {
    /// A page of a listing.
    List,
    /// Metadata.
    Stat,
    /// Content.
    Read,
    /// To create, change or copy something.
    Write,
    /// A search or query.
    Search,
    /// Anything else: to remove something, to log in.
    Other,
}

impl RequestKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [RequestKind; 6] = [
        RequestKind::List,
        RequestKind::Stat,
        RequestKind::Read,
        RequestKind::Write,
        RequestKind::Search,
        RequestKind::Other,
    ];

    /// The name in JSON and configuration.
    pub fn name(self) -> &'static str {
        match self {
            RequestKind::List => "list",
            RequestKind::Stat => "stat",
            RequestKind::Read => "read",
            RequestKind::Write => "write",
            RequestKind::Search => "search",
            RequestKind::Other => "other",
        }
    }
}

/// Numbers of requests, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests([u64; RequestKind::ALL.len()]);

impl Requests {
    /// So many of one kind.
    pub fn of(kind: RequestKind, count: u64) -> Self {
        let mut requests = Requests::default();
        requests[kind] = count;
        requests
    }

    /// All kinds together.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

impl Index<RequestKind> for Requests {
    type Output = u64;

    fn index(&self, kind: RequestKind) -> &u64 {
        &self.0[kind as usize]
    }
}

impl IndexMut<RequestKind> for Requests {
    fn index_mut(&mut self, kind: RequestKind) -> &mut u64 {
        &mut self.0[kind as usize]
    }
}

impl AddAssign for Requests {
    fn add_assign(&mut self, more: Requests) {
        for kind in RequestKind::ALL {
            self[kind] = self[kind].saturating_add(more[kind]);
        }
    }
}

/// Bytes, requests and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of content read; of a service, those that were received.
    pub bytes_read: u64,
    /// Bytes of content written; to a service, those that were sent.
    pub bytes_written: u64,
    /// Requests to services.
    pub requests: Requests,
    /// Requests that a cache answered instead.
    pub cache_hits: u64,
    /// What the requests and bytes cost at the mount's prices.
    pub cost: Money,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, more: Usage) {
        self.bytes_read = self.bytes_read.saturating_add(more.bytes_read);
        self.bytes_written = self.bytes_written.saturating_add(more.bytes_written);
        self.requests += more.requests;
        self.cache_hits = self.cache_hits.saturating_add(more.cache_hits);
        self.cost += more.cost;
    }
}

/// What a line has used so far, by mount, and what it may still use. Layers and [`Call::request`](crate::Call::request)
/// write it, whoever started the line reads it.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Books>);

#[derive(Debug, Default)]
pub(crate) struct Books {
    pub mounts: BTreeMap<Path, Usage>,
    pub budget: Budget,
    /// Of services alone, and with what was promised to requests on their way.
    pub spent: Spent,
    pub exceeded: Option<Exceeded>,
    pub driver: Option<Waker>,
}

impl Books {
    pub fn usage(&mut self, mount: &Path) -> &mut Usage {
        self.mounts.entry(mount.clone()).or_default()
    }
}

impl Ledger {
    /// Adds what was used of the mount at `mount`, of which nothing counts against a budget.
    pub fn add(&self, mount: &Path, used: Usage) {
        *self.books().usage(mount) += used;
    }

    /// What was used of each mount that was used.
    pub fn by_mount(&self) -> BTreeMap<Path, Usage> {
        self.books().mounts.clone()
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
