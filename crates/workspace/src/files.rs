//! The tree's files for the program around a workspace, beside the lines.

use bytes::{Bytes, BytesMut};
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Call, Cancellation, Entry, ErrorKind, OpenOptions, Path, Result, Want};

use crate::workspace::Workspace;

/// The most one read asks for.
const CHUNK: usize = 256 * 1024;

/// Paths are those of the tree, relative ones from `/`; symbolic links are followed. The modes of mounts hold here as for
/// lines.
impl Workspace {
    /// The content of the file at `path`, all of it in memory.
    pub async fn read(&self, path: impl AsRef<[u8]>) -> Result<Bytes> {
        let view = self.view();
        let file = view.open(path.as_ref(), &OpenOptions::reading()).await?;
        let mut content = BytesMut::new();
        loop {
            let chunk = file.read_at(view.call(), content.len() as u64, CHUNK).await?;
            if chunk.is_empty() {
                file.close(view.call()).await?;
                return Ok(content.freeze());
            }
            content.extend_from_slice(&chunk);
        }
    }

    /// Makes `content` the whole of the file at `path`, which is made if it is missing; its directory must be there.
    pub async fn write(&self, path: impl AsRef<[u8]>, content: impl Into<Bytes>) -> Result<()> {
        let view = self.view();
        let file = view.open(path.as_ref(), &OpenOptions::truncating()).await?;
        let content = content.into();
        if !content.is_empty() {
            file.write_at(view.call(), 0, content).await?;
        }
        file.close(view.call()).await
    }

    /// The entries of the directory at `path`, complete, in the order of their names.
    pub async fn list(&self, path: impl AsRef<[u8]>) -> Result<Vec<Entry>> {
        let mut entries = self.view().list(path.as_ref(), Want::Metadata).await?.collect().await?;
        entries.sort_unstable_by(|one, two| one.name.cmp(&two.name));
        Ok(entries)
    }

    /// The entry at `path`.
    pub async fn stat(&self, path: impl AsRef<[u8]>) -> Result<Entry> {
        self.view().stat(path.as_ref(), Follow::Yes).await
    }

    /// Whether there is something at `path`.
    pub async fn exists(&self, path: impl AsRef<[u8]>) -> Result<bool> {
        match self.stat(path).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes the directory at `path` and those above it that are missing.
    pub async fn create_dir(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let view = self.view();
        let path = view.absolute(path.as_ref());
        let mut missing = Vec::new();
        let mut next = Some(path);
        while let Some(directory) = next {
            match view.stat(directory.as_bytes(), Follow::Yes).await {
                Ok(entry) if entry.is_directory() => break,
                Ok(_) => {
                    return Err(mirage_vfs::Error::new(ErrorKind::AlreadyExists, "create_dir").at(&directory));
                }
                Err(error) if error.is(ErrorKind::NotFound) => {}
                Err(error) => return Err(error),
            }
            next = directory.parent();
            missing.push(directory);
        }
        for directory in missing.iter().rev() {
            view.create_dir(directory.as_bytes(), 0o777).await?;
        }
        Ok(())
    }

    /// Removes the file, link or empty directory at `path`.
    pub async fn remove(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let view = self.view();
        match view.stat(path.as_ref(), Follow::No).await?.is_directory() {
            true => view.remove_dir(path.as_ref()).await,
            false => view.remove_file(path.as_ref()).await,
        }
    }

    /// Moves what is at `from` to `to`, within one mount.
    pub async fn rename(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<()> {
        self.view().rename(from.as_ref(), to.as_ref()).await
    }

    fn view(&self) -> View {
        let call = Call::new(self.0.host.clone(), Cancellation::default());
        View::new(self.0.tree.clone(), call, Path::root(), 0o022)
    }
}
