//! How much may be stored, counted by this process and now and then by looking.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Result;
use super::files::failed;
use crate::{StoreError, StoreErrorKind};

/// The part of the limit that this process writes before it counts again what all have written.
const SHARE: u64 = 16;

/// A limit and what is known to be used of it.
pub(super) struct Limit {
    bytes: Option<u64>,
    used: Mutex<Option<Used>>,
}

#[derive(Clone, Copy)]
struct Used {
    bytes: u64,
    /// What this process has written since it looked.
    since: u64,
}

impl Limit {
    pub fn new(bytes: Option<u64>) -> Self {
        Limit { bytes, used: Mutex::new(None) }
    }

    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    fn used(&self) -> MutexGuard<'_, Option<Used>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for `new` bytes in place of `old` ones, or answers `Full`. `count` looks how much is used.
    pub fn take(&self, old: u64, new: u64, count: impl Fn() -> io::Result<u64>) -> Result<()> {
        let Some(limit) = self.bytes else { return Ok(()) };
        let mut used = self.used();
        let after = |used: Used| Used {
            bytes: used.bytes.saturating_sub(old).saturating_add(new),
            since: used.since.saturating_add(new),
        };
        let fits = |used: &Used| used.bytes <= limit;
        let known = used.map(after).filter(|used| fits(used) && used.since <= limit / SHARE);
        let next = match known {
            Some(next) => next,
            None => after(Used { bytes: count().map_err(failed)?, since: 0 }),
        };
        if !fits(&next) && new > old {
            return Err(StoreError::new(StoreErrorKind::Full));
        }
        *used = Some(next);
        Ok(())
    }

    /// Room that is not used after all, or no longer.
    pub fn give_back(&self, size: u64) {
        if let Some(used) = self.used().as_mut() {
            used.bytes = used.bytes.saturating_sub(size);
        }
    }
}
