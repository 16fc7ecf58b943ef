//! Listings of a directory or a whole subtree: kept directory by directory as they pass, and answered from what is kept.

use std::time::Duration;

use bytes::Bytes;

use super::index::{Directory, Index};
use crate::entry::Entry;
use crate::path::Path;
use crate::resource::Want;

/// Directories of a listing on its way.
pub(super) struct Passing {
    /// From the listed directory down to the one that the last entry is in.
    open: Vec<Open>,
}

/// A directory some of whose entries have passed.
struct Open {
    /// Its path from the listed one, with a slash behind it; empty for that itself.
    prefix: Vec<u8>,
    entries: Vec<Entry>,
    /// Whether it is too long to be kept.
    is_long: bool,
}

impl Open {
    fn new(prefix: Vec<u8>) -> Self {
        Open { prefix, entries: Vec::new(), is_long: false }
    }
}

impl Passing {
    pub fn new() -> Self {
        Passing { open: vec![Open::new(Vec::new())] }
    }

    /// Takes note of entries; directories that are complete with them are learned.
    pub fn see(
        &mut self,
        root: &Path,
        entries: &[Entry],
        recursive: bool,
        longest: usize,
        learn: &mut impl FnMut(&Path, Vec<Entry>),
    ) {
        for entry in entries {
            self.leave(root, &entry.name, learn);
            let Some(open) = self.open.last_mut() else { return };
            if open.entries.len() >= longest {
                open.is_long = true;
                open.entries = Vec::new();
            }
            if !open.is_long {
                let name = entry.name.slice(open.prefix.len()..);
                open.entries.push(Entry { name, ..entry.clone() });
            }
            if recursive && entry.is_directory() {
                self.open.push(Open::new([&entry.name[..], b"/"].concat()));
            }
        }
    }

    /// The listing ended: all directories are complete.
    pub fn end(mut self, root: &Path, learn: &mut impl FnMut(&Path, Vec<Entry>)) {
        while let Some(open) = self.open.pop() {
            open.learn(root, learn);
        }
    }

    /// Leaves the directories that `name` is not in.
    fn leave(&mut self, root: &Path, name: &[u8], learn: &mut impl FnMut(&Path, Vec<Entry>)) {
        while let Some(open) = self.open.pop_if(|open| !name.starts_with(&open.prefix)) {
            open.learn(root, learn);
        }
    }
}

impl Open {
    fn learn(self, root: &Path, learn: &mut impl FnMut(&Path, Vec<Entry>)) {
        if !self.is_long {
            let below = self.prefix.strip_suffix(b"/").unwrap_or_default();
            let path = if below.is_empty() { root.clone() } else { root.join(below) };
            learn(&path, self.entries);
        }
    }
}

/// The whole subtree of `path` from what is known; none where a part of it is not.
pub(super) fn known(index: &Index, now: Duration, path: &Path, want: Want) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut levels = vec![Level::new(index.directory(now, path, want)?, path.clone(), Bytes::new())];
    while let Some(level) = levels.last_mut() {
        let Some(entry) = level.directory.entries.get(level.next) else {
            levels.pop();
            continue;
        };
        level.next += 1;
        let name = match level.prefix.is_empty() {
            true => entry.name.clone(),
            false => [&level.prefix[..], &entry.name].concat().into(),
        };
        entries.push(Entry { name: name.clone(), ..entry.clone() });
        if entry.is_directory() {
            let path = level.path.join(&entry.name);
            let directory = index.directory(now, &path, want)?;
            levels.push(Level::new(directory, path, [&name[..], b"/"].concat().into()));
        }
    }
    Some(entries)
}

/// A directory that is being told.
struct Level {
    directory: Directory,
    path: Path,
    prefix: Bytes,
    next: usize,
}

impl Level {
    fn new(directory: Directory, path: Path, prefix: Bytes) -> Self {
        Level { directory, path, prefix, next: 0 }
    }
}
