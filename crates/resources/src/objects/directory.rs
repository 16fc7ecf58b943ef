//! Directories, of which an object store knows nothing.

use futures_util::future::try_join_all;
use mirage_vfs::{Call, Error, ErrorKind, Path, Result};
use opendal::raw::{OpDelete, OpList, OpWrite, ServiceDyn, oio};
use opendal::{Buffer, options};

use super::Objects;
use super::error::error;
use super::key::Key;

impl Objects {
    /// Whether `path`, which is `key`, is a directory.
    pub(super) async fn is_directory(
        &self,
        call: &Call,
        path: &Path,
        key: &Key,
        operation: &'static str,
    ) -> Result<bool> {
        let is_there = !self.some_below(call, key, 1, operation).await?.is_empty();
        Ok(is_there || self.emptied.contains(path))
    }

    /// Up to `count` keys in directory `key`, its own marker among them.
    async fn some_below(
        &self,
        call: &Call,
        key: &Key,
        count: usize,
        operation: &'static str,
    ) -> Result<Vec<String>> {
        let options =
            options::ListOptions { limit: Some(count), recursive: true, ..options::ListOptions::default() };
        let below = self.keys.below(key);
        let listed = self.service.list_dyn(&self.context(call), &below, OpList::from(options));
        let mut listed = listed.map_err(|failed| error(failed, operation))?;
        let mut keys = Vec::with_capacity(count);
        while keys.len() < count {
            match oio::List::next(&mut listed).await.map_err(|failed| error(failed, operation))? {
                Some(entry) => keys.push(entry.path().to_owned()),
                None => break,
            }
        }
        Ok(keys)
    }

    /// Why nothing is found at `path`: it is missing, or a file is where a directory should be.
    pub(super) async fn absent(&self, call: &Call, path: &Path, operation: &'static str) -> Error {
        let mut above = Vec::new();
        let mut next = path.parent();
        while let Some(directory) = next.filter(|directory| !directory.is_root()) {
            next = directory.parent();
            above.push(directory);
        }
        let heads = above.iter().map(|directory| async {
            match self.keys.of(directory, operation)?.file() {
                Some(key) => self.head(call, key, Default::default(), operation).await,
                None => Ok(None),
            }
        });
        match try_join_all(heads).await {
            Ok(found) if found.iter().any(Option::is_some) => Error::new(ErrorKind::NotADirectory, operation),
            Ok(_) => Error::new(ErrorKind::NotFound, operation),
            Err(error) => error,
        }
    }

    /// Makes the directory by an empty object whose key ends with a slash, as the services' own consoles do.
    pub(super) async fn make_directory(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "create_dir";
        let key = self.keys.of(path, OPERATION)?;
        if self.find(call, path, OPERATION).await?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, OPERATION));
        }
        if let Some(parent) = path.parent() {
            match self.find(call, &parent, OPERATION).await? {
                Some(entry) if entry.is_directory() => {}
                Some(_) => return Err(Error::new(ErrorKind::NotADirectory, OPERATION)),
                None => return Err(self.absent(call, &parent, OPERATION).await),
            }
        }
        let written = self.service.write_dyn(&self.context(call), &self.keys.below(&key), OpWrite::new());
        let mut marker = written.map_err(|failed| error(failed, OPERATION))?;
        let made = async {
            oio::Write::write(&mut marker, Buffer::new()).await?;
            oio::Write::close(&mut marker).await
        };
        made.await.map(|_| ()).map_err(|failed| error(failed, OPERATION))
    }

    pub(super) async fn remove_file(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "remove";
        let key = self.keys.of(path, OPERATION)?;
        let found = match key.file() {
            Some(file) => self.head(call, file, Default::default(), OPERATION).await?,
            None => None,
        };
        if let (Some(file), Some(_)) = (key.file(), found) {
            self.delete(call, file).await?;
            self.keep_parent(path);
            return Ok(());
        }
        match key == Key::Root || self.is_directory(call, path, &key, OPERATION).await? {
            true => Err(Error::new(ErrorKind::IsADirectory, OPERATION)),
            false => Err(self.absent(call, path, OPERATION).await),
        }
    }

    pub(super) async fn remove_directory(&self, call: &Call, path: &Path) -> Result<()> {
        const OPERATION: &str = "remove";
        let key = self.keys.of(path, OPERATION)?;
        let marker = self.keys.below(&key);
        let below = self.some_below(call, &key, 2, OPERATION).await?;
        if below.iter().any(|key| *key != marker) {
            return Err(Error::new(ErrorKind::NotEmpty, OPERATION));
        }
        if below.is_empty() {
            if self.emptied.remove(path) {
                self.keep_parent(path);
                return Ok(());
            }
            let file = match key.file() {
                Some(file) => self.head(call, file, Default::default(), OPERATION).await?,
                None => None,
            };
            return match file {
                Some(_) => Err(Error::new(ErrorKind::NotADirectory, OPERATION)),
                None => Err(self.absent(call, path, OPERATION).await),
            };
        }
        self.delete(call, &marker).await?;
        self.emptied.remove(path);
        self.keep_parent(path);
        Ok(())
    }

    /// The directory above stays, though nothing may be left in it.
    fn keep_parent(&self, path: &Path) {
        if let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
            self.emptied.insert(parent);
        }
    }

    async fn delete(&self, call: &Call, key: &str) -> Result<()> {
        let deleted = async {
            let mut deleter = self.service.delete_dyn(&self.context(call))?;
            oio::Delete::delete(&mut deleter, key, OpDelete::new()).await?;
            oio::Delete::close(&mut deleter).await
        };
        deleted.await.map_err(|failed| error(failed, "remove"))
    }
}
