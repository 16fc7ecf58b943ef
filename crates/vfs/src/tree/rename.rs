//! Operations on two paths: rename, copy, link.

use std::sync::Arc;

use super::complete::read_only;
use super::lookup::{Last, Lookup};
use super::{Follow, Mode, View};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::Attributes;

impl View {
    /// POSIX `rename`: replaces a file by a file, an empty directory by a directory. Between two mounts, and where the
    /// service can not move, `CrossDevice`: the caller copies and removes.
    pub async fn rename(&self, from: &[u8], to: &[u8]) -> Result<()> {
        let mut pair = Pair::start(self, from, to, "rename").await?;
        if pair.from.last != Last::Name || pair.to.last != Last::Name {
            pair.resolve_parents().await?;
            return pair.from.fail(ErrorKind::Busy);
        }
        let wants_directory = pair.from.wants_directory | pair.to.wants_directory;
        (pair.from.wants_directory, pair.to.wants_directory) = (false, false);
        if wants_directory {
            pair.resolve_parents().await?;
        }
        loop {
            pair.require_one_mount().await?;
            if pair.from.is_pinned() || pair.to.is_pinned() {
                return pair.from.fail(ErrorKind::Busy);
            }
            pair.require_writable()?;
            if wants_directory && !pair.from.entry().await?.is_directory() {
                return pair.from.fail(ErrorKind::NotADirectory);
            }
            let resource = &pair.from.mount.resource;
            match resource.rename(self.call(), &pair.from.inner, &pair.to.inner).await {
                Ok(()) => return Ok(()),
                Err(error) if pair.crosses(&error).await? => {}
                Err(error) if error.is(ErrorKind::Unsupported) => {
                    return Err(pair
                        .from
                        .explain(Error::new(ErrorKind::CrossDevice, "rename").source(error)));
                }
                Err(error) if pair.to.makes_parents(&error).await? => {}
                Err(error) => return Err(pair.from.explain(error)),
            }
        }
    }

    /// Copies a file's content inside one service, without the bytes passing through here; `Unsupported` or
    /// `CrossDevice` when that is not possible, and the caller reads and writes instead. An existing file keeps its
    /// permission bits, a new one gets those of the source less the umask.
    pub async fn copy_file(&self, from: &[u8], to: &[u8]) -> Result<()> {
        let (source, entry) = self.find(from, Follow::Yes, "copy").await?;
        let mut target = Lookup::start(self, to, Follow::Yes, "copy").await?;
        if entry.is_directory() {
            return source.fail(ErrorKind::IsADirectory);
        }
        let is_new = match target.entry().await {
            Ok(entry) if entry.is_directory() => return target.fail(ErrorKind::IsADirectory),
            Ok(_) => false,
            Err(error) if error.is(ErrorKind::NotFound) => true,
            Err(error) => return Err(error),
        };
        if !Arc::ptr_eq(&source.mount, &target.mount) {
            return source.fail(ErrorKind::CrossDevice);
        }
        if target.mount.mode == Mode::Read {
            return Err(target.explain(read_only("copy", &target.mount)));
        }
        let resource = &source.mount.resource;
        resource
            .copy(self.call(), &source.inner, &target.inner)
            .await
            .map_err(|error| target.explain(error))?;
        if is_new && resource.info().capabilities.set_attributes {
            let mode = entry.mode.map(|mode| self.masked(mode & 0o777));
            let attributes = Attributes { mode, ..Attributes::default() };
            let answer = resource.set_attributes(self.call(), &target.inner, &attributes).await;
            return answer.map_err(|error| target.explain(error));
        }
        Ok(())
    }

    /// Makes `new` another name of the file `existing`, of a link itself when it is one.
    pub async fn link(&self, existing: &[u8], new: &[u8]) -> Result<()> {
        let mut pair = Pair::start(self, existing, new, "link").await?;
        if pair.from.wants_directory || pair.to.wants_directory || pair.to.is_pinned() {
            pair.from.entry().await?;
        }
        pair.to.require_new_name().await?;
        loop {
            if pair.to.is_pinned() {
                return pair.to.fail(ErrorKind::AlreadyExists);
            }
            pair.require_one_mount().await?;
            if pair.from.is_pinned() {
                return pair.from.fail(ErrorKind::NotPermitted);
            }
            pair.require_writable()?;
            let resource = &pair.from.mount.resource;
            match resource.link(self.call(), &pair.from.inner, &pair.to.inner).await {
                Ok(()) => return Ok(()),
                Err(error) if pair.crosses(&error).await? => {}
                Err(error) if pair.to.makes_parents(&error).await? => {}
                Err(error) => return Err(pair.to.explain(error)),
            }
        }
    }
}

/// Two paths of one operation.
struct Pair<'v> {
    from: Lookup<'v>,
    to: Lookup<'v>,
    /// Whether all of the first path is resolved before the second is looked at: in `link`, not in `rename`.
    from_must_exist: bool,
    is_resolved: bool,
}

impl<'v> Pair<'v> {
    async fn start(view: &'v View, from: &[u8], to: &[u8], operation: &'static str) -> Result<Pair<'v>> {
        let from_must_exist = operation == "link";
        let mut from = Lookup::start(view, from, Follow::No, operation).await?;
        match Lookup::start(view, to, Follow::No, operation).await {
            Ok(to) => Ok(Pair { from, to, from_must_exist, is_resolved: false }),
            // What is wrong with the first path is told first.
            Err(error) => {
                resolve_first(&mut from, from_must_exist).await?;
                Err(error)
            }
        }
    }

    async fn resolve_parents(&mut self) -> Result<()> {
        self.is_resolved = true;
        resolve_first(&mut self.from, self.from_must_exist).await?;
        self.to.resolve_parent().await
    }

    /// A link in the way of either path: resolves both, once.
    async fn crosses(&mut self, error: &Error) -> Result<bool> {
        if !error.is(ErrorKind::CrossesLink) || self.is_resolved {
            return Ok(false);
        }
        self.resolve_parents().await.map(|()| true)
    }

    /// Fails with `CrossDevice` when the paths lie in different mounts once the links to them are resolved.
    async fn require_one_mount(&mut self) -> Result<()> {
        if Arc::ptr_eq(&self.from.mount, &self.to.mount) {
            return Ok(());
        }
        if !self.is_resolved {
            self.resolve_parents().await?;
        }
        match Arc::ptr_eq(&self.from.mount, &self.to.mount) {
            true => Ok(()),
            false => self.from.fail(ErrorKind::CrossDevice),
        }
    }

    fn require_writable(&self) -> Result<()> {
        match self.to.mount.mode {
            Mode::Read => Err(self.to.explain(read_only("rename", &self.to.mount))),
            _ => Ok(()),
        }
    }
}

async fn resolve_first(from: &mut Lookup<'_>, must_exist: bool) -> Result<()> {
    match must_exist {
        true => from.entry().await.map(|_| ()),
        false => from.resolve_parent().await,
    }
}
