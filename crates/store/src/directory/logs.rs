//! Logs as files that grow at their end.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, IoSlice, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::Result;
use super::files::{damaged, failed, list, lock, remove};
use super::temporary::Temporary;
use crate::store::{Digest, Log, check_space};
use crate::{BoxFuture, StoreError, StoreErrorKind};

/// How a log's file starts; the key's length and the key follow.
const MAGIC: &[u8; 8] = b"mlog   1";

/// In front of each entry: its length and the start of its digest.
const HEADER: usize = 8 + CHECK;

/// How much of an entry's digest is kept: against what a kill or a disk leaves, not against forgery.
const CHECK: usize = 16;

/// The extension of a log that is to replace another.
const NEW: &str = "new";

pub(super) struct Logs {
    directory: PathBuf,
    lock: PathBuf,
}

impl Logs {
    pub fn new(store: &Path) -> Self {
        Logs { directory: store.join("logs"), lock: store.join("lock") }
    }

    fn path(&self, space: &str, key: &[u8]) -> Result<PathBuf> {
        check_space(space)?;
        Ok(self.directory.join(space).join(Digest::of(key).to_string()))
    }

    /// Opens a log, which is made when it is missing, and reads it. What a kill left of an entry at its end is cut off.
    pub fn open(&self, temporary: &Temporary, space: &str, key: &[u8]) -> Result<(FileLog, Vec<Bytes>)> {
        let path = self.path(space, key)?;
        // Nobody removes or replaces the file between its opening and its locking.
        let locked = lock(&self.lock).map_err(failed)?;
        if !path.exists() {
            let (new, file) = temporary.write(&header(key)?).map_err(failed)?;
            file.sync_data().map_err(failed)?;
            super::files::place(&new, &path).map_err(failed)?;
        }
        let mut file = open(&path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::new(StoreErrorKind::Conflict),
            TryLockError::Error(error) => failed(error),
        })?;
        drop(locked);
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(failed)?;
        let content = Bytes::from(content);
        let start = after_header(&content, key).ok_or_else(|| damaged(&path))?;
        let (entries, end) = entries(&content, start);
        if end < content.len() {
            file.set_len(end as u64).map_err(failed)?;
        }
        file.seek(SeekFrom::Start(end as u64)).map_err(failed)?;
        let state = Open { file, size: end as u64 };
        let log = FileLog {
            path,
            lock: self.lock.clone(),
            key: Bytes::copy_from_slice(key),
            state: Mutex::new(state),
        };
        Ok((log, entries))
    }

    /// Removes a log. Whoever has it open writes on into nothing.
    pub fn remove(&self, space: &str, key: &[u8]) -> Result<()> {
        let _locked = lock(&self.lock).map_err(failed)?;
        remove(&self.path(space, key)?).map(drop).map_err(failed)
    }

    /// The keys in `space`, in the order of their bytes.
    pub fn keys(&self, space: &str) -> Result<Vec<Bytes>> {
        check_space(space)?;
        let mut keys = Vec::new();
        for entry in list(&self.directory.join(space)).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some() {
                // Left by a kill in the middle of `replace`.
                continue;
            }
            keys.push(read_key(&path).map_err(failed)?.ok_or_else(|| damaged(&path))?);
        }
        keys.sort_unstable();
        Ok(keys)
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).mode(0o600).open(path)
}

fn header(key: &[u8]) -> Result<Vec<u8>> {
    let length =
        u32::try_from(key.len()).map_err(|error| StoreError::new(StoreErrorKind::Io).source(error))?;
    Ok([MAGIC, &length.to_le_bytes()[..], key].concat())
}

/// Where the entries start, if this is the log of `key`.
fn after_header(content: &[u8], key: &[u8]) -> Option<usize> {
    let header = header(key).ok()?;
    content.starts_with(&header).then_some(header.len())
}

fn read_key(path: &Path) -> io::Result<Option<Bytes>> {
    let mut file = File::open(path)?;
    let mut start = [0; 12];
    match file.read_exact(&mut start) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [.., a, b, c, d] = start;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let mut key = Vec::new();
    file.take(length).read_to_end(&mut key)?;
    Ok((start.starts_with(MAGIC) && key.len() as u64 == length).then(|| key.into()))
}

/// The whole entries from `start`, and where the last of them ends.
fn entries(content: &Bytes, start: usize) -> (Vec<Bytes>, usize) {
    let (mut all, mut at) = (Vec::new(), start);
    while let Some((length, rest)) = content[at..].split_first_chunk::<8>() {
        let length = u64::from_le_bytes(*length);
        let fits = rest.len().checked_sub(CHECK).is_some_and(|left| length <= left as u64);
        if !fits {
            break;
        }
        let end = at + HEADER + length as usize;
        let entry = content.slice(at + HEADER..end);
        if Digest::of(&entry).0[..CHECK] != rest[..CHECK] {
            break;
        }
        all.push(entry);
        at = end;
    }
    (all, at)
}

fn entry_header(entry: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(&(entry.len() as u64).to_le_bytes());
    header[8..].copy_from_slice(&Digest::of(entry).0[..CHECK]);
    header
}

/// A log that this handle alone writes.
pub(super) struct FileLog {
    path: PathBuf,
    lock: PathBuf,
    key: Bytes,
    state: Mutex<Open>,
}

struct Open {
    file: File,
    size: u64,
}

impl FileLog {
    fn state(&self) -> MutexGuard<'_, Open> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, entry: &[u8]) -> Result<()> {
        let mut open = self.state();
        let written = write_entry(&mut open.file, entry);
        match written {
            Ok(()) => {
                open.size += (HEADER + entry.len()) as u64;
                Ok(())
            }
            Err(error) => {
                // What is there of it must not stand before the next entry.
                let size = open.size;
                let _ = open.file.set_len(size).and_then(|()| open.file.seek(SeekFrom::Start(size)));
                Err(failed(error))
            }
        }
    }

    fn replace_now(&self, entries: &[Bytes]) -> Result<()> {
        let mut open = self.state();
        let new = self.path.with_extension(NEW);
        let made = self.write_all(&new, entries).map_err(failed);
        let (file, size) = made.inspect_err(|_| drop(remove(&new)))?;
        let _locked = lock(&self.lock).map_err(failed)?;
        super::files::place(&new, &self.path).map_err(failed)?;
        *open = Open { file, size };
        Ok(())
    }

    fn write_all(&self, path: &Path, entries: &[Bytes]) -> io::Result<(File, u64)> {
        remove(path)?;
        let mut file = super::files::write_new(path, &header(&self.key).map_err(io::Error::other)?)?;
        // The new file is this handle's from its first moment under the name.
        file.lock()?;
        for entry in entries {
            write_entry(&mut file, entry)?;
        }
        file.sync_data()?;
        let size = file.stream_position()?;
        Ok((file, size))
    }
}

fn write_entry(file: &mut File, entry: &[u8]) -> io::Result<()> {
    let header = entry_header(entry);
    let written = loop {
        match file.write_vectored(&[IoSlice::new(&header), IoSlice::new(entry)]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            written => break written?,
        }
    };
    match written.checked_sub(HEADER) {
        Some(written) => file.write_all(&entry[written..]),
        None => file.write_all(&header[written..]).and_then(|()| file.write_all(entry)),
    }
}

impl Log for FileLog {
    fn append(&self, entry: Bytes) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.append_now(&entry) })
    }

    fn replace(&self, entries: Vec<Bytes>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.replace_now(&entries) })
    }

    fn size(&self) -> u64 {
        self.state().size
    }
}
