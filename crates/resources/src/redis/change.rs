//! Directories, removing, moving and copying.

use mirage_vfs::{Call, Entry, Error, ErrorKind, Kind, Path, Result};

use super::client::Commands;
use super::error::{refusal, unexpected};
use super::find::Search;
use super::key::Key;
use super::resp::Value;
use super::{Server, is_a};

impl Server {
    /// Makes a directory that is there for those who work in this mount: the server has none.
    pub(super) async fn create_dir(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "create_dir";
        if self.find(call, path, OPERATION).await?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, OPERATION));
        }
        match path.parent() {
            Some(parent) if !self.stat(call, &parent, OPERATION).await?.is_directory() => {
                Err(is_a(Kind::File, OPERATION))
            }
            _ => {
                self.emptied.insert(path.clone());
                Ok(())
            }
        }
    }

    pub(super) async fn remove_file(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "remove";
        let key = self.keys.of(path, OPERATION)?;
        if let Some(plain) = key.plain() {
            let removed = self.client.tell_one(call, &[b"DEL", plain], OPERATION).await?;
            if removed.number() == Some(1) {
                self.keep_parent(path);
                return Ok(());
            }
        }
        match self.is_directory(call, path, &key, OPERATION).await? {
            true => Err(is_a(Kind::Directory, OPERATION)),
            false => Err(self.absent(call, path, OPERATION).await),
        }
    }

    pub(super) async fn remove_directory(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "remove";
        if !self.find_directory(call, path, OPERATION).await? {
            return Err(is_a(Kind::File, OPERATION));
        }
        if self.has_entries(call, path).await? {
            return Err(Error::new(ErrorKind::NotEmpty, OPERATION));
        }
        self.emptied.remove(path);
        self.keep_parent(path);
        Ok(())
    }

    /// Whether `path` is a directory; false for a file, an error for nothing.
    async fn find_directory(&self, call: &Call, path: &Path, operation: &'static str) -> Result<bool> {
        Ok(self.stat(call, path, operation).await?.is_directory())
    }

    async fn has_entries(&self, call: &Call, path: &Path) -> Result<bool> {
        Ok(!self.names(call, path, false).await?.is_empty())
    }

    /// The directory above stays, though nothing may be left in it.
    fn keep_parent(&self, path: &Path) {
        if let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
            self.emptied.insert(parent);
        }
    }

    pub(super) async fn rename(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        const OPERATION: &str = "rename";
        let source = self.stat(call, from, OPERATION).await?;
        if from == to {
            return Ok(());
        }
        let target = self.find(call, to, OPERATION).await?;
        match source.is_directory() {
            true => self.rename_directory(call, from, to, target).await?,
            false => {
                if target.is_some_and(|entry| entry.is_directory()) {
                    return Err(is_a(Kind::Directory, OPERATION));
                }
                let (from_key, to_key) = (self.keys.of(from, OPERATION)?, self.keys.of(to, OPERATION)?);
                let (Some(from_key), Some(to_key)) = (from_key.plain(), to_key.plain()) else {
                    return Err(is_a(Kind::Directory, OPERATION));
                };
                self.client.tell_one(call, &[b"RENAME", from_key, to_key], OPERATION).await?;
            }
        }
        self.keep_parent(from);
        Ok(())
    }

    /// Moves all keys of a directory, in one transaction.
    async fn rename_directory(
        &self,
        call: &Call,
        from: &Path,
        to: &Path,
        target: Option<Entry>,
    ) -> Result<()> {
        const OPERATION: &str = "rename";
        if to.starts_with(from) {
            return Err(Error::new(ErrorKind::InvalidArgument, OPERATION));
        }
        if let Some(target) = target {
            if !target.is_directory() {
                return Err(is_a(Kind::File, OPERATION));
            }
            if self.has_entries(call, to).await? {
                return Err(Error::new(ErrorKind::NotEmpty, OPERATION));
            }
        }
        let (below, to_below) = (
            self.keys.below(&self.keys.of(from, OPERATION)?),
            self.keys.below(&self.keys.of(to, OPERATION)?),
        );
        let mut search = Search::new(&below);
        let mut keys = std::collections::BTreeSet::new();
        while let Some(found) = search.next(self, call, OPERATION).await? {
            keys.extend(found.into_iter().filter(|key| key.len() > below.len()));
        }
        let mut commands = Commands::default();
        commands.push(&[b"MULTI"]);
        for key in &keys {
            commands.push(&[b"RENAME", key, &[&to_below[..], &key[below.len()..]].concat()]);
        }
        commands.push(&[b"EXEC"]);
        let answers = self.client.tell(call, &commands, OPERATION).await?;
        let done = answers.last().ok_or_else(|| unexpected(OPERATION))?;
        for answer in answers.iter().chain(done.list().into_iter().flatten()) {
            if let Value::Error(words) = answer {
                return Err(refusal(words, OPERATION));
            }
        }
        self.emptied.moved(from, to);
        Ok(())
    }

    /// Copies a key, whatever it holds, with the time it has left.
    pub(super) async fn copy(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        const OPERATION: &str = "copy";
        let (source, target) = (self.keys.of(from, OPERATION)?, self.keys.of(to, OPERATION)?);
        let (Key::Plain(from_key), Key::Plain(to_key)) = (&source, &target) else {
            return Err(is_a(Kind::Directory, OPERATION));
        };
        let is_taken = self.look(call, to_key, None, OPERATION).await?.is_some();
        if !is_taken && self.is_directory(call, to, &target, OPERATION).await? {
            return Err(is_a(Kind::Directory, OPERATION));
        }
        let copied = self.client.tell_one(call, &[b"COPY", from_key, to_key, b"REPLACE"], OPERATION).await?;
        match copied.number() {
            Some(1) => Ok(()),
            _ => match self.is_directory(call, from, &source, OPERATION).await? {
                true => Err(is_a(Kind::Directory, OPERATION)),
                false => Err(self.absent(call, from, OPERATION).await),
            },
        }
    }
}
