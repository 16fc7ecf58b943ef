//! The mount table.

use std::sync::Arc;

use crate::dynamic::DynResource;
use crate::error::{Error, Result};
use crate::path::Path;

/// What a mount allows; each mode includes the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Reading alone: a write is `Read-only file system`.
    #[default]
    Read,
    /// Reading and writing.
    Write,
    /// And running script files by name; without it that is status 126.
    Exec,
}

/// A resource at a path.
#[derive(Clone)]
pub struct Mount {
    /// Where.
    pub path: Path,
    /// What is shown there.
    pub resource: Arc<dyn DynResource>,
    /// What is allowed.
    pub mode: Mode,
}

/// The union of a workspace's mounts: what every path is resolved in. Clones refer to the same tree, so that a mount
/// made while a line runs is seen by it.
#[derive(Clone)]
pub struct Tree(#[allow(dead_code)] Arc<()>);

impl Tree {
    /// A tree whose root is `root`, with mode `exec`.
    pub fn new(root: Arc<dyn DynResource>) -> Self {
        let _ = root;
        Tree(Arc::new(()))
    }

    /// Adds a mount. A taken path is `Busy`.
    pub fn mount(&self, mount: Mount) -> Result<()> {
        let _ = mount;
        Err(Error::unsupported("mount"))
    }

    /// Removes the mount at `path`; `InvalidArgument` when there is none, `Busy` for the root or one with mounts below.
    pub fn unmount(&self, path: &Path) -> Result<()> {
        let _ = path;
        Err(Error::unsupported("unmount"))
    }

    /// Changes what the mount at `path` allows.
    pub fn set_mode(&self, path: &Path, mode: Mode) -> Result<()> {
        let _ = (path, mode);
        Err(Error::unsupported("set_mode"))
    }

    /// All mounts, in the order of their paths; the root is the first.
    pub fn mounts(&self) -> Vec<Mount> {
        Vec::new()
    }

    /// The mount that holds `path`.
    pub fn mount_of(&self, path: &Path) -> Option<Mount> {
        let _ = path;
        None
    }
}
