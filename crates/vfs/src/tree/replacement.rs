//! Replacing a file as a whole.

use bytes::Bytes;

use super::lookup::{Change, Lookup};
use super::{Follow, View};
use crate::call::Call;
use crate::error::Result;
use crate::path::Path;
use crate::resource::{Precondition, WriteHandle, WriteOptions};

/// A file being replaced as a whole. Dropping it leaves the old content.
pub struct Replacement {
    handle: Box<dyn WriteHandle>,
    call: Call,
    path: Path,
    mount: Path,
}

impl View {
    /// Starts to replace the whole content of an existing or a new file in one step: what `sed -i` and `sort -o` do.
    /// Nothing changes before the commit; permission bits stay. A symbolic link is followed.
    pub async fn replace(&self, path: &[u8]) -> Result<Replacement> {
        let mut lookup = Lookup::start(self, path, Follow::Yes, "replace").await?;
        let options = WriteOptions { precondition: Precondition::None, mode: None };
        loop {
            if lookup.wants_directory || lookup.is_pinned() {
                return Err(lookup.refuse_file(false).await);
            }
            lookup.require_writable(Change::OpenOrCreate).await?;
            match lookup.mount.resource.write(self.call(), &lookup.inner, &options).await {
                Ok(handle) => {
                    let (path, mount) = (lookup.path, lookup.mount.path.clone());
                    return Ok(Replacement { handle, call: self.call().clone(), path, mount });
                }
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) if lookup.makes_parents(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }
}

impl Replacement {
    /// Adds `bytes` to the end of the new content.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let answer = self.handle.write(&self.call, bytes).await;
        answer.map_err(|error| error.at(&self.path).in_mount(&self.mount))
    }

    /// Puts the new content in place, all at once.
    pub async fn commit(self) -> Result<()> {
        match self.handle.commit(&self.call).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.at(&self.path).in_mount(&self.mount)),
        }
    }
}
