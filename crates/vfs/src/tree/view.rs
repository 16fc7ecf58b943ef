//! The tree as one session sees it: paths as they are typed, resolved and checked by the rules of POSIX.

use bytes::Bytes;

use super::{Mount, Tree};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::file::{File, OpenOptions};
use crate::path::Path;
use crate::resource::{Attributes, Listing, Want};

/// What happens to a symbolic link at the end of a path. Links in the middle are always followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// The link stands for what it names; a trailing slash asks for that too.
    Yes,
    /// The link itself is meant.
    No,
}

/// What `test -r -w -x` ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// May be read.
    Read,
    /// May be written: by its permission bits and its mount's mode.
    Write,
    /// May be executed or, a directory, be searched.
    Execute,
}

/// The tree from a session's working directory, with its umask, for one line. Cloning is cheap.
///
/// Paths are bytes as a user types them: relative to [`directory`](View::directory) unless they start with `/`, an
/// empty one is `NotFound`, a trailing slash asks for a directory, symbolic links are resolved here (40 at most), and
/// `..` is the parent of what the links lead to. Entries come with mode, owner, links, times and identity filled in
/// for resources that have none. Errors carry the canonical path, the mount, and for a read-only mount a hint.
#[derive(Clone)]
pub struct View {
    tree: Tree,
    call: Call,
    directory: Path,
    umask: u32,
}

impl View {
    /// The tree from `directory` for the line of `call`; new files get their mode less `umask`.
    pub fn new(tree: Tree, call: Call, directory: Path, umask: u32) -> Self {
        View { tree, call, directory, umask }
    }

    /// The tree itself.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The line this view serves.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The working directory as the user sees it: it may lead through symbolic links.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Permission bits that new files do not get.
    pub fn umask(&self) -> u32 {
        self.umask
    }

    /// The path from the root, `.` and `..` resolved by text alone: for messages and plans.
    pub fn absolute(&self, path: &[u8]) -> Path {
        match path.first() {
            Some(b'/') => Path::new(Bytes::copy_from_slice(path)),
            _ => Path::new([self.directory.as_bytes(), b"/", path].concat()),
        }
    }

    /// The canonical path of an existing entry, free of links (but for the last component with [`Follow::No`]).
    pub async fn resolve(&self, path: &[u8], follow: Follow) -> Result<Path> {
        let _ = (path, follow);
        Err(Error::unsupported("resolve"))
    }

    /// The entry at `path`, complete.
    pub async fn stat(&self, path: &[u8], follow: Follow) -> Result<Entry> {
        let _ = (path, follow);
        Err(Error::unsupported("stat"))
    }

    /// Whether `path` exists and the access is allowed; `PermissionDenied` or `ReadOnly` when it is not.
    pub async fn access(&self, path: &[u8], access: Access) -> Result<()> {
        let _ = (path, access);
        Err(Error::unsupported("access"))
    }

    /// The entries of a directory, mount points included, without `.` and `..`, in no order. With `Want::Metadata`
    /// they are complete, as [`stat`](View::stat) with [`Follow::No`] gives them.
    pub async fn list(&self, path: &[u8], want: Want) -> Result<Listing> {
        let _ = (path, want);
        Err(Error::unsupported("list"))
    }

    /// Opens a file. A new one gets `options.mode` less the umask.
    pub async fn open(&self, path: &[u8], options: &OpenOptions) -> Result<Box<dyn File>> {
        let _ = (path, options);
        Err(Error::unsupported("open"))
    }

    /// Starts to replace the whole content of an existing or a new file in one step: what `sed -i` and `sort -o` do.
    /// Nothing changes before the commit; permission bits stay. A symbolic link is followed.
    pub async fn replace(&self, path: &[u8]) -> Result<Replacement> {
        let _ = path;
        Err(Error::unsupported("replace"))
    }

    /// Makes a directory with `mode` less the umask.
    pub async fn create_dir(&self, path: &[u8], mode: u32) -> Result<()> {
        let _ = (path, mode);
        Err(Error::unsupported("create_dir"))
    }

    /// Removes a file or a link: POSIX `unlink`. A directory is `IsADirectory`, a mount point `Busy`.
    pub async fn remove_file(&self, path: &[u8]) -> Result<()> {
        let _ = path;
        Err(Error::unsupported("remove"))
    }

    /// Removes an empty directory: POSIX `rmdir`.
    pub async fn remove_dir(&self, path: &[u8]) -> Result<()> {
        let _ = path;
        Err(Error::unsupported("remove"))
    }

    /// POSIX `rename`: replaces a file by a file, an empty directory by a directory. Between two mounts `CrossDevice`.
    pub async fn rename(&self, from: &[u8], to: &[u8]) -> Result<()> {
        let _ = (from, to);
        Err(Error::unsupported("rename"))
    }

    /// Copies a file's content inside one service, without the bytes passing through here; `Unsupported` or
    /// `CrossDevice` when that is not possible, and the caller reads and writes instead.
    pub async fn copy_file(&self, from: &[u8], to: &[u8]) -> Result<()> {
        let _ = (from, to);
        Err(Error::unsupported("copy"))
    }

    /// Makes `new` another name of the file `existing`.
    pub async fn link(&self, existing: &[u8], new: &[u8]) -> Result<()> {
        let _ = (existing, new);
        Err(Error::unsupported("link"))
    }

    /// Makes a symbolic link with this target, any bytes.
    pub async fn symlink(&self, target: &[u8], path: &[u8]) -> Result<()> {
        let _ = (target, path);
        Err(Error::unsupported("symlink"))
    }

    /// The target of a symbolic link; `InvalidArgument` for anything else.
    pub async fn read_link(&self, path: &[u8]) -> Result<Bytes> {
        let _ = path;
        Err(Error::unsupported("read_link"))
    }

    /// Changes mode, owner or times.
    pub async fn set_attributes(&self, path: &[u8], attributes: &Attributes, follow: Follow) -> Result<()> {
        let _ = (path, attributes, follow);
        Err(Error::unsupported("set_attributes"))
    }

    /// The mount that holds `path` once links are resolved.
    pub async fn mount_of(&self, path: &[u8]) -> Result<Mount> {
        let _ = path;
        Err(Error::unsupported("mount_of"))
    }
}

/// A file being replaced as a whole. Dropping it leaves the old content.
pub struct Replacement(());

impl Replacement {
    /// Adds `bytes` to the end of the new content.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let _ = bytes;
        Err(Error::unsupported("replace"))
    }

    /// Puts the new content in place, all at once.
    pub async fn commit(self) -> Result<()> {
        Err(Error::unsupported("replace"))
    }
}
