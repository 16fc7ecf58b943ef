//! The store in a directory of the host.
//!
//! | in the directory | holds |
//! |---|---|
//! | `format` | the layout's name and version |
//! | `lock` | nothing: whoever changes a record, or opens the store, locks it meanwhile |
//! | `blobs/ab/cd...` | a blob's bytes under its digest; its time of change is that of its last use |
//! | `records/SPACE/...` | a record under the digest of its key: version, key, value, and a digest of the three |
//! | `logs/SPACE/...` | a log under the digest of its key: version, key, and each entry with its length and digest |
//! | `temporary/N/` | what one open store is writing, and its scratch space |
//!
//! Everything is written in `temporary` and renamed into place, so that a reader, or the next process after a kill,
//! finds whole files alone.

mod blobs;
mod files;
mod limit;
mod logs;
mod records;
mod scratch;
mod temporary;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use self::blobs::Blobs;
use self::files::{check_private, create_dirs, failed, lock, total_size, write_new};
use self::limit::Limit;
use self::logs::Logs;
use self::records::Records;
use self::scratch::FileScratch;
use self::temporary::Temporary;
use crate::store::{Blob, Digest, Log, OpenLog, Record, Scratch, Store, Usage, Version};
use crate::{BoxFuture, StoreError, StoreErrorKind};

type Result<T> = std::result::Result<T, StoreError>;

/// What stands in `format`.
const FORMAT: &[u8] = b"mirage store 1\n";

/// Blobs, records and scratch space in a directory that several processes may share, readable by its user alone.
///
/// Calls are made inline, by the thread that polls: they take the time that the disk takes.
///
/// The limit holds for blobs and records; logs and scratch space take what the disk has. What other processes write is counted
/// from time to time, so that together they may pass the limit, each by a sixteenth of it at most.
///
/// A kill at any moment leaves every record and blob as it was or as it was to become. A power failure may besides undo
/// the last seconds: a record is then one of its versions, whole, and a blob may be missing or `Corrupt`.
pub struct DirectoryStore {
    directory: PathBuf,
    blobs: Blobs,
    records: Records,
    logs: Logs,
    temporary: Temporary,
    limit: Limit,
}

impl DirectoryStore {
    /// Opens the store in `directory`, which is made, with its parents, when it is missing. One that belongs to others,
    /// or that they may write, is refused, and so is a layout that this version does not know.
    pub fn open(directory: &Path, limit: Option<u64>) -> Result<Self> {
        create_dirs(directory).map_err(failed)?;
        check_private(directory).map_err(failed)?;
        let locked = lock(&directory.join("lock")).map_err(failed)?;
        check_format(&directory.join("format")).map_err(failed)?;
        for folder in ["blobs", "records", "logs", "temporary"] {
            create_dirs(&directory.join(folder)).map_err(failed)?;
        }
        let temporary = Temporary::open(&directory.join("temporary")).map_err(failed)?;
        drop(locked);
        Ok(DirectoryStore {
            blobs: Blobs::new(directory.join("blobs")),
            records: Records::new(directory),
            logs: Logs::new(directory),
            temporary,
            limit: Limit::new(limit),
            directory: directory.to_owned(),
        })
    }

    fn used(&self) -> io::Result<u64> {
        Ok(total_size(&self.directory.join("blobs"))? + total_size(&self.directory.join("records"))?)
    }

    fn put_now(&self, bytes: &[u8]) -> Result<Digest> {
        let digest = Digest::of(bytes);
        let size = bytes.len() as u64;
        if !self.blobs.touch(digest, size) {
            self.limit.take(0, size, || self.used())?;
            let written = self.blobs.write(&self.temporary, digest, bytes);
            written.map_err(|error| self.give_back(size, failed(error)))?;
        }
        Ok(digest)
    }

    fn set_record_now(
        &self,
        space: &str,
        key: &[u8],
        value: &[u8],
        expected: Option<Option<Version>>,
    ) -> Result<Version> {
        let locked = self.records.lock()?;
        let (old, old_size) = self.records.current(space, key, expected.is_some())?;
        if expected.is_some_and(|expected| expected != old) {
            return Err(StoreError::new(StoreErrorKind::Conflict));
        }
        let version = Version(old.map_or(1, |old| old.0 + 1));
        let content = records::encode(version, key, value)?;
        let size = content.len() as u64;
        self.limit.take(old_size, size, || self.used())?;
        let written = self.records.write(&self.temporary, space, key, &content);
        written.map_err(|error| self.give_back(size, failed(error)))?;
        drop(locked);
        Ok(version)
    }

    fn give_back(&self, size: u64, error: StoreError) -> StoreError {
        self.limit.give_back(size);
        error
    }
}

fn check_format(path: &Path) -> io::Result<()> {
    match fs::read(path) {
        Ok(found) if found == FORMAT => Ok(()),
        // Empty when its first writer was killed.
        Ok(found) if found.is_empty() => fs::write(path, FORMAT),
        Ok(found) => {
            let found = String::from_utf8_lossy(&found).trim_end().to_owned();
            Err(io::Error::other(format!("{}: unknown layout: {found}", path.display())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => write_new(path, FORMAT).map(|_| ()),
        Err(error) => Err(error),
    }
}

impl Store for DirectoryStore {
    fn put(&self, bytes: Bytes) -> BoxFuture<'_, Result<Digest>> {
        Box::pin(async move { self.put_now(&bytes) })
    }

    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Bytes>> {
        Box::pin(async move { self.blobs.read(digest) })
    }

    fn remove(&self, digest: Digest) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let size = self.blobs.remove(digest).map_err(failed)?;
            self.limit.give_back(size);
            Ok(())
        })
    }

    fn blobs(&self) -> BoxFuture<'_, Result<Vec<Blob>>> {
        Box::pin(async move { self.blobs.list().map_err(failed) })
    }

    fn usage(&self) -> BoxFuture<'_, Result<Usage>> {
        Box::pin(async move { Ok(Usage { bytes: self.used().map_err(failed)?, limit: self.limit.bytes() }) })
    }

    fn record<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(async move { self.records.read(space, key) })
    }

    fn set_record<'a>(
        &'a self,
        space: &'a str,
        key: &'a [u8],
        value: Bytes,
        expected: Option<Option<Version>>,
    ) -> BoxFuture<'a, Result<Version>> {
        Box::pin(async move { self.set_record_now(space, key, &value, expected) })
    }

    fn remove_record<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let locked = self.records.lock()?;
            let size = self.records.remove(space, key)?;
            drop(locked);
            self.limit.give_back(size);
            Ok(())
        })
    }

    fn records<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        Box::pin(async move { self.records.keys(space) })
    }

    fn log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<OpenLog>> {
        Box::pin(async move {
            let (log, entries) = self.logs.open(&self.temporary, space, key)?;
            Ok((Box::new(log) as Box<dyn Log>, entries))
        })
    }

    fn remove_log<'a>(&'a self, space: &'a str, key: &'a [u8]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.logs.remove(space, key) })
    }

    fn logs<'a>(&'a self, space: &'a str) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        Box::pin(async move { self.logs.keys(space) })
    }

    fn scratch(&self) -> BoxFuture<'_, Result<Box<dyn Scratch>>> {
        Box::pin(async move {
            let file = self.temporary.unnamed().map_err(failed)?;
            Ok(Box::new(FileScratch::new(file)) as Box<dyn Scratch>)
        })
    }
}
