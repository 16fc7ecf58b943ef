//! The trait and what it speaks of.

use bytes::Bytes;

use crate::{BoxFuture, MaybeSend, MaybeSync, StoreError};

/// The BLAKE3 digest that names a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

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
/// Size-limited, crash-safe and safe for several processes on the same directory: a reader sees the old value or the
/// new one, and an operation whose future was dropped has happened wholly or not at all.
pub trait Store: MaybeSend + MaybeSync {
    /// Keeps `bytes` and answers their digest. Storing what is there already costs no space.
    fn put(&self, bytes: Bytes) -> BoxFuture<'_, Result<Digest, StoreError>>;

    /// The bytes named by `digest`; `NotFound`, or `Corrupt` when they no longer match it.
    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Bytes, StoreError>>;

    /// The record called `key` in `space` (a short word of ASCII letters), if there is one.
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

    /// The keys in `space`, in order.
    fn records<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>, StoreError>>;

    /// Empty scratch space: what `sort` and `tac` spill to.
    fn scratch(&self) -> BoxFuture<'_, Result<Box<dyn Scratch>, StoreError>>;
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
