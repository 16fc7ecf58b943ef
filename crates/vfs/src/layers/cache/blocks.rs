//! Content, in blocks.

use std::sync::Arc;

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::path::Path;

/// The length of every block but a file's last.
pub(super) const BLOCK: u64 = 64 * 1024;

/// One version of one file: what its blocks are found by.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Version {
    /// Of the resource.
    pub identity: Bytes,
    pub path: Path,
    /// A strong one.
    pub fingerprint: Bytes,
}

type Key = (Arc<Version>, u64);

#[derive(Clone)]
struct Weigh;

impl Weighter<Key, Bytes> for Weigh {
    fn weight(&self, _: &Key, block: &Bytes) -> u64 {
        block.len() as u64 + 256
    }
}

/// Blocks of files, as many as fit: those that nobody reads go first.
pub struct Blocks(Cache<Key, Bytes, Weigh>);

impl Blocks {
    /// Room for `limit` bytes.
    pub fn new(limit: u64) -> Self {
        let blocks = usize::try_from(limit / BLOCK).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        Blocks(Cache::with_weighter(blocks, limit, Weigh))
    }

    pub(super) fn get(&self, version: &Arc<Version>, number: u64) -> Option<Bytes> {
        self.0.get(&(version.clone(), number))
    }

    pub(super) fn contains(&self, version: &Arc<Version>, number: u64) -> bool {
        self.0.contains_key(&(version.clone(), number))
    }

    pub(super) fn insert(&self, version: &Arc<Version>, number: u64, block: Bytes) {
        self.0.insert((version.clone(), number), block);
    }

    /// How many bytes it holds.
    pub fn size(&self) -> u64 {
        self.0.weight()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.clear();
    }
}
