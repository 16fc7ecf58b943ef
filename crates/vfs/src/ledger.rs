//! What one line has used.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::path::Path;

/// Bytes and requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of content read.
    pub bytes_read: u64,
    /// Bytes of content written.
    pub bytes_written: u64,
    /// Requests to services.
    pub requests: u64,
    /// Requests that a cache answered instead.
    pub cache_hits: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, more: Usage) {
        self.bytes_read += more.bytes_read;
        self.bytes_written += more.bytes_written;
        self.requests += more.requests;
        self.cache_hits += more.cache_hits;
    }
}

/// What a line has used so far, by mount. Layers write it, whoever started the line reads it.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<BTreeMap<Path, Usage>>);

impl Ledger {
    /// Adds what was used of the mount at `mount`.
    pub fn add(&self, mount: &Path, used: Usage) {
        let mut mounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match mounts.get_mut(mount) {
            Some(usage) => *usage += used,
            None => drop(mounts.insert(mount.clone(), used)),
        }
    }

    /// What was used of each mount that was used.
    pub fn by_mount(&self) -> BTreeMap<Path, Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
