//! Scratch space in a file without a name.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rustix::buffer::spare_capacity;
use rustix::io::{pread, retry_on_intr};

use super::Result;
use super::files::failed;
use crate::BoxFuture;
use crate::store::Scratch;

pub(super) struct FileScratch {
    file: File,
    size: Mutex<u64>,
}

impl FileScratch {
    pub fn new(file: File) -> Self {
        FileScratch { file, size: Mutex::new(0) }
    }

    /// What a failed write left behind the end is written over by the next one.
    fn append_now(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        self.file.write_all_at(bytes, *size)?;
        let start = *size;
        *size += bytes.len() as u64;
        Ok(start)
    }

    fn read_now(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = length.min(left);
        let mut content = Vec::with_capacity(wanted);
        while content.len() < wanted {
            let at = offset + content.len() as u64;
            if retry_on_intr(|| pread(&self.file, spare_capacity(&mut content), at))? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        content.truncate(wanted);
        Ok(content.into())
    }
}

impl Scratch for FileScratch {
    fn append(&self, bytes: Bytes) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { self.append_now(&bytes).map_err(failed) })
    }

    fn read_at(&self, offset: u64, length: usize) -> BoxFuture<'_, Result<Bytes>> {
        Box::pin(async move { self.read_now(offset, length).map_err(failed) })
    }

    fn size(&self) -> u64 {
        *self.size.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
