//! Directories in which nothing needs care.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mirage_vfs::Path;

/// How many directories are remembered: a walk opens files where it listed last.
const REMEMBERED: usize = 16;

/// Directories whose last listing showed no device, fifo or socket as far as it went. A file that is opened there is not looked at first,
/// which halves the cost of reading many small files. What has come since is still refused, but opened for that.
#[derive(Clone, Default)]
pub(super) struct Plain(Arc<Mutex<Vec<Path>>>);

impl Plain {
    fn paths(&self) -> MutexGuard<'_, Vec<Path>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `path` lies directly in one of them.
    pub fn holds(&self, path: &Path) -> bool {
        let parent = path.parent();
        self.paths().iter().rev().any(|known| Some(known) == parent.as_ref())
    }

    /// Says what the listing of `directory` shows so far.
    pub fn listed(&self, directory: &Path, is_plain: bool) {
        let mut paths = self.paths();
        paths.retain(|known| known != directory);
        if is_plain {
            if paths.len() == REMEMBERED {
                paths.remove(0);
            }
            paths.push(directory.clone());
        }
    }
}
