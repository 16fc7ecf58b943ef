//! Where one open store writes what is not in place yet.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::files::{list, lock, write_new};

/// A directory of this handle's own, gone with it. Its locked file says that the handle lives: those of processes that
/// were killed are swept by the next one that opens the store.
pub(super) struct Temporary {
    directory: PathBuf,
    next: AtomicU64,
    _alive: File,
}

impl Temporary {
    /// Makes one in `all`, and sweeps. The caller holds the store's lock, so that nobody sweeps a directory between its
    /// making and its locking.
    pub fn open(all: &Path) -> io::Result<Self> {
        sweep(all)?;
        let mut number = 0u64;
        loop {
            let directory = all.join(number.to_string());
            match DirBuilder::new().mode(0o700).create(&directory) {
                Ok(()) => {
                    let alive = lock(&directory.join("alive"))?;
                    return Ok(Temporary { directory, next: AtomicU64::new(0), _alive: alive });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn next(&self) -> PathBuf {
        self.directory.join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }

    /// A new file with this content, to be renamed into place, and its path.
    pub fn write(&self, content: &[u8]) -> io::Result<(PathBuf, File)> {
        let path = self.next();
        let file = write_new(&path, content)?;
        Ok((path, file))
    }

    /// An empty file without a name.
    pub fn unnamed(&self) -> io::Result<File> {
        let (path, file) = self.write(b"")?;
        fs::remove_file(path)?;
        Ok(file)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn sweep(all: &Path) -> io::Result<()> {
    for entry in list(all)? {
        let directory = entry?.path();
        let is_dead = match File::open(directory.join("alive")) {
            Ok(alive) => match alive.try_lock() {
                Ok(()) => true,
                Err(TryLockError::WouldBlock) => false,
                Err(TryLockError::Error(error)) => return Err(error),
            },
            // Killed before it could lock.
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        if is_dead {
            match fs::remove_dir_all(&directory) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}
