//! The tree as one session sees it: paths as they are typed, resolved and checked by the rules of POSIX.

use std::sync::Arc;

use bytes::Bytes;

use super::ahead::Ahead;
use super::{Follow, Mount, Tree};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{ErrorKind, Result, found};
use crate::host::Facts;
use crate::path::Path;

/// The tree from a session's working directory, with its umask, for one line. Cloning is cheap.
///
/// Paths are bytes as a user types them: relative to [`directory`](View::directory) unless they start with `/`, an
/// empty one is `NotFound`, a trailing slash asks for a directory, symbolic links are resolved here (40 at most), and
/// `..` is the parent of what the links lead to. Entries come with mode, owner, links, times and identity filled in
/// for resources that have none. Errors carry the canonical path, the mount, and for a read-only mount a hint.
///
/// Which error comes when several apply is what Linux does; the model test in `mirage-testkit` compares them.
#[derive(Clone)]
pub struct View {
    tree: Tree,
    call: Call,
    directory: Path,
    umask: u32,
    /// Where files are read ahead of the command that this view is for.
    pub(super) ahead: Option<Arc<Ahead>>,
}

impl View {
    /// The tree from `directory` for the line of `call`; new files get their mode less `umask`.
    pub fn new(tree: Tree, call: Call, directory: Path, umask: u32) -> Self {
        View { tree, call, directory, umask, ahead: None }
    }

    /// This view for one command, which reads ahead of it what it is [told of](View::expect).
    #[must_use]
    pub fn reading_ahead(self) -> View {
        let ahead = self.tree.table().fans_out().then(Arc::default);
        View { ahead, ..self }
    }

    /// Whether anything is read ahead: else there is no need to tell what comes.
    pub fn reads_ahead(&self) -> bool {
        self.ahead.is_some()
    }

    /// These files will be opened next, in this order, before those that were told of earlier; `is_sure` if all of them are
    /// read even if whoever reads the output stops early.
    pub fn expect(&self, files: impl IntoIterator<Item = Path>, is_sure: bool) {
        if let Some(ahead) = &self.ahead {
            ahead.expect(files, is_sure);
        }
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

    pub(super) fn facts(&self) -> &Facts {
        self.call.host().facts()
    }

    /// `mode` as a new entry gets it.
    pub(super) fn masked(&self, mode: u32) -> u32 {
        mode & 0o7777 & !self.umask
    }

    /// The path from the root, `.` and `..` resolved by text alone: for messages and plans.
    pub fn absolute(&self, path: &[u8]) -> Path {
        match path.first() {
            Some(b'/') => Path::new(Bytes::copy_from_slice(path)),
            _ if self.directory.is_root() => Path::new([b"/", path].concat()),
            _ => Path::new([self.directory.as_bytes(), b"/", path].concat()),
        }
    }

    /// The canonical path of an existing entry, free of links (but for the last component with [`Follow::No`]).
    pub async fn resolve(&self, path: &[u8], follow: Follow) -> Result<Path> {
        Ok(self.find(path, follow, "resolve").await?.0.path)
    }

    /// The entry at `path`, complete.
    pub async fn stat(&self, path: &[u8], follow: Follow) -> Result<Entry> {
        Ok(self.find(path, follow, "stat").await?.1)
    }

    /// What is at `path`, complete: none where nothing is, an error where that could not be told. A caller that asks
    /// whether something is there asks here and not [`stat`](View::stat), whose failure may mean anything.
    pub async fn probe(&self, path: &[u8], follow: Follow) -> Result<Option<Entry>> {
        found(self.stat(path, follow).await)
    }

    /// Whether a directory is at `path`, as [`probe`](View::probe) sees it.
    pub async fn is_directory(&self, path: &[u8], follow: Follow) -> Result<bool> {
        Ok(self.probe(path, follow).await?.is_some_and(|entry| entry.is_directory()))
    }

    /// Whether a symbolic link is at `path`, as [`probe`](View::probe) sees it.
    pub async fn is_symlink(&self, path: &[u8]) -> Result<bool> {
        Ok(self.probe(path, Follow::No).await?.is_some_and(|entry| entry.is_symlink()))
    }

    /// The target of a symbolic link; `InvalidArgument` for anything else.
    pub async fn read_link(&self, path: &[u8]) -> Result<Bytes> {
        let (lookup, entry) = self.find(path, Follow::No, "read_link").await?;
        match (entry.is_symlink(), entry.target) {
            (true, Some(target)) => Ok(target),
            (true, None) => {
                let target = lookup.mount.resource.read_link(&self.call, &lookup.inner).await;
                target.map_err(|error| lookup.explain(error))
            }
            (false, _) => lookup.fail(ErrorKind::InvalidArgument),
        }
    }

    /// The mount that holds `path` once links are resolved.
    pub async fn mount_of(&self, path: &[u8]) -> Result<Mount> {
        Ok(Mount::clone(&self.find(path, Follow::Yes, "mount_of").await?.0.mount))
    }
}
