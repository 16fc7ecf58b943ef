//! Content-addressed blobs, small records and scratch space: the [`Store`] trait, in RAM and in a directory.

mod error;
mod maybe_send;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use maybe_send::{BoxFuture, BoxStream, MaybeSend, MaybeSync};
pub use store::{Digest, Record, Scratch, Store, Version};
