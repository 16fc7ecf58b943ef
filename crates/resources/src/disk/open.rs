//! Opening regular files, and nothing else.

use mirage_vfs::{Entry, Error, ErrorKind, Kind, OpenOptions, Path, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fchmod, fstat, statat};
use rustix::io::Errno;

use super::account::Account;
use super::entry::{entry, kind};
use super::error::{error, special};
use super::root::{Parent, Root, step};

/// How often a file that comes and goes between a look and an open is tried again.
const ATTEMPTS: usize = 16;

/// Opens the regular file at `path` and answers it with its entry.
///
/// Anything else is refused before it is opened, because opening a fifo or a device can itself do something; and again
/// afterwards, because it may have been put there in between.
pub(super) fn open(
    root: &Root,
    path: &Path,
    options: &OpenOptions,
    account: Account,
) -> Result<(OwnedFd, Entry)> {
    let (parent, name) = root.parent(path).map_err(|errno| error(errno, "open"))?;
    for _ in 0..ATTEMPTS {
        let creates = match look(&parent, name).map_err(|errno| error(errno, "open"))? {
            Some(_) if options.create && options.exclusive => return Err(refused(ErrorKind::AlreadyExists)),
            Some(kind) => check(kind).map(|()| false)?,
            None if options.create => true,
            None => return Err(refused(ErrorKind::NotFound)),
        };
        match open_at(&parent, name, options, creates) {
            Err(Errno::EXIST) if creates && !options.exclusive => {}
            Err(Errno::NOENT) if !creates && options.create => {}
            Err(errno) => return Err(error(errno, "open")),
            Ok((file, stat)) => {
                check(kind(FileType::from_raw_mode(stat.st_mode)).unwrap_or(Kind::File))?;
                return Ok((file, entry(path.name().unwrap_or_default(), &stat, account)));
            }
        }
    }
    Err(error(Errno::AGAIN, "open"))
}

fn look(parent: &Parent<'_>, name: &[u8]) -> Result<Option<Kind>, Errno> {
    match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(kind(FileType::from_raw_mode(stat.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}

fn check(kind: Kind) -> Result<()> {
    match kind {
        Kind::File => Ok(()),
        Kind::Directory => Err(refused(ErrorKind::IsADirectory)),
        Kind::Symlink => Err(refused(ErrorKind::CrossesLink)),
        Kind::Special(_) => Err(special("open")),
    }
}

fn refused(kind: ErrorKind) -> Error {
    Error::new(kind, "open")
}

fn open_at(
    parent: &Parent<'_>,
    name: &[u8],
    options: &OpenOptions,
    creates: bool,
) -> Result<(OwnedFd, Stat), Errno> {
    let mode = Mode::from_raw_mode(options.mode & 0o7777);
    let file = step(parent, name, flags(options, creates), mode)?;
    let stat = fstat(&file)?;
    if creates && stat.st_mode & 0o7777 != mode.as_raw_mode() {
        // The tree has applied the session's umask; that of this process is not the session's business.
        fchmod(&file, mode)?;
        return fstat(&file).map(|stat| (file, stat));
    }
    Ok((file, stat))
}

fn flags(options: &OpenOptions, creates: bool) -> OFlags {
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
    flags.set(OFlags::CREATE | OFlags::EXCL, creates);
    flags
}
