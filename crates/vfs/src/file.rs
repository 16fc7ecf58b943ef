//! Open files: what a handle of a resource can do.

use bytes::Bytes;
use mirage_store::{BoxFuture, MaybeSend, MaybeSync};

use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::resource::Attributes;

/// How a file is opened: POSIX `open` flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Open for reading.
    pub read: bool,
    /// Open for writing.
    pub write: bool,
    /// Every write goes to the end, atomically with finding the end where the resource can.
    pub append: bool,
    /// Cut to zero length when opened.
    pub truncate: bool,
    /// Create the file when it is missing.
    pub create: bool,
    /// Fail with `AlreadyExists` when the file is there; with `create`.
    pub exclusive: bool,
    /// Permission bits of a new file; `0o666` less the session's umask for most commands.
    pub mode: u32,
}

impl OpenOptions {
    /// For reading.
    pub fn reading() -> Self {
        OpenOptions { read: true, ..OpenOptions::default() }
    }

    /// As `>` opens: for writing, created or cut to zero length.
    pub fn truncating() -> Self {
        OpenOptions { write: true, create: true, truncate: true, mode: 0o666, ..OpenOptions::default() }
    }

    /// As `>>` opens: for appending, created when missing.
    pub fn appending() -> Self {
        OpenOptions { write: true, create: true, append: true, mode: 0o666, ..OpenOptions::default() }
    }

    /// Whether opening or writing through this may change the resource.
    pub fn writes(&self) -> bool {
        self.write || self.append || self.truncate || self.create
    }
}

/// A file of a resource, open. It keeps referring to the same file when the name is moved or removed, where the
/// resource can do that.
///
/// What was written is certain only when [`close`](File::close) has answered: a resource that commits whole files
/// does it there. Dropping a handle that was not closed aborts: a resource that commits at close then keeps the old
/// content; one that writes through (RAM, disk) keeps what was written so far, as a killed process would leave it.
pub trait File: MaybeSend + MaybeSync {
    /// Up to `length` bytes from `offset`, at least one unless the end is reached; empty at the end.
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>>;

    /// Writes all of `bytes` at `offset` (at the end with `append`); a gap reads as zeros. Answers the offset after
    /// the last byte written.
    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>>;

    /// Cuts or extends the file to `size` bytes.
    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>>;

    /// The file's metadata as it is now.
    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>>;

    /// Changes mode, owner or times of the open file.
    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        let _ = (call, attributes);
        Box::pin(std::future::ready(Err(Error::unsupported("set_attributes"))))
    }

    /// Makes what was written part of the resource and answers once it is. Called once, after the last write.
    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>>;
}
