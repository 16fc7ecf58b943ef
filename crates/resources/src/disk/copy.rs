//! Copies made by the host, without the bytes passing through here.

use mirage_vfs::{Call, Error, ErrorKind, OpenOptions, Path, Result};
use rustix::buffer::spare_capacity;
use rustix::fd::OwnedFd;
use rustix::fs::{copy_file_range, ftruncate};
use rustix::io::{Errno, read, retry_on_intr, write};

use super::Disk;
use super::error::error;
use super::open::open;

/// How much is copied between two chances to stop: some milliseconds on a slow disk.
const PIECE: usize = 4 * 1024 * 1024;

/// How much is copied at once where the host can not copy by itself.
const BUFFER: usize = 256 * 1024;

/// Copies the content of file `from` over that of `to`, which is created with the permission bits of `from` when it is
/// missing and keeps its own when it is not.
pub(super) async fn copy(disk: &Disk, call: &Call, from: &Path, to: &Path) -> Result<()> {
    let failed = |errno| error(errno, "copy");
    let (source, entry) = open(disk, call, from, &OpenOptions::reading())?;
    let mode = entry.mode.unwrap_or(0o644) & 0o777;
    let writing = OpenOptions { truncate: false, mode, ..OpenOptions::truncating() };
    let (target, existing) = open(disk, call, to, &writing)?;
    if existing.identity == entry.identity {
        return Err(Error::new(ErrorKind::InvalidArgument, "copy"));
    }
    ftruncate(&target, 0).map_err(failed)?;
    let mut by_host = true;
    let mut buffer = Vec::new();
    loop {
        let copied = match by_host {
            true => retry_on_intr(|| copy_file_range(&source, None, &target, None, PIECE)),
            false => copy_piece(&source, &target, &mut buffer),
        };
        match copied {
            Ok(0) if !by_host => return Ok(()),
            // Also at the end: files of `/proc` seem empty to it.
            Ok(0) | Err(Errno::XDEV | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if by_host => {
                by_host = false
            }
            Ok(_) => call.tick_many(u32::MAX).await,
            Err(errno) => return Err(failed(errno)),
        }
    }
}

/// One buffer's worth, from where both files stand; 0 at the end.
fn copy_piece(source: &OwnedFd, target: &OwnedFd, buffer: &mut Vec<u8>) -> Result<usize, Errno> {
    buffer.clear();
    buffer.reserve_exact(BUFFER);
    let count = retry_on_intr(|| read(source, spare_capacity(buffer)))?;
    let mut rest = &buffer[..];
    while !rest.is_empty() {
        match retry_on_intr(|| write(target, rest))? {
            0 => return Err(Errno::IO),
            written => rest = &rest[written..],
        }
    }
    Ok(count)
}
