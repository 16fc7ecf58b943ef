//! Paths resolved below one directory of the host, whatever happens to its tree meanwhile.

use mirage_vfs::Path;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, openat, openat2, statat};
use rustix::io::{Errno, Result, retry_on_intr};

/// How a directory that is only passed through is opened: the right to list it is not needed.
const PASS: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// How something is opened that is only looked at: nothing happens on it, whatever it is.
const LOOK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// What the kernel is asked to refuse while it walks a path.
const CONFINED: ResolveFlags =
    ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS).union(ResolveFlags::NO_MAGICLINKS);

/// The directory everything is resolved from. Held open, so that it stays the same one when it is moved.
pub(super) struct Root {
    directory: OwnedFd,
    walk: Walk,
}

/// Who walks the components of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// The kernel, with `openat2`: one call, no link followed, no way up.
    Kernel,
    /// We do, a component at a time from an open directory, where the kernel or a sandbox refuses `openat2`.
    Steps,
}

/// The directory that holds a name: the root itself, or one opened for this operation.
pub(super) enum Parent<'a> {
    Root(BorrowedFd<'a>),
    Opened(OwnedFd),
}

impl Parent<'_> {
    /// The directory for longer than this operation.
    pub fn hold(self) -> Result<OwnedFd> {
        match self {
            Parent::Root(directory) => rustix::io::fcntl_dupfd_cloexec(directory, 0),
            Parent::Opened(directory) => Ok(directory),
        }
    }
}

impl AsFd for Parent<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Parent::Root(directory) => *directory,
            Parent::Opened(directory) => directory.as_fd(),
        }
    }
}

impl Root {
    /// Everything below `directory`, walked in the best way this host offers.
    pub fn new(directory: OwnedFd) -> Self {
        let walk = match openat2(&directory, c".", PASS, Mode::empty(), CONFINED) {
            Ok(_) => Walk::Kernel,
            Err(_) => Walk::Steps,
        };
        Root { directory, walk }
    }

    #[cfg(test)]
    pub fn set_walk(&mut self, walk: Walk) {
        self.walk = walk;
    }

    /// What is at `path`, a link as itself.
    pub fn look(&self, path: &Path) -> Result<Stat> {
        let whole = relative(path);
        if self.walk == Walk::Kernel && whole.contains(&b'/') {
            // A call less than through the parent, in the operation that walks of trees make most.
            return fstat(self.open_confined(whole, LOOK)?);
        }
        let (parent, name) = self.parent(path)?;
        statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Opens what is at `path`; a link there or on the way is `LOOP`.
    pub fn open(&self, path: &Path, flags: OFlags) -> Result<OwnedFd> {
        match self.walk {
            Walk::Kernel => self.open_confined(relative(path), flags),
            Walk::Steps => {
                let (parent, name) = self.parent(path)?;
                step(&parent, name, flags, Mode::empty())
            }
        }
    }

    /// The directory that holds `path`, and its name in there; the root is `.` in itself.
    pub fn parent<'p>(&self, path: &'p Path) -> Result<(Parent<'_>, &'p [u8])> {
        let whole = relative(path);
        let Some(slash) = whole.iter().rposition(|&byte| byte == b'/') else {
            return Ok((Parent::Root(self.directory.as_fd()), whole));
        };
        let (above, name) = (&whole[..slash], &whole[slash + 1..]);
        let directory = match self.walk {
            Walk::Kernel => self.open_confined(above, PASS),
            Walk::Steps => self.step_down(above),
        };
        Ok((Parent::Opened(directory?), name))
    }

    fn open_confined(&self, relative: &[u8], flags: OFlags) -> Result<OwnedFd> {
        retry_on_intr(|| openat2(&self.directory, relative, flags, Mode::empty(), CONFINED))
    }

    fn step_down(&self, relative: &[u8]) -> Result<OwnedFd> {
        let mut directory: Option<OwnedFd> = None;
        for name in relative.split(|&byte| byte == b'/') {
            let above = directory.as_ref().map_or(self.directory.as_fd(), AsFd::as_fd);
            directory = Some(step(above, name, PASS, Mode::empty())?);
        }
        directory.ok_or(Errno::NOENT)
    }
}

/// A path as the system calls take it.
fn relative(path: &Path) -> &[u8] {
    match path.relative() {
        b"" => b".",
        relative => relative,
    }
}

/// Opens `name` in `parent`, a link as `LOOP`. With `O_DIRECTORY` the kernel answers NOTDIR for one, as for a file.
pub(super) fn step(parent: impl AsFd, name: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd> {
    let is_link = || {
        statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
    };
    match retry_on_intr(|| openat(&parent, name, flags | OFlags::NOFOLLOW, mode)) {
        Err(Errno::NOTDIR) if is_link() => Err(Errno::LOOP),
        answer => answer,
    }
}
