//! Open files: positioned reads into a buffer that is used again, and writes that go straight to the host.

use std::future::ready;

use bytes::Bytes;
use mirage_vfs::{Attributes, BoxFuture, Call, Entry, File, Name, Result};
use rustix::buffer::spare_capacity;
use rustix::fd::OwnedFd;
use rustix::fs::{SeekFrom, fchmod, fchown, fstat, ftruncate, futimens, seek};
use rustix::io::{Errno, pread, pwrite, retry_on_intr, write};

use super::account::Account;
use super::attributes::{mode, times};
use super::buffer::Buffers;
use super::entry::entry;
use super::error::error;

/// What a read past the size known at opening makes room for: the file has grown, or, as in `/proc`, tells no size.
const BEYOND: usize = 64 * 1024;

/// A regular file of the host, open.
pub(super) struct DiskFile {
    file: OwnedFd,
    name: Name,
    account: Account,
    append: bool,
    /// The size when it was opened: what a read makes room for.
    size: u64,
    buffers: Buffers,
}

impl DiskFile {
    pub fn new(file: OwnedFd, entry: &Entry, append: bool, account: Account, buffers: &Buffers) -> Self {
        let size = entry.size.exact().unwrap_or(0);
        DiskFile { file, name: entry.name.clone(), account, append, size, buffers: buffers.clone() }
    }

    /// Up to `length` bytes from `offset`; empty at the end.
    pub fn read(&self, offset: u64, length: usize) -> Result<Bytes, Errno> {
        if length == 0 {
            return Ok(Bytes::new());
        }
        let room = match self.size.saturating_sub(offset) {
            0 => BEYOND,
            known => usize::try_from(known).unwrap_or(usize::MAX),
        };
        let mut bytes = self.buffers.lend(length.min(room));
        retry_on_intr(|| pread(&self.file, spare_capacity(&mut bytes), offset))?;
        bytes.truncate(length);
        Ok(self.buffers.share(bytes))
    }

    /// Writes all of `bytes` and answers the offset after the last one.
    fn write(&self, offset: u64, bytes: &[u8]) -> Result<u64, Errno> {
        let mut written = 0;
        while written < bytes.len() {
            let rest = &bytes[written..];
            let count = retry_on_intr(|| match self.append {
                true => write(&self.file, rest),
                false => pwrite(&self.file, rest, offset + written as u64),
            })?;
            if count == 0 {
                return Err(Errno::IO);
            }
            written += count;
        }
        match self.append {
            true => seek(&self.file, SeekFrom::Current(0)),
            false => Ok(offset + written as u64),
        }
    }

    fn change(&self, attributes: &Attributes) -> Result<(), Errno> {
        if let Some(value) = attributes.owner {
            let (user, group) = self.account.hosts(value);
            fchown(&self.file, user, group)?;
        }
        if let Some(value) = attributes.mode {
            fchmod(&self.file, mode(value))?;
        }
        match times(attributes) {
            Some(times) => futimens(&self.file, &times),
            None => Ok(()),
        }
    }
}

impl File for DiskFile {
    fn read_at<'a>(&'a self, _: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move { self.read(offset, length).map_err(|errno| error(errno, "read")) })
    }

    fn write_at<'a>(&'a self, _: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.write(offset, &bytes).map_err(|errno| error(errno, "write")) })
    }

    fn truncate<'a>(&'a self, _: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            retry_on_intr(|| ftruncate(&self.file, size)).map_err(|errno| error(errno, "truncate"))
        })
    }

    fn stat<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async move {
            let stat = fstat(&self.file).map_err(|errno| error(errno, "stat"))?;
            Ok(entry(self.name.clone(), &stat, self.account))
        })
    }

    fn set_attributes<'a>(&'a self, _: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.change(attributes).map_err(|errno| error(errno, "set_attributes")) })
    }

    /// Nothing is left to do: every write went to the host when it was made.
    fn close<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(ready(Ok(())))
    }
}
