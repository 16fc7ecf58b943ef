//! The store in memory: what a workspace has when nobody gives it a directory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};

use crate::store::{Blob, Digest, Log, OpenLog, Record, Scratch, Store, Usage, Version, check_space};
use crate::{BoxFuture, StoreError, StoreErrorKind};

type Result<T> = std::result::Result<T, StoreError>;

/// Blobs, records and scratch space in memory, gone with the last handle. Scratch space counts as the rest does.
pub struct RamStore(Arc<Mutex<Content>>);

struct Content {
    blobs: BTreeMap<Digest, Held>,
    records: BTreeMap<(String, Bytes), Record>,
    logs: BTreeMap<(String, Bytes), Arc<LogContent>>,
    usage: Usage,
    /// Grows with every use of a blob: the order of `blobs`.
    uses: u64,
}

struct Held {
    bytes: Bytes,
    used: u64,
}

impl RamStore {
    /// An empty store without a limit.
    pub fn new() -> Self {
        RamStore::with_limit(None)
    }

    /// An empty store that holds so many bytes at most.
    pub fn with_limit(limit: Option<u64>) -> Self {
        let usage = Usage { bytes: 0, limit };
        let content = Content {
            blobs: BTreeMap::new(),
            records: BTreeMap::new(),
            logs: BTreeMap::new(),
            usage,
            uses: 0,
        };
        RamStore(Arc::new(Mutex::new(content)))
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        lock(&self.0)
    }
}

impl Default for RamStore {
    fn default() -> Self {
        RamStore::new()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Content {
    /// Makes room for `new` bytes in place of `old` ones.
    fn replace(&mut self, old: usize, new: usize) -> Result<()> {
        let bytes = self.usage.bytes.saturating_sub(old as u64).saturating_add(new as u64);
        if new > old && self.usage.limit.is_some_and(|limit| bytes > limit) {
            return Err(StoreError::new(StoreErrorKind::Full));
        }
        self.usage.bytes = bytes;
        Ok(())
    }

    fn next_use(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    fn put(&mut self, bytes: Bytes) -> Result<Digest> {
        let digest = Digest::of(&bytes);
        let used = self.next_use();
        if let Some(held) = self.blobs.get_mut(&digest) {
            held.used = used;
            return Ok(digest);
        }
        self.replace(0, bytes.len())?;
        self.blobs.insert(digest, Held { bytes, used });
        Ok(digest)
    }

    fn get(&mut self, digest: Digest) -> Result<Bytes> {
        let used = self.next_use();
        let held = self.blobs.get_mut(&digest).ok_or_else(|| StoreError::new(StoreErrorKind::NotFound))?;
        held.used = used;
        Ok(held.bytes.clone())
    }

    fn remove(&mut self, digest: Digest) -> Result<()> {
        match self.blobs.remove(&digest) {
            Some(held) => self.replace(held.bytes.len(), 0),
            None => Ok(()),
        }
    }

    fn blobs(&self) -> Vec<Blob> {
        let mut blobs: Vec<_> = self.blobs.iter().collect();
        blobs.sort_by_key(|(_, held)| held.used);
        blobs
            .into_iter()
            .map(|(digest, held)| Blob { digest: *digest, size: held.bytes.len() as u64 })
            .collect()
    }

    fn set_record(
        &mut self,
        space: &str,
        key: &[u8],
        value: Bytes,
        expected: Option<Option<Version>>,
    ) -> Result<Version> {
        let name = (space.to_owned(), Bytes::copy_from_slice(key));
        let (old, size) = match self.records.get(&name) {
            Some(record) => (Some(record.version), record.value.len()),
            None => (None, 0),
        };
        if expected.is_some_and(|expected| expected != old) {
            return Err(StoreError::new(StoreErrorKind::Conflict));
        }
        self.replace(size, value.len())?;
        let version = Version(old.map_or(1, |version| version.0 + 1));
        self.records.insert(name, Record { value, version });
        Ok(version)
    }

    fn remove_record(&mut self, space: &str, key: &[u8]) -> Result<()> {
        match self.records.remove(&(space.to_owned(), Bytes::copy_from_slice(key))) {
            Some(record) => self.replace(record.value.len(), 0),
            None => Ok(()),
        }
    }
}

impl Store for RamStore {
    fn put(&self, bytes: Bytes) -> BoxFuture<'_, Result<Digest>> {
        Box::pin(async move { self.content().put(bytes) })
    }

    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Bytes>> {
        Box::pin(async move { self.content().get(digest) })
    }

    fn remove(&self, digest: Digest) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.content().remove(digest) })
    }

    fn blobs(&self) -> BoxFuture<'_, Result<Vec<Blob>>> {
        Box::pin(async move { Ok(self.content().blobs()) })
    }

    fn usage(&self) -> BoxFuture<'_, Result<Usage>> {
        Box::pin(async move { Ok(self.content().usage) })
    }

    fn record<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(async move {
            check_space(space)?;
            let name = (space.to_owned(), Bytes::copy_from_slice(key));
            Ok(self.content().records.get(&name).cloned())
        })
    }

    fn set_record<'a>(
        &'a self,
        space: &'a str,
        key: &'a [u8],
        value: Bytes,
        expected: Option<Option<Version>>,
    ) -> BoxFuture<'a, Result<Version>> {
        Box::pin(async move {
            check_space(space)?;
            self.content().set_record(space, key, value, expected)
        })
    }

    fn remove_record<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            check_space(space)?;
            self.content().remove_record(space, key)
        })
    }

    fn records<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        Box::pin(async move {
            check_space(space)?;
            let content = self.content();
            let from = (space.to_owned(), Bytes::new());
            let names = content.records.range(from..).map(|(name, _)| name);
            Ok(names.take_while(|(of, _)| of == space).map(|(_, key)| key.clone()).collect())
        })
    }

    fn log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<OpenLog>> {
        Box::pin(async move {
            check_space(space)?;
            let name = (space.to_owned(), Bytes::copy_from_slice(key));
            let content = self.content().logs.entry(name).or_default().clone();
            if content.open.swap(true, Ordering::AcqRel) {
                return Err(StoreError::new(StoreErrorKind::Conflict));
            }
            let entries = lock(&content.entries).clone();
            Ok((Box::new(RamLog { store: Arc::clone(&self.0), content }) as Box<dyn Log>, entries))
        })
    }

    fn remove_log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            check_space(space)?;
            let name = (space.to_owned(), Bytes::copy_from_slice(key));
            let removed = self.content().logs.remove(&name);
            let size = removed.map_or(0, |content| size_of_all(&lock(&content.entries)));
            self.content().replace(size, 0)
        })
    }

    fn logs<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        Box::pin(async move {
            check_space(space)?;
            let content = self.content();
            let names = content.logs.range((space.to_owned(), Bytes::new())..).map(|(name, _)| name);
            Ok(names.take_while(|(of, _)| of == space).map(|(_, key)| key.clone()).collect())
        })
    }

    fn scratch(&self) -> BoxFuture<'_, Result<Box<dyn Scratch>>> {
        let chunks = Mutex::new(Chunks::default());
        let scratch = RamScratch { store: Arc::clone(&self.0), chunks };
        Box::pin(async move { Ok(Box::new(scratch) as Box<dyn Scratch>) })
    }
}

/// A log's entries, and whether a handle is open on it.
#[derive(Default)]
struct LogContent {
    entries: Mutex<Vec<Bytes>>,
    open: AtomicBool,
}

struct RamLog {
    store: Arc<Mutex<Content>>,
    content: Arc<LogContent>,
}

fn size_of_all(entries: &[Bytes]) -> usize {
    entries.iter().map(Bytes::len).sum()
}

impl Log for RamLog {
    fn append(&self, entry: Bytes) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            lock(&self.store).replace(0, entry.len())?;
            lock(&self.content.entries).push(entry);
            Ok(())
        })
    }

    fn replace(&self, entries: Vec<Bytes>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let mut old = lock(&self.content.entries);
            lock(&self.store).replace(size_of_all(&old), size_of_all(&entries))?;
            *old = entries;
            Ok(())
        })
    }

    fn size(&self) -> u64 {
        size_of_all(&lock(&self.content.entries)) as u64
    }
}

impl Drop for RamLog {
    fn drop(&mut self) {
        self.content.open.store(false, Ordering::Release);
    }
}

/// Scratch space as the chunks that were added.
struct RamScratch {
    store: Arc<Mutex<Content>>,
    chunks: Mutex<Chunks>,
}

#[derive(Default)]
struct Chunks {
    /// Each with the offset after its last byte.
    chunks: Vec<(u64, Bytes)>,
    size: u64,
}

impl Chunks {
    fn append(&mut self, bytes: Bytes) -> u64 {
        let start = self.size;
        if !bytes.is_empty() {
            self.size += bytes.len() as u64;
            self.chunks.push((self.size, bytes));
        }
        start
    }

    /// A slice of one chunk where that is enough, else a copy of several.
    fn read(&self, offset: u64, length: usize) -> Bytes {
        let first = self.chunks.partition_point(|(end, _)| *end <= offset);
        let mut pieces = self.chunks[first..].iter();
        let Some((end, chunk)) = pieces.next() else { return Bytes::new() };
        let start = chunk.len() - (end - offset) as usize;
        let slice = chunk.slice(start..chunk.len().min(start.saturating_add(length)));
        if slice.len() == length || *end == self.size {
            return slice;
        }
        let wanted = length.min((self.size - offset) as usize);
        let mut joined = BytesMut::with_capacity(wanted);
        joined.extend_from_slice(&slice);
        for (_, chunk) in pieces {
            let missing = wanted - joined.len();
            joined.extend_from_slice(&chunk[..chunk.len().min(missing)]);
            if joined.len() == wanted {
                break;
            }
        }
        joined.freeze()
    }
}

impl Scratch for RamScratch {
    fn append(&self, bytes: Bytes) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            lock(&self.store).replace(0, bytes.len())?;
            Ok(lock(&self.chunks).append(bytes))
        })
    }

    fn read_at(&self, offset: u64, length: usize) -> BoxFuture<'_, Result<Bytes>> {
        Box::pin(async move { Ok(lock(&self.chunks).read(offset, length)) })
    }

    fn size(&self) -> u64 {
        lock(&self.chunks).size
    }
}

impl Drop for RamScratch {
    fn drop(&mut self) {
        let size = lock(&self.chunks).size as usize;
        // Giving back never fails: only growth can meet the limit.
        let _ = lock(&self.store).replace(size, 0);
    }
}
