//! Opening files.

use std::sync::Arc;

use bytes::Bytes;
use mirage_store::BoxFuture;

use super::ahead::Ahead;
use super::complete::complete;
use super::lookup::{Change, Last, Lookup};
use super::mount::Mount;
use super::{Follow, View};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::path::Path;
use crate::resource::Attributes;

impl View {
    /// Opens a file. A new one gets `options.mode` less the umask, at the place a dangling link names if there is one
    /// (with `exclusive` the link itself is `AlreadyExists`).
    ///
    /// A directory opens for reading as it does in POSIX, and answers `IsADirectory` when it is read; for writing it is
    /// `IsADirectory` at once.
    pub async fn open(&self, path: &[u8], options: &OpenOptions) -> Result<Box<dyn File>> {
        let exclusive = options.create && options.exclusive;
        let follow = if exclusive { Follow::No } else { Follow::Yes };
        let lookup = Lookup::start(self, path, follow, "open").await?;
        match self.ahead.as_ref().filter(|_| !options.writes()) {
            None => self.open_at(lookup, options, exclusive).await,
            Some(ahead) => {
                let file = lookup.path.clone();
                ahead.arrive(self, &file);
                let opened = ahead.beside(self.open_at(lookup, options, exclusive)).await?;
                Ok(Box::new(ReadAhead { file: opened, ahead: ahead.clone(), path: file }))
            }
        }
    }

    async fn open_at(
        &self,
        mut lookup: Lookup<'_>,
        options: &OpenOptions,
        exclusive: bool,
    ) -> Result<Box<dyn File>> {
        let change = match (exclusive, options.create) {
            (true, _) => Change::Create,
            (_, true) => Change::OpenOrCreate,
            _ => Change::Existing,
        };
        let options = OpenOptions { mode: self.masked(options.mode), ..*options };
        loop {
            if lookup.wants_directory || lookup.is_pinned() {
                return self.open_directory(lookup, &options).await;
            }
            if options.writes() {
                lookup.require_writable(change).await?;
            }
            match lookup.mount.resource.open(self.call(), &lookup.inner, &options).await {
                Ok(file) => return Ok(Box::new(Opened::new(file, lookup))),
                Err(error) if error.is(ErrorKind::IsADirectory) && !options.writes() => {
                    return self.open_directory(lookup, &options).await;
                }
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) if options.create && lookup.makes_parents(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }

    /// What opening gives where the path asks for a directory or one is known to be there.
    async fn open_directory(&self, mut lookup: Lookup<'_>, options: &OpenOptions) -> Result<Box<dyn File>> {
        if options.create {
            return Err(lookup.refuse_file(options.exclusive).await);
        }
        let entry = lookup.entry().await?;
        match options.writes() {
            true => lookup.fail(ErrorKind::IsADirectory),
            false => {
                self.permit_listing(&lookup, &entry)?;
                let directory = Directory { mount: lookup.mount.clone(), inner: lookup.inner.clone(), entry };
                Ok(Box::new(Opened::new(Box::new(directory), lookup)))
            }
        }
    }

    fn permit_listing(&self, lookup: &Lookup<'_>, entry: &Entry) -> Result<()> {
        let (Some(owner), Some(mode)) = (entry.owner, entry.mode) else { return Ok(()) };
        match super::access::permits(self.facts(), owner, mode, entry.kind, super::Access::Read) {
            true => Ok(()),
            false => lookup.fail(ErrorKind::PermissionDenied),
        }
    }
}

impl Lookup<'_> {
    /// Why no file is made here: the path asks for a directory, or a mount lies here or below.
    pub(super) async fn refuse_file(&mut self, exclusive: bool) -> Error {
        let found = match self.last {
            Last::Name => self.require_parent().await,
            _ => self.entry().await.map(|_| ()),
        };
        // Of a name with a slash after it Linux does not look whether it is there.
        let is_there = self.last != Last::Name || !self.wants_directory;
        let kind = if exclusive && is_there { ErrorKind::AlreadyExists } else { ErrorKind::IsADirectory };
        found.err().unwrap_or_else(|| self.error(kind))
    }
}

/// A directory that was opened for reading: it can be asked what it is, by its path.
struct Directory {
    mount: Arc<Mount>,
    inner: Path,
    /// As it was when it was opened: what is told of one that is gone, or that is there only for mounts below.
    entry: Entry,
}

impl File for Directory {
    fn read_at<'a>(&'a self, _: &'a Call, _: u64, _: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async { Err(Error::new(ErrorKind::IsADirectory, "read")) })
    }

    fn write_at<'a>(&'a self, _: &'a Call, _: u64, _: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async { Err(Error::new(ErrorKind::BadDescriptor, "write")) })
    }

    fn truncate<'a>(&'a self, _: &'a Call, _: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::new(ErrorKind::InvalidArgument, "truncate")) })
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async {
            match self.mount.resource.stat(call, &self.inner).await {
                Ok(entry) if entry.is_directory() => Ok(entry),
                _ => Ok(self.entry.clone()),
            }
        })
    }

    fn close<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// A file of a mount: what it says is completed, and its errors tell where they happened.
struct Opened {
    file: Box<dyn File>,
    mount: Arc<Mount>,
    path: Path,
    inner: Path,
}

impl Opened {
    fn new(file: Box<dyn File>, lookup: Lookup<'_>) -> Self {
        Opened { file, mount: lookup.mount, path: lookup.path, inner: lookup.inner }
    }

    fn explain(&self, error: Error) -> Error {
        error.at(&self.path).in_mount(&self.mount.path)
    }
}

impl File for Opened {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(
            async move { self.file.read_at(call, offset, length).await.map_err(|error| self.explain(error)) },
        )
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(
            async move { self.file.write_at(call, offset, bytes).await.map_err(|error| self.explain(error)) },
        )
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.file.truncate(call, size).await.map_err(|error| self.explain(error)) })
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async move {
            let mut entry = self.file.stat(call).await.map_err(|error| self.explain(error))?;
            entry.name = self.path.name().unwrap_or_default();
            complete(&mut entry, &self.mount, call.host().facts(), &self.inner);
            Ok(entry)
        })
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.file.set_attributes(call, attributes).await.map_err(|error| self.explain(error))
        })
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.file.close(call).await.map_err(|error| self.explain(error)) })
    }
}

/// A file of a command that is read ahead of: what it waits for goes on beside what comes next.
struct ReadAhead {
    file: Box<dyn File>,
    ahead: Arc<Ahead>,
    path: Path,
}

impl File for ReadAhead {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move {
            let read = self.ahead.beside(self.file.read_at(call, offset, length)).await;
            self.ahead.release(&self.path);
            read
        })
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        self.file.write_at(call, offset, bytes)
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        self.file.truncate(call, size)
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        self.file.stat(call)
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        self.file.set_attributes(call, attributes)
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        self.file.close(call)
    }
}
