//! Files and directories that only their user can read, and what their failures mean.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::{StoreError, StoreErrorKind};

/// What a failed call means to the store's user.
pub(super) fn failed(error: io::Error) -> StoreError {
    let kind = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreErrorKind::Full,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreErrorKind::ReadOnly,
        ErrorKind::NotFound => StoreErrorKind::NotFound,
        _ => StoreErrorKind::Io,
    };
    StoreError::new(kind).source(error)
}

/// The answer to a file whose content is not what was written.
pub(super) fn damaged(path: &Path) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt).source(io::Error::other(path.display().to_string()))
}

/// Makes a directory and its parents; one that is there is fine.
pub(super) fn create_dirs(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A store that others may write could be made to answer what they like.
pub(super) fn check_private(path: &Path) -> io::Result<()> {
    let found = fs::metadata(path)?;
    match found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0 {
        true => Ok(()),
        false => Err(io::Error::other(format!("{}: others may write here", path.display()))),
    }
}

fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// A new file with this content.
pub(super) fn write_new(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut file = create_new(path)?;
    match file.write_all(content) {
        Ok(()) => Ok(file),
        Err(error) => {
            let _ = fs::remove_file(path);
            Err(error)
        }
    }
}

/// Renames a file into place, whose directory is made when it is missing.
pub(super) fn place(from: &Path, to: &Path) -> io::Result<()> {
    let placed = match (fs::rename(from, to), to.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            create_dirs(parent).and_then(|()| fs::rename(from, to))
        }
        (placed, _) => placed,
    };
    if placed.is_err() {
        let _ = fs::remove_file(from);
    }
    placed
}

/// Removes a file and answers its size; 0 when it is not there.
pub(super) fn remove(path: &Path) -> io::Result<u64> {
    let size = fs::symlink_metadata(path).map(|found| found.len());
    match size.and_then(|size| fs::remove_file(path).map(|()| size)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        answer => answer,
    }
}

/// Waits until no other handle, of this process or another, holds the lock; it lasts as long as the answer.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    loop {
        match file.lock() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            locked => return locked.map(|()| file),
        }
    }
}

/// The size of all files below a directory. What goes away meanwhile is not counted.
pub(super) fn total_size(directory: &Path) -> io::Result<u64> {
    let mut total = 0;
    for entry in list(directory)? {
        let entry = entry?;
        total += match entry.file_type()?.is_dir() {
            true => total_size(&entry.path())?,
            false => entry.metadata().map_or(0, |found| found.len()),
        };
    }
    Ok(total)
}

/// The entries of a directory; none when it is not there.
pub(super) fn list(directory: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>>> {
    match fs::read_dir(directory) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(error),
    }
}
