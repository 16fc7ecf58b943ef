//! Records as small files, changed one at a time.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::Result;
use super::files::{damaged, failed, list, lock, place, remove};
use super::temporary::Temporary;
use crate::store::{Digest, Record, Version, check_space};
use crate::{StoreError, StoreErrorKind};

/// How a record's file starts.
const MAGIC: &[u8; 8] = b"mrecord1";

/// Magic, version, length of the key.
const HEADER: usize = 8 + 8 + 4;

/// The digest that ends a record's file.
const TRAILER: usize = 32;

pub(super) struct Records {
    directory: PathBuf,
    lock: PathBuf,
}

impl Records {
    pub fn new(store: &Path) -> Self {
        Records { directory: store.join("records"), lock: store.join("lock") }
    }

    /// Keeps others from changing records until it is dropped.
    pub fn lock(&self) -> Result<File> {
        lock(&self.lock).map_err(failed)
    }

    fn path(&self, space: &str, key: &[u8]) -> Result<PathBuf> {
        check_space(space)?;
        Ok(self.directory.join(space).join(Digest::of(key).to_string()))
    }

    pub fn read(&self, space: &str, key: &[u8]) -> Result<Option<Record>> {
        let path = self.path(space, key)?;
        match fs::read(&path) {
            Ok(content) => match decode(content.into()) {
                Some((found, record)) if found == key => Ok(Some(record)),
                _ => Err(damaged(&path)),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The version that is there and the size of its file. A damaged record is one that is not there to whoever does not
    /// ask which one it is: writing it is how it is repaired.
    pub fn current(&self, space: &str, key: &[u8], asks: bool) -> Result<(Option<Version>, u64)> {
        match self.read(space, key) {
            Ok(Some(Record { value, version })) => Ok((Some(version), size(key.len(), value.len()))),
            Ok(None) => Ok((None, 0)),
            Err(error) if error.kind() == StoreErrorKind::Corrupt && !asks => Ok((None, 0)),
            Err(error) => Err(error),
        }
    }

    /// Puts a record in place once the disk has it.
    pub fn write(&self, temporary: &Temporary, space: &str, key: &[u8], content: &[u8]) -> io::Result<()> {
        let path = self.path(space, key).map_err(io::Error::other)?;
        let (written, file) = temporary.write(content)?;
        file.sync_data()?;
        place(&written, &path)
    }

    /// Removes a record and answers the size of its file; 0 when it is not there.
    pub fn remove(&self, space: &str, key: &[u8]) -> Result<u64> {
        remove(&self.path(space, key)?).map_err(failed)
    }

    /// The keys in `space`, in the order of their bytes.
    pub fn keys(&self, space: &str) -> Result<Vec<Bytes>> {
        check_space(space)?;
        let mut keys = Vec::new();
        for entry in list(&self.directory.join(space)).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            match fs::read(&path) {
                Ok(content) => keys.push(decode(content.into()).ok_or_else(|| damaged(&path))?.0),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }
}

fn size(key: usize, value: usize) -> u64 {
    (HEADER + key + value + TRAILER) as u64
}

/// A record's file.
pub(super) fn encode(version: Version, key: &[u8], value: &[u8]) -> Result<Vec<u8>> {
    let length =
        u32::try_from(key.len()).map_err(|error| StoreError::new(StoreErrorKind::Io).source(error))?;
    let mut content = Vec::with_capacity(HEADER + key.len() + value.len() + TRAILER);
    content.extend_from_slice(MAGIC);
    content.extend_from_slice(&version.0.to_le_bytes());
    content.extend_from_slice(&length.to_le_bytes());
    content.extend_from_slice(key);
    content.extend_from_slice(value);
    let digest = Digest::of(&content);
    content.extend_from_slice(&digest.0);
    Ok(content)
}

/// Key and record of a file; none when it is damaged.
fn decode(content: Bytes) -> Option<(Bytes, Record)> {
    let end = content.len().checked_sub(TRAILER)?;
    if Digest::of(&content[..end]).0[..] != content[end..] {
        return None;
    }
    let (magic, rest) = content[..end].split_first_chunk()?;
    let (version, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    if magic != MAGIC || length > rest.len() {
        return None;
    }
    let start = HEADER + length;
    let record = Record { value: content.slice(start..end), version: Version(u64::from_le_bytes(*version)) };
    Some((content.slice(HEADER..start), record))
}
