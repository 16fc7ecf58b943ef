//! Mode, owner and times.

use std::os::fd::AsRawFd;

use mirage_vfs::{Attributes, Path, Time};
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, chmodat, chownat, fchmod, fstat,
    openat, statat, utimensat,
};
use rustix::io::{Errno, Result};

use super::account::Account;
use super::root::{Parent, Root, step};

pub(super) fn mode(bits: u32) -> Mode {
    Mode::from_raw_mode(bits & 0o7777)
}

/// The times to set, one that is not asked for left as it is; none when there is nothing to set.
pub(super) fn times(attributes: &Attributes) -> Option<Timestamps> {
    let time = |time: Option<Time>| match time {
        Some(Time { seconds, nanos }) => Timespec { tv_sec: seconds, tv_nsec: nanos.into() },
        None => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
    };
    (attributes.modified.is_some() || attributes.accessed.is_some()).then(|| Timestamps {
        last_access: time(attributes.accessed),
        last_modification: time(attributes.modified),
    })
}

/// Changes the entry at `path`, a link itself when it is one.
pub(super) fn set(root: &Root, path: &Path, attributes: &Attributes, account: Account) -> Result<()> {
    let (parent, name) = root.parent(path)?;
    if *attributes == Attributes::default() {
        return statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW).map(|_| ());
    }
    if let Some(value) = attributes.owner {
        let (user, group) = account.hosts(value);
        chownat(&parent, name, user, group, AtFlags::SYMLINK_NOFOLLOW)?;
    }
    // After the owner, whose change clears the set-id bits.
    if let Some(value) = attributes.mode {
        set_mode(&parent, name, mode(value))?;
    }
    match times(attributes) {
        Some(times) => utimensat(&parent, name, &times, AtFlags::SYMLINK_NOFOLLOW),
        None => Ok(()),
    }
}

/// Changes the mode of exactly the file that was found under the name. The kernel's `fchmodat` would follow a link put
/// there meanwhile, so the file is held first and then named through `/proc`, which needs no right to read it.
pub(super) fn set_mode(parent: &Parent<'_>, name: &[u8], mode: Mode) -> Result<()> {
    let held = openat(parent, name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    let file_type = FileType::from_raw_mode(fstat(&held)?.st_mode);
    if file_type == FileType::Symlink {
        return Err(Errno::OPNOTSUPP);
    }
    let through_proc = format!("/proc/self/fd/{}", held.as_raw_fd());
    match chmodat(CWD, through_proc, mode, AtFlags::empty()) {
        Err(Errno::NOENT | Errno::NOTDIR) => set_mode_by_opening(parent, name, file_type, mode),
        answer => answer,
    }
}

/// As [`set_mode`] where there is no `/proc`: for files and directories that may be read.
fn set_mode_by_opening(parent: &Parent<'_>, name: &[u8], file_type: FileType, mode: Mode) -> Result<()> {
    match file_type {
        FileType::RegularFile | FileType::Directory => {
            let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            fchmod(step(parent, name, flags, Mode::empty())?, mode)
        }
        _ => Err(Errno::OPNOTSUPP),
    }
}
