//! The trait and what it speaks of.

use std::error::Error;
use std::fmt;

use bytes::Bytes;

use crate::{BoxFuture, MaybeSend, MaybeSync, StoreError, StoreErrorKind};

/// The BLAKE3 digest that names a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A blob that is in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

/// How full a store is, in bytes of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// What blobs and records hold.
    pub bytes: u64,
    /// What they may hold; none is no limit but the disk's or the memory's.
    pub limit: Option<u64>,
}

/// Counts the writes of one record, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// A small value under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What is stored.
    pub value: Bytes,
    /// Which write of it this is.
    pub version: Version,
}

/// Blobs by content, records by name, and scratch space that is gone with its handle.
///
/// Crash-safe, and safe for several processes on the same directory: a reader sees the old value or the new one, and
/// an operation whose future was dropped has happened wholly or not at all.
///
/// Size-limited: what would pass the limit is `Full` and changes nothing. The store itself never drops a blob, as it
/// can not know which ones a snapshot needs: a cache that wants room goes through [`blobs`](Store::blobs) from the
/// least recently used one and [removes](Store::remove) what it put there.
pub trait Store: MaybeSend + MaybeSync {
    /// Keeps `bytes` and answers their digest. Storing what is there already costs no space.
    fn put(&self, bytes: Bytes) -> BoxFuture<'_, Result<Digest, StoreError>>;

    /// The bytes named by `digest`; `NotFound`, or `Corrupt` when they no longer match it.
    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Bytes, StoreError>>;

    /// Removes a blob; one that is not there is no error.
    fn remove(&self, digest: Digest) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Every blob, as far as the store knows the least recently used one first.
    fn blobs(&self) -> BoxFuture<'_, Result<Vec<Blob>, StoreError>>;

    /// How full the store is.
    fn usage(&self) -> BoxFuture<'_, Result<Usage, StoreError>>;

    /// The record called `key` in `space` (a short word of lowercase ASCII letters), if there is one.
    fn record<'a>(
        &'a self,
        space: &'a str,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>>;

    /// Writes a record and answers its new version. With `expected` (`None` inside: it must not exist yet) anything
    /// else there is a `Conflict`.
    fn set_record<'a>(
        &'a self,
        space: &'a str,
        key: &'a [u8],
        value: Bytes,
        expected: Option<Option<Version>>,
    ) -> BoxFuture<'a, Result<Version, StoreError>>;

    /// Removes a record; one that is not there is no error.
    fn remove_record<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The keys in `space`, in the order of their bytes.
    fn records<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>, StoreError>>;

    /// Opens the log called `key` in `space`, made if it is missing, and reads its entries. It is the handle's alone until
    /// that is dropped: opening it elsewhere meanwhile is a `Conflict`.
    fn log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<OpenLog, StoreError>>;

    /// Removes a log; one that is not there is no error. A handle that is open on it writes on into nothing.
    fn remove_log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The keys of the logs in `space`, in the order of their bytes.
    fn logs<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>, StoreError>>;

    /// Empty scratch space: what `sort` and `tac` spill to.
    fn scratch(&self) -> BoxFuture<'_, Result<Box<dyn Scratch>, StoreError>>;
}

/// A log that was opened, with the entries it held then, the oldest first.
pub type OpenLog = (Box<dyn Log>, Vec<Bytes>);

/// Entries one after another: what grows by a little with every line, where writing a record anew would cost all of it.
///
/// An entry is there wholly or not at all: one that a kill cut short is gone when the log is opened again, and no other.
pub trait Log: MaybeSend + MaybeSync {
    /// Adds an entry to the end. Once this answers, a kill does not undo it; a power failure may undo the last seconds.
    fn append(&self, entry: Bytes) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Puts `entries` in place of all there are, at once.
    fn replace(&self, entries: Vec<Bytes>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// About how many bytes it takes.
    fn size(&self) -> u64;
}

/// A file without a name that only its handle can reach; dropping the handle frees it.
pub trait Scratch: MaybeSend + MaybeSync {
    /// Adds `bytes` to the end and answers the offset they start at.
    fn append(&self, bytes: Bytes) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Up to `length` bytes from `offset`, fewer only at the end.
    fn read_at(&self, offset: u64, length: usize) -> BoxFuture<'_, Result<Bytes, StoreError>>;

    /// How many bytes it holds.
    fn size(&self) -> u64;
}

/// Refuses what is not the name of a space: the caller's mistake, not the data's.
pub(crate) fn check_space(space: &str) -> Result<(), StoreError> {
    match !space.is_empty() && space.bytes().all(|byte| byte.is_ascii_lowercase()) {
        true => Ok(()),
        false => Err(StoreError::new(StoreErrorKind::Io).source(InvalidSpace)),
    }
}

#[derive(Debug)]
struct InvalidSpace;

impl fmt::Display for InvalidSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a space is named by lowercase letters")
    }
}

impl Error for InvalidSpace {}
