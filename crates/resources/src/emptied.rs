//! Empty directories of services that have no directories.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use mirage_vfs::Path;

/// Directories that are there for those who work in this mount, though nothing is in them and the service keeps nothing of
/// them: those that were made here, and those whose last entry was removed here. As long as a directory is not removed itself, it stays.
#[derive(Default)]
pub(crate) struct Emptied(Mutex<HashSet<Path>>);

/// How many are remembered; beyond it all are forgotten.
const REMEMBERED: usize = 4096;

impl Emptied {
    /// `directory` stays.
    pub fn insert(&self, directory: Path) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(directory);
    }

    /// `directory` goes; whether it was one of them.
    pub fn remove(&self, directory: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(directory)
    }

    /// The names that they give `directory`: of its own ones, and of those that lead to deeper ones; or the paths from there.
    #[cfg(feature = "redis")]
    pub fn names(&self, directory: &Path, recursive: bool) -> Vec<bytes::Bytes> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names = Vec::new();
        for below in all.iter().filter_map(|path| path.strip(directory)) {
            let path = below.bytes().slice(1..);
            let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
            let count = if recursive { usize::MAX } else { 1 };
            let ends = ends.chain([path.len()]).take(count).filter(|end| *end > 0);
            names.extend(ends.map(|end| path.slice(..end)));
        }
        names
    }

    /// Whether `directory` is one of them.
    pub fn contains(&self, directory: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(directory)
    }

    /// Those at and below `from` go, and `to` and what lies below it there come.
    #[cfg(feature = "redis")]
    pub fn moved(&self, from: &Path, to: &Path) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let moved: Vec<Path> = all.extract_if(|path| path.starts_with(from)).collect();
        all.extend(moved.iter().filter_map(|path| Some(to.append(&path.strip(from)?))));
        all.insert(to.clone());
    }
}
