//! What an entry shows that its resource does not know.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::mount::{Mount, Table};
use crate::entry::{Descent, Entry, Kind, Owner, Size};
use crate::error::{Error, ErrorKind};
use crate::host::Facts;
use crate::path::Path;
use crate::time::Time;

/// What a directory takes, where a resource does not tell: one block of a disk.
const DIRECTORY_SIZE: u64 = 4096;

/// The first device number of mounts: above all that a host gives its file systems.
const FIRST_DEVICE: u64 = 1 << 32;

/// Fills in what POSIX expects of the entry at `inner` of `mount`: bits by kind, the session's user, the epoch for an
/// unknown time, and an identity from the mount's number and the inode or, where there is none, the path.
pub(super) fn complete(entry: &mut Entry, mount: &Mount, facts: &Facts, inner: &Path) {
    let inode = match entry.identity {
        Some(_) => 0,
        None => {
            let mut hasher = DefaultHasher::new();
            inner.hash(&mut hasher);
            hasher.finish()
        }
    };
    complete_with(entry, mount, facts, inode);
}

/// As [`complete`], with the inode to show when the entry has none.
pub(super) fn complete_with(entry: &mut Entry, mount: &Mount, facts: &Facts, inode: u64) {
    entry.identity = match entry.identity {
        None => Some((FIRST_DEVICE + mount.number, inode)),
        Some((0, inode)) => Some((FIRST_DEVICE + mount.number, inode)),
        known => known,
    };
    entry.mode.get_or_insert(match entry.kind {
        Kind::Directory => 0o755,
        Kind::Symlink => 0o777,
        Kind::File | Kind::Special(_) => 0o644,
    });
    entry.owner.get_or_insert(Owner { user: facts.uid, group: facts.uid });
    entry.links.get_or_insert(1);
    let modified = *entry.modified.get_or_insert(Time::default());
    entry.accessed.get_or_insert(modified);
    entry.changed.get_or_insert(modified);
    match (entry.kind, entry.size) {
        (Kind::Directory, Size::Unknown) => {
            entry.size = Size::Exact(DIRECTORY_SIZE);
            entry.allocated.get_or_insert(0);
        }
        (Kind::File, Size::Exact(size)) => {
            entry.allocated.get_or_insert_with(|| size.div_ceil(512) * 512);
        }
        _ => {}
    }
}

/// A directory that exists because mounts lie below it.
pub(super) fn synthesised(table: &Table, path: &Path) -> Entry {
    let names = table.names_in(path);
    let is_system = names.iter().all(|name| name.descent == Descent::System);
    Entry {
        descent: if is_system { Descent::System } else { Descent::Enter },
        ..Entry::directory(path.name().unwrap_or_default())
    }
}

/// The refusal of a mount whose mode allows reading alone.
pub(super) fn read_only(operation: &'static str, mount: &Mount) -> Error {
    let error = Error::new(ErrorKind::ReadOnly, operation);
    match mount.descent {
        Descent::System => error,
        _ => error.hint(format!(
            "{0} is mounted to be read; mount it writable: -m {0}=SPEC,mode=write",
            mount.path
        )),
    }
}
