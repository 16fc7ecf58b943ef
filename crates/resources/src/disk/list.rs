//! Directories, a page of the kernel's at a time.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use mirage_vfs::{Call, Entry, Kind, Path, Result, Want};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, RawDir, statat};
use rustix::io::Errno;

use super::Disk;
use super::account::Account;
use super::entry::{entry, kind};
use super::error::error;
use super::plain::Plain;

/// What one call asks of the kernel: about a thousand names of common length.
const PAGE: usize = 32 * 1024;

/// The entries of an open directory.
pub(super) struct Pages {
    directory: OwnedFd,
    want: Want,
    account: Account,
    path: Path,
    plain: Plain,
    is_plain: bool,
    buffer: Vec<u8>,
    ended: bool,
}

/// A name as it stands in the page, before the page's names become one shared buffer.
struct Raw {
    end: usize,
    kind: Option<Kind>,
}

impl Pages {
    pub fn new(disk: &Disk, call: &Call, path: &Path, directory: OwnedFd, want: Want) -> Self {
        Pages {
            directory,
            want,
            account: disk.process.for_line(call),
            path: path.clone(),
            plain: disk.plain.clone(),
            is_plain: true,
            buffer: Vec::with_capacity(PAGE),
            ended: false,
        }
    }

    /// The next page; an empty one at the end. It may be empty earlier when all its entries went away meanwhile.
    fn page(&mut self) -> Result<Vec<Entry>> {
        let (names, raw) = self.names().map_err(|errno| error(errno, "list"))?;
        self.ended = raw.is_empty();
        let mut entries = Vec::with_capacity(raw.len());
        let mut start = 0;
        for Raw { end, kind } in raw {
            let name = names.slice(start..end);
            start = end;
            match kind {
                Some(kind) if self.want == Want::Kinds => entries.push(Entry::new(name, kind)),
                _ => entries.extend(self.stat(name)?),
            }
        }
        self.is_plain &= !entries.iter().any(|entry| matches!(entry.kind, Kind::Special(_)));
        self.plain.listed(&self.path, self.is_plain);
        Ok(entries)
    }

    /// One buffer of the kernel's. All names of it share one allocation here too.
    fn names(&mut self) -> Result<(Bytes, Vec<Raw>), Errno> {
        let (mut names, mut raw) = (Vec::new(), Vec::new());
        let mut kernel = RawDir::new(&self.directory, self.buffer.spare_capacity_mut());
        while let Some(next) = kernel.next() {
            let next = next?;
            let name = next.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                names.extend_from_slice(name);
                raw.push(Raw { end: names.len(), kind: kind(next.file_type()) });
            }
            if kernel.is_buffer_empty() && !raw.is_empty() {
                break;
            }
        }
        Ok((names.into(), raw))
    }

    /// An entry with all metadata; none when it went away since it was listed.
    fn stat(&self, name: Bytes) -> Result<Option<Entry>> {
        match statat(&self.directory, &name[..], AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(entry(name, &stat, self.account))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(error(errno, "list")),
        }
    }
}

impl Stream for Pages {
    type Item = Result<Vec<Entry>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match self.page() {
                Ok(page) if page.is_empty() => {}
                Ok(page) => return Poll::Ready(Some(Ok(page))),
                Err(error) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        Poll::Ready(None)
    }
}
