//! What can go wrong in a store.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The kinds of failure a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is no such blob or record.
    NotFound,
    /// The store's size limit, or the disk, is reached.
    Full,
    /// The store cannot be written.
    ReadOnly,
    /// The record has another version than the caller expected; nothing was written.
    Conflict,
    /// What was stored does not match its digest, or cannot be decoded.
    Corrupt,
    /// The disk failed.
    Io,
}

/// A failed operation of a store.
#[derive(Clone)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// An error of this kind.
    pub fn new(kind: StoreErrorKind) -> Self {
        StoreError { kind, source: None }
    }

    /// With the error below it.
    pub fn source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::NotFound => "not in the store",
            StoreErrorKind::Full => "the store is full",
            StoreErrorKind::ReadOnly => "the store is read-only",
            StoreErrorKind::Conflict => "the record was changed meanwhile",
            StoreErrorKind::Corrupt => "the store's data is damaged",
            StoreErrorKind::Io => "the store's disk failed",
        })
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{self} ({source})"),
            None => write!(f, "{self}"),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
