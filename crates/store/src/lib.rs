//! Content-addressed blobs, small records and scratch space: the Store trait, in RAM and in a directory.
mod maybe_send;
pub use maybe_send::{BoxFuture, BoxStream, MaybeSend, MaybeSync};
/// tmp
pub trait Store: MaybeSend + MaybeSync {}
/// tmp
#[derive(Debug)]
pub enum StoreErrorKind {
    NotFound,
    Full,
    ReadOnly,
    Conflict,
    Corrupt,
    Io,
}
/// tmp
#[derive(Debug)]
pub struct StoreError(StoreErrorKind);
impl StoreError {
    /// tmp
    pub fn kind(&self) -> &StoreErrorKind {
        &self.0
    }
}
impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
impl std::error::Error for StoreError {}
