//! The mount table.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;

use crate::dynamic::DynResource;
use crate::entry::Descent;
use crate::error::{Error, ErrorKind, Result};
use crate::layers::Stage;
use crate::path::{Name, Path};

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

impl Mode {
    /// As configuration and messages say it.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Read => "read",
            Mode::Write => "write",
            Mode::Exec => "exec",
        }
    }
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
    /// What a recursive walk that starts above does here: `System` for `/dev`, `/bin` and the like.
    pub descent: Descent,
    /// Which mount of its tree this is, in the order they were made: the device of entries that have none of their own.
    /// Set by [`Tree::mount`].
    pub number: u64,
}

impl Mount {
    /// `resource` at `path`, allowing what `mode` says.
    pub fn new(path: Path, resource: Arc<dyn DynResource>, mode: Mode) -> Self {
        Mount { path, resource, mode, descent: Descent::Enter, number: 0 }
    }

    /// A part of the system, such as `/dev` and `/bin`: found by name and shown in its parent's listing, passed by by
    /// recursive walks that start above it.
    pub fn system(path: Path, resource: Arc<dyn DynResource>, mode: Mode) -> Self {
        Mount { descent: Descent::System, ..Mount::new(path, resource, mode) }
    }
}

/// The union of a workspace's mounts: what every path is resolved in. Clones refer to the same tree, so that a mount
/// made while a line runs is seen by it. Files that are open stay open when their mount goes.
#[derive(Clone)]
pub struct Tree(Arc<RwLock<Arc<Table>>>);

impl Tree {
    /// A tree whose root is `root`, with mode `exec`, [staged](Stage) where it has no open files of its own.
    pub fn new(root: Arc<dyn DynResource>) -> Self {
        let root = Arc::new(Mount::new(Path::root(), with_open_files(root), Mode::Exec));
        Tree(Arc::new(RwLock::new(Arc::new(Table { root, below: BTreeMap::new(), next_number: 1 }))))
    }

    /// Adds a mount. One whose resource has no open files of its own is [staged](Stage). A taken path is `Busy`. The directory it hides need not exist; it and the directories above it are
    /// seen in listings either way.
    pub fn mount(&self, mount: Mount) -> Result<()> {
        self.change(|table| {
            if mount.path.is_root() || table.below.contains_key(&mount.path) {
                return Err(Error::new(ErrorKind::Busy, "mount").at(&mount.path));
            }
            let number = table.next_number;
            table.next_number += 1;
            let resource = with_open_files(mount.resource);
            table.below.insert(mount.path.clone(), Arc::new(Mount { resource, number, ..mount }));
            Ok(())
        })
    }

    /// Removes the mount at `path`; `InvalidArgument` when there is none, `Busy` for the root or one with mounts below.
    pub fn unmount(&self, path: &Path) -> Result<()> {
        self.change(|table| {
            if path.is_root() || table.is_above_mount(path) {
                return Err(Error::new(ErrorKind::Busy, "unmount").at(path));
            }
            match table.below.remove(path) {
                Some(_) => Ok(()),
                None => Err(no_mount("unmount", path)),
            }
        })
    }

    /// Changes what the mount at `path` allows, from the next operation on. `InvalidArgument` when there is none.
    pub fn set_mode(&self, path: &Path, mode: Mode) -> Result<()> {
        self.change(|table| {
            let mount = match path.is_root() {
                true => Some(&mut table.root),
                false => table.below.get_mut(path),
            };
            Arc::make_mut(mount.ok_or_else(|| no_mount("set_mode", path))?).mode = mode;
            Ok(())
        })
    }

    /// All mounts, in the order of their paths; the root is the first.
    pub fn mounts(&self) -> Vec<Mount> {
        let table = self.table();
        std::iter::once(&table.root).chain(table.below.values()).map(|mount| Mount::clone(mount)).collect()
    }

    /// The mount that holds `path`, taken as it stands: links are not looked for.
    pub fn mount_of(&self, path: &Path) -> Mount {
        Mount::clone(self.table().mount_of(path))
    }

    /// The mounts as they are now; later changes make a new table.
    pub(super) fn table(&self) -> Arc<Table> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Table) -> Result<()>) -> Result<()> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::clone(&current);
        change(&mut table)?;
        *current = Arc::new(table);
        Ok(())
    }
}

/// A resource that only reads and writes whole files gets its open files here, so that every mount has them.
fn with_open_files(resource: Arc<dyn DynResource>) -> Arc<dyn DynResource> {
    match resource.info().capabilities.open {
        true => resource,
        false => Arc::new(Stage::new(resource)),
    }
}

fn no_mount(operation: &'static str, path: &Path) -> Error {
    Error::new(ErrorKind::InvalidArgument, operation).at(path)
}

/// The mounts at one moment.
#[derive(Clone)]
pub(super) struct Table {
    root: Arc<Mount>,
    /// By path: what lies below a path follows it.
    below: BTreeMap<Path, Arc<Mount>>,
    next_number: u64,
}

/// A name that mounts put into a directory.
pub(super) struct MountedName {
    pub name: Name,
    /// Whether a mount is there, or only above one.
    pub is_mount: bool,
    /// `System` when nothing but parts of the system lie there.
    pub descent: Descent,
}

impl Table {
    /// The mount with the longest path that is `path` or above it.
    pub fn mount_of(&self, path: &Path) -> &Arc<Mount> {
        // A handful of mounts: comparing them all beats any index.
        let holding = self.below.values().filter(|mount| path.starts_with(&mount.path));
        holding.max_by_key(|mount| mount.path.as_bytes().len()).unwrap_or(&self.root)
    }

    /// Whether there is a mount where asking ahead gains anything.
    pub fn fans_out(&self) -> bool {
        self.below.values().chain([&self.root]).any(|mount| mount.resource.fan_out() > 0)
    }

    /// Whether a mount other than the root is exactly here.
    pub fn is_mount(&self, path: &Path) -> bool {
        self.below.contains_key(path)
    }

    /// Whether a mount lies below `path`: it is then a directory, whatever its own resource says.
    pub fn is_above_mount(&self, path: &Path) -> bool {
        self.below.keys().any(|mount| mount != path && mount.starts_with(path))
    }

    /// Whether `path` is a mount or above one: it can not be removed, moved or replaced.
    pub fn is_pinned(&self, path: &Path) -> bool {
        path.is_root() || self.below.keys().any(|mount| mount.starts_with(path))
    }

    /// The names that mounts below `directory` put into it, in order.
    pub fn names_in(&self, directory: &Path) -> Vec<MountedName> {
        let mut names: Vec<MountedName> = Vec::new();
        for mount in self.below.values().filter(|mount| &mount.path != directory) {
            let Some(below) = mount.path.strip(directory) else { continue };
            let relative = below.relative();
            let end = memchr::memchr(b'/', relative).unwrap_or(relative.len());
            let is_mount = end == relative.len();
            match names.iter_mut().find(|known| known.name == relative[..end]) {
                Some(known) if known.is_mount => {}
                Some(known) if is_mount => (known.is_mount, known.descent) = (true, mount.descent),
                Some(known) if mount.descent == Descent::Enter => known.descent = Descent::Enter,
                Some(_) => {}
                None => {
                    let name = Bytes::copy_from_slice(&relative[..end]);
                    names.push(MountedName { name, is_mount, descent: mount.descent });
                }
            }
        }
        names
    }
}
