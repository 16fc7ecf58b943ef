//! Making, removing and changing entries.

use super::lookup::{Change, Last, Lookup};
use super::{Follow, View};
use crate::entry::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::resource::Attributes;

impl View {
    /// Makes a directory with `mode` less the umask.
    pub async fn create_dir(&self, path: &[u8], mode: u32) -> Result<()> {
        let mut lookup = Lookup::start(self, path, Follow::No, "create_dir").await?;
        if lookup.last != Last::Name {
            lookup.entry().await?;
            return lookup.fail(ErrorKind::AlreadyExists);
        }
        // A trailing slash says what will be there, not that a link at the end is to be followed.
        lookup.wants_directory = false;
        let mode = self.masked(mode);
        loop {
            if lookup.is_pinned() {
                return lookup.fail(ErrorKind::AlreadyExists);
            }
            lookup.require_writable(Change::Create).await?;
            match lookup.mount.resource.create_dir(self.call(), &lookup.inner, mode).await {
                Ok(()) => return Ok(()),
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) if lookup.makes_parents(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }

    /// Removes a file or a link: POSIX `unlink`. A directory, a mount point too, is `IsADirectory`.
    pub async fn remove_file(&self, path: &[u8]) -> Result<()> {
        let mut lookup = Lookup::start(self, path, Follow::No, "remove").await?;
        if lookup.last != Last::Name {
            lookup.entry().await?;
            return lookup.fail(ErrorKind::IsADirectory);
        }
        if std::mem::take(&mut lookup.wants_directory) {
            let kind = match lookup.entry().await?.is_directory() {
                true => ErrorKind::IsADirectory,
                false => ErrorKind::NotADirectory,
            };
            return lookup.fail(kind);
        }
        loop {
            if lookup.is_pinned() {
                return lookup.fail(ErrorKind::IsADirectory);
            }
            lookup.require_writable(Change::Existing).await?;
            match lookup.mount.resource.remove(self.call(), &lookup.inner, Kind::File).await {
                Ok(()) => return Ok(()),
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }

    /// Removes an empty directory: POSIX `rmdir`. The root and mount points are `Busy`, `.` is `InvalidArgument`.
    pub async fn remove_dir(&self, path: &[u8]) -> Result<()> {
        let mut lookup = Lookup::start(self, path, Follow::No, "remove").await?;
        let last = lookup.last;
        if last != Last::Name {
            lookup.entry().await?;
        }
        match last {
            Last::Name => lookup.wants_directory = false,
            Last::Root => return lookup.fail(ErrorKind::Busy),
            Last::Dot => return lookup.fail(ErrorKind::InvalidArgument),
            Last::DotDot => return lookup.fail(ErrorKind::NotEmpty),
        }
        loop {
            if lookup.is_mount() {
                return lookup.fail(ErrorKind::Busy);
            }
            if lookup.is_pinned() {
                return lookup.fail(ErrorKind::NotEmpty);
            }
            lookup.require_writable(Change::Existing).await?;
            match lookup.mount.resource.remove(self.call(), &lookup.inner, Kind::Directory).await {
                Ok(()) => return Ok(()),
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }

    /// Makes a symbolic link with this target, any bytes. An empty target is `NotFound`.
    pub async fn symlink(&self, target: &[u8], path: &[u8]) -> Result<()> {
        if target.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "symlink"));
        }
        let mut lookup = Lookup::start(self, path, Follow::No, "symlink").await?;
        lookup.require_new_name().await?;
        loop {
            if lookup.is_pinned() {
                return lookup.fail(ErrorKind::AlreadyExists);
            }
            lookup.require_writable(Change::Create).await?;
            match lookup.mount.resource.symlink(self.call(), target, &lookup.inner).await {
                Ok(()) => return Ok(()),
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) if lookup.makes_parents(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        }
    }

    /// Changes mode, owner or times.
    pub async fn set_attributes(&self, path: &[u8], attributes: &Attributes, follow: Follow) -> Result<()> {
        let (mut lookup, _) = self.find(path, follow, "set_attributes").await?;
        lookup.require_writable(Change::Existing).await?;
        let answer = lookup.mount.resource.set_attributes(self.call(), &lookup.inner, attributes).await;
        answer.map_err(|error| lookup.explain(error))
    }
}

impl Lookup<'_> {
    /// Fails unless the path can name something new that is not a directory: a trailing slash is `NotFound` when nothing
    /// is there, everything that is there `AlreadyExists`.
    pub async fn require_new_name(&mut self) -> Result<()> {
        if self.last == Last::Name && !self.wants_directory {
            return Ok(());
        }
        if self.last == Last::Name {
            self.wants_directory = false;
        }
        self.entry().await?;
        self.fail(ErrorKind::AlreadyExists)
    }
}
