//! Opening regular files, and nothing else.

use mirage_vfs::{Call, Entry, Error, ErrorKind, Kind, OpenOptions, Path, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, OFlags, Stat, fchmod, fstat};
use rustix::io::Errno;

use super::Disk;
use super::entry::{entry, kind};
use super::error::{error, special};
use super::root::{Root, step};

/// How often a file that comes and goes between a look and an open is tried again.
const ATTEMPTS: usize = 16;

/// Opens the regular file at `path` and answers it with its entry.
///
/// Anything else is refused before it is opened, because opening a device can itself do something, and again after, in
/// case it has come in between.
pub(super) fn open(disk: &Disk, call: &Call, path: &Path, options: &OpenOptions) -> Result<(OwnedFd, Entry)> {
    let account = disk.process.for_line(call);
    for _ in 0..ATTEMPTS {
        let opened = match options.create && options.exclusive {
            true => None,
            false => open_existing(disk, path, options)?,
        };
        let (file, stat) = match opened.map_or_else(|| create(&disk.root, path, options), Ok) {
            Err(Errno::EXIST) if !options.exclusive => continue,
            created => created.map_err(failed)?,
        };
        check(stat.st_mode)?;
        return Ok((file, entry(path.name().unwrap_or_default(), &stat, account)));
    }
    Err(failed(Errno::AGAIN))
}

/// None when the file is missing and is to be created.
fn open_existing(disk: &Disk, path: &Path, options: &OpenOptions) -> Result<Option<(OwnedFd, Stat)>> {
    let missing = |errno| match errno {
        Errno::NOENT if options.create => Ok(None),
        errno => Err(failed(errno)),
    };
    if !disk.plain.holds(path) {
        match disk.root.look(path) {
            Ok(stat) => check(stat.st_mode)?,
            Err(errno) => return missing(errno),
        }
    }
    match disk.root.open(path, flags(options)) {
        Ok(file) => {
            let stat = fstat(&file).map_err(failed)?;
            Ok(Some((file, stat)))
        }
        Err(errno) => missing(errno),
    }
}

fn failed(errno: Errno) -> Error {
    match errno {
        // What a socket, or a device without a driver, answers.
        Errno::NXIO | Errno::NODEV => special("open"),
        errno => error(errno, "open"),
    }
}

fn check(mode: u32) -> Result<()> {
    match kind(FileType::from_raw_mode(mode)) {
        Some(Kind::File) => Ok(()),
        Some(Kind::Directory) => Err(refused(ErrorKind::IsADirectory)),
        Some(Kind::Symlink) => Err(refused(ErrorKind::CrossesLink)),
        Some(Kind::Special(_)) | None => Err(special("open")),
    }
}

fn refused(kind: ErrorKind) -> Error {
    Error::new(kind, "open")
}

fn create(root: &Root, path: &Path, options: &OpenOptions) -> Result<(OwnedFd, Stat), Errno> {
    let (parent, name) = root.parent(path)?;
    let mode = Mode::from_raw_mode(options.mode & 0o7777);
    let file = step(&parent, name, flags(options) | OFlags::CREATE | OFlags::EXCL, mode)?;
    let stat = fstat(&file)?;
    if stat.st_mode & 0o7777 == mode.as_raw_mode() {
        return Ok((file, stat));
    }
    // The tree has applied the session's umask; that of this process is not the session's business.
    fchmod(&file, mode)?;
    let stat = fstat(&file)?;
    Ok((file, stat))
}

fn flags(options: &OpenOptions) -> OFlags {
    let writes = options.write || options.append;
    let access = match (options.read, writes) {
        (_, false) => OFlags::RDONLY,
        (false, true) => OFlags::WRONLY,
        (true, true) => OFlags::RDWR,
    };
    // Should a fifo have slipped in after the look, opening it does not wait for its other end.
    let mut flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    flags.set(OFlags::APPEND, options.append);
    flags.set(OFlags::TRUNC, options.truncate && writes);
    flags
}
