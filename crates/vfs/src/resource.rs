//! The central trait: a service as a tree of files.

use std::future::{Future, ready};

use bytes::Bytes;
use mirage_store::{BoxFuture, BoxStream, MaybeSend, MaybeSync};

use crate::call::Call;
use crate::entry::{Entry, Fingerprint, Kind, Owner, Revision};
use crate::error::{Error, Result};
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::path::Path;
use crate::ram::Ram;
use crate::time::Time;

/// How much a listing is to tell. A resource gives more only when that is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// Names and kinds.
    #[default]
    Kinds,
    /// All metadata.
    Metadata,
}

/// How a directory is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// What each entry is to tell.
    pub want: Want,
    /// The whole subtree, names relative to the directory, depth first: a directory comes before what is in it, and what is in
    /// it comes together. Capability `recursive_list`; a directory of which that is too much to ask is refused with
    /// `Unsupported`, and then listed level by level.
    pub recursive: bool,
}

/// A directory's entries as they arrive, a page at a time, in the service's order, without `.` and `..`.
pub struct Listing(BoxStream<'static, Result<Vec<Entry>>>);

impl Listing {
    /// A listing of these pages.
    pub fn new(pages: BoxStream<'static, Result<Vec<Entry>>>) -> Self {
        Listing(pages)
    }

    /// A listing that is known whole.
    pub fn of(entries: Vec<Entry>) -> Self {
        Listing(Box::pin(futures_util::stream::once(ready(Ok(entries)))))
    }

    /// The next page; none at the end. An error ends the listing.
    pub async fn next_page(&mut self) -> Option<Result<Vec<Entry>>> {
        futures_util::StreamExt::next(&mut self.0).await
    }

    /// All entries that remain.
    pub async fn collect(mut self) -> Result<Vec<Entry>> {
        let mut all = Vec::new();
        while let Some(page) = self.next_page().await {
            let page = page?;
            match all.is_empty() {
                true => all = page,
                false => all.extend(page),
            }
        }
        Ok(all)
    }
}

/// Which bytes of a file to read, and of which version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// First byte; past the end reads nothing.
    pub offset: u64,
    /// How many bytes at most; all that remain if none.
    pub length: Option<u64>,
    /// Fail with `Changed` unless the content has this fingerprint; capability `preconditions`.
    pub if_match: Option<Fingerprint>,
    /// The bytes of this revision; capability `revisions`.
    pub revision: Option<Revision>,
}

/// A file being read: its entry as of this read, and its bytes.
pub struct ReadHandle {
    /// The version that is read.
    pub entry: Entry,
    /// The bytes, in pieces of the source's choice. Dropping the stream cancels the request.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// What must hold for a write to be committed; else it fails with `Changed` (or `AlreadyExists`) and changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// The file is missing.
    Absent,
    /// The file has this fingerprint; capability `preconditions`.
    Match(Fingerprint),
}

/// How a whole file is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// Checked at commit.
    pub precondition: Precondition,
    /// Permission bits; a replaced file keeps its own when none are given, a new one gets `0o644`.
    pub mode: Option<u32>,
}

/// A whole file being written. Nothing is visible before [`commit`](WriteHandle::commit) has answered; dropping the
/// handle, or [`abort`](WriteHandle::abort), leaves what was there before.
pub trait WriteHandle: MaybeSend {
    /// Adds `bytes` to the end.
    fn write<'a>(&'a mut self, call: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>>;

    /// Replaces or creates the file with what was written, all at once, and answers its new entry.
    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a;

    /// Gives up what was written and waits until it is cleaned up.
    fn abort<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a;
}

/// Metadata to change; `None` leaves a field as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Permission bits, `0o7777` at most.
    pub mode: Option<u32>,
    /// Owner and group.
    pub owner: Option<Owner>,
    /// Last change of the content.
    pub modified: Option<Time>,
    /// Last access.
    pub accessed: Option<Time>,
}

/// A service, a disk or memory, shown as a tree of files.
///
/// Paths are canonical and inside the resource: `/` is its root. The tree has applied the POSIX rules before it asks
/// (trailing slashes, links, the modes of mounts, the umask), and a resource answers what it finds when it gets there:
///
/// - A missing entry is `NotFound`; a component that is a file is `NotADirectory`.
/// - A resource with capability `symlink` never follows a link: one in the middle of a path is `CrossesLink`. One at its
///   end is the entry itself, and `CrossesLink` for the operations that want what it names: `list`, `read`, `open` (but
///   `AlreadyExists` when it is exclusive) and `write`.
/// - A resource with capability `set_attributes` keeps permission bits and checks them, for the user of the host's
///   [`Facts`](crate::Facts) or, where a host or service checks them itself, as it does.
/// - An operation that failed has changed nothing, and one whose future was dropped changes nothing after that.
/// - Errors carry kind and operation, and say so when a retry can help; the tree adds path and mount.
///
/// Only the first four methods are required. An optional one answers `Unsupported` unless its capability is on.
pub trait Resource: MaybeSend + MaybeSync + 'static {
    /// Kind, identity, capabilities. Constant and free.
    fn info(&self) -> &Info;

    /// The memory that is all there is to this resource, so that whoever saves a workspace saves what is in it. None for
    /// what is kept elsewhere.
    fn memory(&self) -> Option<Ram> {
        None
    }

    /// How many requests it takes well at once now, for those who ask ahead of what they need; 0 where that gains nothing. Less
    /// while the service refuses.
    fn fan_out(&self) -> usize {
        0
    }

    /// The entry at `path`, with metadata. The root always exists and is a directory with an empty name.
    fn stat<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
    ) -> impl Future<Output = Result<Entry>> + MaybeSend + 'a;

    /// The entries of directory `path`. A file is `NotADirectory`. Errors that can be known at once (missing, not a
    /// directory) come from here, later ones from the page they interrupt.
    fn list<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ListOptions,
    ) -> impl Future<Output = Result<Listing>> + MaybeSend + 'a;

    /// The bytes of file `path`. A directory is `IsADirectory`.
    fn read<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ReadOptions,
    ) -> impl Future<Output = Result<ReadHandle>> + MaybeSend + 'a;

    /// A handle on file `path` that reads and writes in place. Capability `open`. A directory is `IsADirectory`; the
    /// parent of a created file must exist.
    fn open<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a OpenOptions,
    ) -> impl Future<Output = Result<Box<dyn File>>> + MaybeSend + 'a {
        let _ = (call, path, options);
        ready(Err(Error::unsupported("open")))
    }

    /// Starts writing the whole of file `path`. Capability `write`. The parent must exist where the resource has
    /// directories of its own.
    fn write<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a WriteOptions,
    ) -> impl Future<Output = Result<Box<dyn WriteHandle>>> + MaybeSend + 'a {
        let _ = (call, path, options);
        ready(Err(Error::unsupported("write")))
    }

    /// Makes directory `path` with permission bits `mode`; its parent exists. Capability `create_dir`. A taken name is
    /// `AlreadyExists`.
    fn create_dir<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        mode: u32,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, path, mode);
        ready(Err(Error::unsupported("create_dir")))
    }

    /// Removes the entry at `path`, which the caller takes to be of `kind`: `IsADirectory` or `NotADirectory` if it is
    /// not, `NotEmpty` for a directory with entries. Capability `remove`.
    fn remove<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        kind: Kind,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, path, kind);
        ready(Err(Error::unsupported("remove")))
    }

    /// Moves `from` to `to` in one step, replacing a file by a file or an empty directory by a directory. A directory into
    /// itself is `InvalidArgument`, onto one with entries `NotEmpty`, and two names of the same file stay as they are.
    /// Capability `rename`.
    fn rename<'a>(
        &'a self,
        call: &'a Call,
        from: &'a Path,
        to: &'a Path,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, from, to);
        ready(Err(Error::unsupported("rename")))
    }

    /// Copies the content of file `from` to file `to` inside the service: an existing one stays the same file with its own
    /// permission bits, a new one gets those of `from`. Capability `copy`.
    fn copy<'a>(
        &'a self,
        call: &'a Call,
        from: &'a Path,
        to: &'a Path,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, from, to);
        ready(Err(Error::unsupported("copy")))
    }

    /// Makes `new` another name of the file or link `existing`; a directory is `NotPermitted`. Capability `link`.
    fn link<'a>(
        &'a self,
        call: &'a Call,
        existing: &'a Path,
        new: &'a Path,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, existing, new);
        ready(Err(Error::unsupported("link")))
    }

    /// Makes symbolic link `path` with this target, any bytes. Capability `symlink`.
    fn symlink<'a>(
        &'a self,
        call: &'a Call,
        target: &'a [u8],
        path: &'a Path,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, target, path);
        ready(Err(Error::unsupported("symlink")))
    }

    /// The target of symbolic link `path`; `InvalidArgument` for anything else. Capability `symlink`.
    fn read_link<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
    ) -> impl Future<Output = Result<Bytes>> + MaybeSend + 'a {
        let _ = (call, path);
        ready(Err(Error::unsupported("read_link")))
    }

    /// Changes mode, owner or times of the entry at `path`, of a link itself when it is one. Capability
    /// `set_attributes`.
    fn set_attributes<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        attributes: &'a Attributes,
    ) -> impl Future<Output = Result<()>> + MaybeSend + 'a {
        let _ = (call, path, attributes);
        ready(Err(Error::unsupported("set_attributes")))
    }
}
