//! Content-addressed blobs, small records, logs and scratch space: the [`Store`] trait, in RAM and in a directory.

#[cfg(unix)]
mod directory;
mod error;
mod maybe_send;
mod ram;
mod store;
#[cfg(test)]
mod tests;

#[cfg(unix)]
pub use directory::DirectoryStore;
pub use error::{StoreError, StoreErrorKind};
pub use maybe_send::{BoxFnOnce, BoxFuture, BoxStream, MaybeSend, MaybeSync};
pub use ram::RamStore;
pub use store::{Blob, Digest, Log, OpenLog, Record, Scratch, Store, Usage, Version};
