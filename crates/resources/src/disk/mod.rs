//! A directory of the host as a resource, confined: no path, link or race leads outside. `README.md` tells what holds.

mod account;
mod attributes;
mod buffer;
mod copy;
mod entry;
mod file;
mod list;
mod names;
mod open;
mod plain;
mod root;
mod write;

mod error;

#[cfg(test)]
mod tests;

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use mirage_vfs::{
    Attributes, Call, Capabilities, Entry, Error, ErrorKind, File, Info, Kind, ListOptions, Listing,
    OpenOptions, Path, ReadHandle, ReadOptions, Resource, Result, WriteHandle, WriteOptions,
};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;
use serde::Deserialize;

use self::account::Process;
use self::buffer::Buffers;
use self::error::error;
use self::file::DiskFile;
use self::list::Pages;
use self::plain::Plain;
use self::root::Root;
use self::write::Replacement;
use crate::definition::{Definition, Form, Key, parse};

/// `type: disk`.
pub static DEFINITION: Definition = Definition {
    kind: "disk",
    summary: "a directory of the host",
    keys: &[Key { name: "path", about: "the directory", required: true, form: Form::HostPath }],
    build: |_, settings| {
        let Config { path } = parse(settings)?;
        Ok(Arc::new(Disk::open(&path)?))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    path: std::path::PathBuf,
}

/// The most one chunk of a streamed read holds.
const CHUNK: usize = 256 * 1024;

/// How a directory is opened to be listed.
const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

const CAPABILITIES: Capabilities = Capabilities {
    open: true,
    ranges: true,
    write: true,
    create_dir: true,
    remove: true,
    rename: true,
    copy: true,
    link: true,
    symlink: true,
    set_attributes: true,
    recursive_list: false,
    complete_listings: true,
    revisions: false,
    preconditions: false,
};

/// A directory of the host.
///
/// Every call is made inline, by the thread that polls: a line runs on a thread that may block for a while.
pub struct Disk {
    info: Info,
    root: Root,
    process: Process,
    plain: Plain,
    buffers: Buffers,
}

impl Disk {
    /// Shows `directory` of the host, which exists and may itself be reached through links. It stays the same
    /// directory when it is moved later.
    pub fn open(directory: &std::path::Path) -> Result<Self> {
        let failed = |errno| {
            let error = error(errno, "mount");
            let message = format!("{}: {error}", directory.display());
            error.message(message)
        };
        let opened = openat(CWD, directory, DIRECTORY, Mode::empty()).map_err(failed)?;
        let canonical = directory
            .canonicalize()
            .map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
        let identity = [b"disk:", canonical.as_os_str().as_bytes()].concat().into();
        let info = Info { kind: "disk", identity, capabilities: CAPABILITIES, remote: false };
        Ok(Disk {
            info,
            root: Root::new(opened),
            process: Process::current(),
            plain: Plain::default(),
            buffers: Buffers::default(),
        })
    }

    fn open_file(&self, call: &Call, path: &Path, options: &OpenOptions) -> Result<(DiskFile, Entry)> {
        let (file, entry) = open::open(self, call, path, options)?;
        let account = self.process.for_line(call);
        Ok((DiskFile::new(file, &entry, options.append, account, &self.buffers), entry))
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("identity", &self.info.identity).finish_non_exhaustive()
    }
}

impl Resource for Disk {
    fn info(&self) -> &Info {
        &self.info
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        let stat = self.root.look(path).map_err(|errno| error(errno, "stat"))?;
        Ok(entry::entry(path.name().unwrap_or_default(), &stat, self.process.for_line(call)))
    }

    async fn list(&self, call: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        if options.recursive {
            return Err(Error::unsupported("list"));
        }
        let directory = self.root.open(path, DIRECTORY).map_err(|errno| error(errno, "list"))?;
        Ok(Listing::new(Box::pin(Pages::new(self, call, path, directory, options.want))))
    }

    async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        if options.revision.is_some() {
            return Err(Error::unsupported("read"));
        }
        let (file, entry) = self.open_file(call, path, &OpenOptions::reading())?;
        if options.if_match.is_some() && options.if_match != entry.fingerprint {
            return Err(Error::new(ErrorKind::Changed, "read"));
        }
        let start = (file, options.offset, options.length.unwrap_or(u64::MAX));
        let bytes = stream::try_unfold(start, |(file, offset, left)| async move {
            let length = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
            let chunk = file.read(offset, length).map_err(|errno| error(errno, "read"))?;
            let count = chunk.len() as u64;
            Ok((count > 0).then(|| (chunk, (file, offset + count, left - count))))
        });
        Ok(ReadHandle { entry, bytes: Box::pin(bytes) })
    }

    async fn open(&self, call: &Call, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        Ok(Box::new(self.open_file(call, path, options)?.0))
    }

    async fn write(&self, call: &Call, path: &Path, options: &WriteOptions) -> Result<Box<dyn WriteHandle>> {
        Ok(Box::new(Replacement::start(&self.root, call, path, options, self.process.for_line(call))?))
    }

    async fn create_dir(&self, _: &Call, path: &Path, mode: u32) -> Result<()> {
        names::create_dir(&self.root, path, mode).map_err(|errno| error(errno, "create_dir"))
    }

    async fn remove(&self, _: &Call, path: &Path, kind: Kind) -> Result<()> {
        names::remove(&self.root, path, kind).map_err(|errno| error(errno, "remove"))
    }

    async fn rename(&self, _: &Call, from: &Path, to: &Path) -> Result<()> {
        names::rename(&self.root, from, to).map_err(|errno| error(errno, "rename"))
    }

    async fn copy(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        copy::copy(self, call, from, to).await
    }

    async fn link(&self, _: &Call, existing: &Path, new: &Path) -> Result<()> {
        names::link(&self.root, existing, new).map_err(|errno| error(errno, "link"))
    }

    async fn symlink(&self, _: &Call, target: &[u8], path: &Path) -> Result<()> {
        names::symlink(&self.root, target, path).map_err(|errno| error(errno, "symlink"))
    }

    async fn read_link(&self, _: &Call, path: &Path) -> Result<Bytes> {
        names::read_link(&self.root, path).map_err(|errno| error(errno, "read_link"))
    }

    async fn set_attributes(&self, call: &Call, path: &Path, attributes: &Attributes) -> Result<()> {
        attributes::set(&self.root, path, attributes, self.process.for_line(call))
            .map_err(|errno| error(errno, "set_attributes"))
    }
}
