//! From a path as it is typed to a place in a mount.

use std::sync::Arc;

use bytes::Bytes;

use super::access::{Access, permits};
use super::complete::{complete, read_only, synthesised};
use super::mount::{Mode, Mount, Table};
use super::view::View;
use crate::entry::{Entry, Kind};
use crate::error::{Error, ErrorKind, Result};
use crate::path::Path;

/// How many links one lookup follows: Linux's number.
const LINK_LIMIT: u32 = 40;

/// What happens to a symbolic link at the end of a path. Links in the middle are always followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// The link stands for what it names; a trailing slash asks for that too.
    Yes,
    /// The link itself is meant.
    No,
}

/// What the last component of a typed path is: operations that make, move or remove a name want one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Name,
    Dot,
    DotDot,
    /// The path is `/`, perhaps with more slashes.
    Root,
}

/// What an operation on a path in a read-only mount would have done: decides which error comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Change what is there.
    Existing,
    /// Open what is there, or make it.
    OpenOrCreate,
    /// Make what must not be there.
    Create,
}

/// A path on its way to the place it means. It starts as the text says and moves on with every link that turns up.
pub(super) struct Lookup<'v> {
    view: &'v View,
    operation: &'static str,
    table: Arc<Table>,
    follow: Follow,
    links: u32,
    made_parents: bool,
    /// How the path ends: the typed one, or the target of a link that was followed at its end.
    pub last: Last,
    /// Whether the path asks for a directory: by a trailing slash, `.` or `..`.
    pub wants_directory: bool,
    /// Whether the path goes on into the directory it means, by `.` at its end: that takes the right to search it.
    enters: bool,
    /// Where it leads as far as is known, from the tree's root.
    pub path: Path,
    /// The mount that holds `path`.
    pub mount: Arc<Mount>,
    /// `path` inside the mount's resource.
    pub inner: Path,
}

impl<'v> Lookup<'v> {
    /// Starts at what `typed` says. No resource is asked unless the path goes up through `..`.
    pub async fn start(
        view: &'v View,
        typed: &[u8],
        follow: Follow,
        operation: &'static str,
    ) -> Result<Lookup<'v>> {
        if typed.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, operation));
        }
        if memchr::memchr(0, typed).is_some() {
            return Err(Error::new(ErrorKind::InvalidArgument, operation));
        }
        let table = view.tree().table();
        let (last, slash) = ending(typed);
        let path = if has_dot_dot(typed) { Path::root() } else { view.absolute(typed) };
        let mount = table.mount_of(&path).clone();
        let inner = inside(&mount, &path);
        let wants_directory = slash || last != Last::Name;
        let mut lookup = Lookup {
            view,
            operation,
            table,
            follow,
            links: 0,
            made_parents: false,
            last,
            wants_directory,
            enters: last == Last::Dot,
            path,
            mount,
            inner,
        };
        if has_dot_dot(typed) {
            lookup.walk(view.directory().clone(), false, typed).await?;
        }
        Ok(lookup)
    }

    /// `error` as it happened here. Its hint is kept with the line, since commands print the error alone.
    pub fn explain(&self, error: Error) -> Error {
        if let Some(hint) = error.hint_text() {
            self.view.call().hint(hint);
        }
        error.at(&self.path).in_mount(&self.mount.path)
    }

    /// An error of `kind` here.
    pub fn error(&self, kind: ErrorKind) -> Error {
        self.explain(Error::new(kind, self.operation))
    }

    /// Fails with an error of `kind` here.
    pub fn fail<T>(&self, kind: ErrorKind) -> Result<T> {
        Err(self.error(kind))
    }

    /// Whether a mount lies here or below: the name can not be removed, moved or replaced.
    pub fn is_pinned(&self) -> bool {
        self.table.is_pinned(&self.path)
    }

    /// Whether a mount is exactly here.
    pub fn is_mount(&self) -> bool {
        self.path.is_root() || self.table.is_mount(&self.path)
    }

    /// The mounts as they were when the lookup started.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Moves on when `error` says that a link is in the way; the caller then asks again. Anything else is not for here.
    pub async fn crosses(&mut self, error: &Error) -> Result<bool> {
        match error.kind() {
            ErrorKind::CrossesLink => self.cross().await.map(|()| true),
            _ => Ok(false),
        }
    }

    /// The entry here, complete, after the links that lead to it.
    pub async fn entry(&mut self) -> Result<Entry> {
        loop {
            match self.stat().await {
                Ok(entry) if entry.is_symlink() && self.follows_last() => {
                    self.follow_last(entry.target).await?
                }
                Ok(entry) if self.wants_directory && !entry.is_directory() => {
                    return self.fail(ErrorKind::NotADirectory);
                }
                Ok(mut entry) => {
                    if self.enters {
                        self.require_search(&entry)?;
                    }
                    entry.name = self.path.name().unwrap_or_default();
                    complete(&mut entry, &self.mount, self.view.facts(), &self.inner);
                    return Ok(entry);
                }
                Err(error) if self.crosses(&error).await? => {}
                Err(error) => return Err(self.explain(error)),
            }
        }
    }

    /// Fails unless this place may be changed: asked before every operation that writes, since a link may have led from a
    /// writable mount into a read-only one or out of it.
    pub async fn require_writable(&mut self, change: Change) -> Result<()> {
        if self.mount.mode != Mode::Read {
            return Ok(());
        }
        let found = self.entry().await;
        if self.mount.mode != Mode::Read {
            return Ok(());
        }
        match found {
            Ok(_) if change == Change::Create => self.fail(ErrorKind::AlreadyExists),
            // Devices are written though the file system that names them is not.
            Ok(entry) if matches!(entry.kind, Kind::Special(_)) => Ok(()),
            Ok(_) => Err(self.explain(read_only(self.operation, &self.mount))),
            Err(error) if error.is(ErrorKind::NotFound) && change != Change::Existing => {
                self.require_parent().await?;
                Err(self.explain(read_only(self.operation, &self.mount)))
            }
            Err(error) => Err(error),
        }
    }

    /// Fails unless the directory above exists.
    pub async fn require_parent(&mut self) -> Result<()> {
        let Some(parent) = self.path.parent() else { return Ok(()) };
        let (here, end) = (self.path.clone(), self.end());
        let parent = self.real_directory(parent).await;
        self.go_to(here);
        self.set_end(end);
        parent.map(|_| ())
    }

    /// When `error` says that the directory above is missing and it exists only because a mount lies below it, makes it
    /// in its own resource; the caller then asks again.
    pub async fn makes_parents(&mut self, error: &Error) -> Result<bool> {
        let Some(parent) = self.inner.parent() else { return Ok(false) };
        let parent_path = self.mount.path.append(&parent);
        if self.made_parents || !error.is(ErrorKind::NotFound) || !self.table.is_above_mount(&parent_path) {
            return Ok(false);
        }
        self.made_parents = true;
        for directory in ancestry(&parent) {
            match self.mount.resource.create_dir(self.view.call(), &directory, 0o755).await {
                Ok(()) => {}
                Err(error) if error.is(ErrorKind::AlreadyExists) => {}
                Err(error) => return Err(self.explain(error)),
            }
        }
        Ok(true)
    }

    /// Before a directory is listed: fails unless a path that ends in `.` may go there. The resource checks the rest.
    pub async fn require_entrance(&mut self) -> Result<()> {
        match self.enters && self.mount.resource.info().capabilities.set_attributes {
            true => self.entry().await.map(|_| ()),
            false => Ok(()),
        }
    }

    /// Fails unless names in this directory may be looked up.
    fn require_search(&self, directory: &Entry) -> Result<()> {
        let (Some(owner), Some(mode)) = (directory.owner, directory.mode) else { return Ok(()) };
        match permits(self.view.facts(), owner, mode, Kind::Directory, Access::Execute) {
            true => Ok(()),
            false => self.fail(ErrorKind::PermissionDenied),
        }
    }

    /// Whether a link at the end stands for what it names.
    fn follows_last(&self) -> bool {
        self.follow == Follow::Yes || self.wants_directory
    }

    /// What the resource says of this place; a directory wherever a mount lies below.
    async fn stat(&self) -> Result<Entry> {
        let answer = self.mount.resource.stat(self.view.call(), &self.inner).await;
        if !self.table.is_above_mount(&self.path) {
            return answer;
        }
        match answer {
            Ok(entry) if entry.is_directory() => Ok(entry),
            Err(error) if !hides_nothing(&error) => Err(error),
            Ok(_) | Err(_) => Ok(synthesised(self.table.as_ref(), &self.path)),
        }
    }

    /// Follows the link at the end of the path.
    async fn follow_last(&mut self, target: Option<Bytes>) -> Result<()> {
        self.count_link()?;
        let target = match target {
            Some(target) => target,
            None => {
                let target = self.mount.resource.read_link(self.view.call(), &self.inner).await;
                target.map_err(|error| self.explain(error))?
            }
        };
        if target.is_empty() {
            return self.fail(ErrorKind::NotFound);
        }
        let (last, slash) = ending(&target);
        self.wants_directory |= slash || last != Last::Name;
        self.enters |= last == Last::Dot;
        self.last = last;
        let parent = self.path.parent().unwrap_or_else(Path::root);
        // A link's target may itself go up through links: the one place where lookups nest.
        Box::pin(self.walk(parent, true, &target)).await
    }

    /// Finds the first link on the way and follows it. Nothing moves when it is gone meanwhile.
    async fn cross(&mut self) -> Result<()> {
        let (whole, mount) = (self.path.clone(), self.mount.clone());
        let mut on_the_way = ancestry(&self.inner);
        if !self.follows_last() {
            on_the_way.pop();
        }
        for inner in on_the_way {
            let path = mount.path.append(&inner);
            if self.table.is_above_mount(&path) {
                continue;
            }
            let entry = mount.resource.stat(self.view.call(), &inner).await;
            let entry = entry.map_err(|error| self.explain(error))?;
            if entry.is_symlink() {
                let rest = whole.strip(&path).unwrap_or_else(Path::root);
                let end = self.end();
                (self.path, self.inner) = (path, inner);
                self.follow_last(entry.target).await?;
                if !rest.is_root() {
                    self.set_end(end);
                    self.go_to(self.path.append(&rest));
                }
                return Ok(());
            }
            if !entry.is_directory() && path != whole {
                return self.fail(ErrorKind::NotADirectory);
            }
        }
        self.count_link()
    }

    /// Goes from `from` as `text` says; `from` is known to be free of links when `is_real`.
    async fn walk(&mut self, from: Path, is_real: bool, text: &[u8]) -> Result<()> {
        let (mut path, mut is_real) = match text.first() {
            Some(b'/') => (Path::root(), true),
            _ => (from, is_real),
        };
        for part in text.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => {
                    if !is_real {
                        let end = self.end();
                        path = self.real_directory(path).await?;
                        self.set_end(end);
                    }
                    path = path.parent().unwrap_or_else(Path::root);
                    is_real = true;
                }
                name => {
                    path = path.join(name);
                    is_real = false;
                }
            }
        }
        self.go_to(path);
        Ok(())
    }

    /// The directory that `path` leads to, free of links.
    async fn real_directory(&mut self, path: Path) -> Result<Path> {
        self.go_to(path);
        loop {
            if self.is_pinned() {
                return Ok(self.path.clone());
            }
            match self.stat().await {
                Ok(entry) if entry.is_symlink() => self.follow_last(entry.target).await?,
                Ok(entry) if entry.is_directory() => {
                    self.require_search(&entry)?;
                    return Ok(self.path.clone());
                }
                Ok(_) => return self.fail(ErrorKind::NotADirectory),
                Err(error) if self.crosses(&error).await? => {}
                Err(error) => return Err(self.explain(error)),
            }
        }
    }

    /// Replaces the path up to its last component by the directory that it leads to, free of links; all of it where it
    /// ends in `.` or `..`.
    pub async fn resolve_parent(&mut self) -> Result<()> {
        if self.last != Last::Name {
            return self.entry().await.map(|_| ());
        }
        let (Some(parent), Some(name)) = (self.path.parent(), self.path.name()) else { return Ok(()) };
        let end = self.end();
        let parent = self.real_directory(parent).await?;
        self.set_end(end);
        self.go_to(parent.join(&name));
        Ok(())
    }

    /// What the end of the path asks for: kept while what is above it is resolved.
    fn end(&self) -> (Last, bool, bool) {
        (self.last, self.wants_directory, self.enters)
    }

    fn set_end(&mut self, end: (Last, bool, bool)) {
        (self.last, self.wants_directory, self.enters) = end;
    }

    fn go_to(&mut self, path: Path) {
        self.mount = self.table.mount_of(&path).clone();
        self.inner = inside(&self.mount, &path);
        self.path = path;
    }

    fn count_link(&mut self) -> Result<()> {
        self.links += 1;
        match self.links > LINK_LIMIT {
            true => self.fail(ErrorKind::TooManyLinks),
            false => Ok(()),
        }
    }
}

impl View {
    /// The entry at `path` and where it is.
    pub(super) async fn find(
        &self,
        path: &[u8],
        follow: Follow,
        operation: &'static str,
    ) -> Result<(Lookup<'_>, Entry)> {
        let mut lookup = Lookup::start(self, path, follow, operation).await?;
        let entry = lookup.entry().await?;
        Ok((lookup, entry))
    }
}

/// How `text` ends, and whether slashes follow that.
fn ending(text: &[u8]) -> (Last, bool) {
    let Some(end) = text.iter().rposition(|&byte| byte != b'/') else { return (Last::Root, true) };
    let start = memchr::memrchr(b'/', &text[..=end]).map_or(0, |slash| slash + 1);
    let last = match &text[start..=end] {
        b"." => Last::Dot,
        b".." => Last::DotDot,
        _ => Last::Name,
    };
    (last, end + 1 < text.len())
}

fn has_dot_dot(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"..").is_some() && text.split(|&byte| byte == b'/').any(|part| part == b"..")
}

/// `path`, which `mount` holds, as its resource calls it.
fn inside(mount: &Mount, path: &Path) -> Path {
    path.strip(&mount.path).unwrap_or_else(Path::root)
}

/// `path` and what is above it but for the root, from the top down.
fn ancestry(path: &Path) -> Vec<Path> {
    let mut ancestry = Vec::new();
    let mut next = Some(path.clone()).filter(|path| !path.is_root());
    while let Some(path) = next {
        next = path.parent().filter(|parent| !parent.is_root());
        ancestry.push(path);
    }
    ancestry.reverse();
    ancestry
}

/// Whether `error` says that there is no directory, so that one synthesised for a mount hides nothing.
fn hides_nothing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::CrossesLink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_tells_what_it_asks_for() {
        for (text, last, slash) in [
            ("/", Last::Root, true),
            ("//", Last::Root, true),
            ("a", Last::Name, false),
            ("a/", Last::Name, true),
            ("a/.", Last::Dot, false),
            (".", Last::Dot, false),
            ("a/..//", Last::DotDot, true),
            ("..a", Last::Name, false),
        ] {
            assert_eq!(ending(text.as_bytes()), (last, slash), "{text}");
        }
    }
}
