//! The operations that change an image. Each changes all or nothing.

use bytes::Bytes;
use imbl::OrdMap;

use super::content::Content;
use super::image::{Caller, Image};
use super::node::{Body, Child, Node};
use crate::entry::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::file::OpenOptions;
use crate::path::Path;
use crate::resource::Attributes;
use crate::tree::Access;

/// The sticky bit: in such a directory only owners remove and rename.
const STICKY: u32 = 0o1000;

/// A node that lost its last name; it is forgotten unless a file is open on it.
pub(super) type Unnamed = Option<u64>;

impl Image {
    /// Finds or makes the file that is to be opened; answers its inode and whether it is new.
    pub fn open(&mut self, caller: &Caller<'_>, path: &Path, options: &OpenOptions) -> Result<u64> {
        let fail = |kind| Err(Error::new(kind, "open"));
        if path.is_root() {
            return fail(ErrorKind::IsADirectory);
        }
        let (directory, name, child) = self.find_parent(caller, path, "open")?;
        let Some(child) = child else {
            if !options.create {
                return fail(ErrorKind::NotFound);
            }
            caller.require(self.node(directory)?, Access::Write, "open")?;
            let inode = self.add_node(Body::File(Content::default()), options.mode, caller);
            self.set_child(directory, name, Some(Child { inode, kind: Kind::File }), caller.now)?;
            return Ok(inode);
        };
        match child.kind {
            _ if options.create && options.exclusive => return fail(ErrorKind::AlreadyExists),
            Kind::Directory => return fail(ErrorKind::IsADirectory),
            Kind::Symlink => return fail(ErrorKind::CrossesLink),
            Kind::File | Kind::Special(_) => {}
        }
        let node = self.node(child.inode)?;
        if options.read {
            caller.require(node, Access::Read, "open")?;
        }
        if options.write || options.append || options.truncate {
            caller.require(node, Access::Write, "open")?;
        }
        if options.truncate {
            self.change_content(child.inode, caller.now, |content| content.truncate(0))?;
        }
        Ok(child.inode)
    }

    /// Makes a directory or a link.
    pub fn create(&mut self, caller: &Caller<'_>, path: &Path, body: Body, mode: u32) -> Result<u64> {
        let operation = if matches!(body, Body::Symlink(_)) { "symlink" } else { "create_dir" };
        let (directory, name, child) = self.find_parent(caller, path, operation)?;
        if child.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, operation));
        }
        caller.require(self.node(directory)?, Access::Write, operation)?;
        let inode = self.add_node(body, mode, caller);
        let kind = self.node(inode)?.kind();
        self.set_child(directory, name, Some(Child { inode, kind }), caller.now)?;
        Ok(inode)
    }

    /// Removes a name.
    pub fn remove(&mut self, caller: &Caller<'_>, path: &Path, kind: Kind) -> Result<Unnamed> {
        let fail = |kind| Err(Error::new(kind, "remove"));
        if path.is_root() {
            return fail(if kind == Kind::Directory { ErrorKind::Busy } else { ErrorKind::IsADirectory });
        }
        let (directory, name, child) = self.find_parent(caller, path, "remove")?;
        let Some(child) = child else { return fail(ErrorKind::NotFound) };
        self.require_removable(caller, directory, child, "remove")?;
        match (kind == Kind::Directory, child.kind == Kind::Directory) {
            (true, false) => return fail(ErrorKind::NotADirectory),
            (false, true) => return fail(ErrorKind::IsADirectory),
            (true, true) if !self.directory(child.inode, "remove")?.is_empty() => {
                return fail(ErrorKind::NotEmpty);
            }
            _ => {}
        }
        self.set_child(directory, name, None, caller.now)?;
        self.drop_name(caller, child)
    }

    /// Moves a name, onto what may be replaced.
    pub fn rename(&mut self, caller: &Caller<'_>, from: &Path, to: &Path) -> Result<Unnamed> {
        let fail = |kind| Err(Error::new(kind, "rename"));
        if from.is_root() || to.is_root() {
            return fail(ErrorKind::Busy);
        }
        let (from_directory, from_name, source) = self.find_parent(caller, from, "rename")?;
        let (to_directory, to_name, target) = self.find_parent(caller, to, "rename")?;
        let Some(source) = source else { return fail(ErrorKind::NotFound) };
        if to != from && to.starts_with(from) {
            return fail(ErrorKind::InvalidArgument);
        }
        if to != from && from.starts_with(to) {
            return fail(ErrorKind::NotEmpty);
        }
        if target.is_some_and(|target| target.inode == source.inode) {
            return Ok(None);
        }
        self.require_removable(caller, from_directory, source, "rename")?;
        match target {
            Some(target) => {
                self.require_removable(caller, to_directory, target, "rename")?;
                match (source.kind == Kind::Directory, target.kind == Kind::Directory) {
                    (true, false) => return fail(ErrorKind::NotADirectory),
                    (false, true) => return fail(ErrorKind::IsADirectory),
                    (true, true) if !self.directory(target.inode, "rename")?.is_empty() => {
                        return fail(ErrorKind::NotEmpty);
                    }
                    _ => {}
                }
            }
            None => caller.require(self.node(to_directory)?, Access::Write, "rename")?,
        }
        if source.kind == Kind::Directory && from_directory != to_directory {
            // Its `..` changes.
            caller.require(self.node(source.inode)?, Access::Write, "rename")?;
        }
        self.set_child(from_directory, from_name, None, caller.now)?;
        let replaced = self.set_child(to_directory, to_name, Some(source), caller.now)?;
        self.node_mut(source.inode)?.changed = caller.now;
        match replaced {
            Some(replaced) => self.drop_name(caller, replaced),
            None => Ok(None),
        }
    }

    /// Gives a file or link another name.
    pub fn link(&mut self, caller: &Caller<'_>, existing: &Path, new: &Path) -> Result<()> {
        let inode = self.find(caller, existing, "link")?;
        let (directory, name, child) = self.find_parent(caller, new, "link")?;
        if child.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "link"));
        }
        caller.require(self.node(directory)?, Access::Write, "link")?;
        let kind = self.node(inode)?.kind();
        if kind == Kind::Directory {
            return Err(Error::new(ErrorKind::NotPermitted, "link"));
        }
        self.set_child(directory, name, Some(Child { inode, kind }), caller.now)?;
        let node = self.node_mut(inode)?;
        node.links += 1;
        node.changed = caller.now;
        Ok(())
    }

    /// Gives `to` the content of file `from`, shared until one of them changes.
    pub fn copy(&mut self, caller: &Caller<'_>, from: &Path, to: &Path) -> Result<()> {
        let reading = OpenOptions::reading();
        let source = self.open(caller, from, &reading)?;
        let mode = self.node(source)?.mode & 0o777;
        let writing = OpenOptions { truncate: false, mode, ..OpenOptions::truncating() };
        let target = self.open(caller, to, &writing)?;
        let Body::File(content) = self.node(source)?.body.clone() else {
            return Err(Error::new(ErrorKind::InvalidArgument, "copy"));
        };
        self.change_content(target, caller.now, |old| *old = content).map(|_| ())
    }

    /// Puts `content` at `path` under a new inode; what was there keeps its other names and open files.
    pub fn replace(
        &mut self,
        caller: &Caller<'_>,
        path: &Path,
        content: Content,
        mode: Option<u32>,
    ) -> Result<(u64, Unnamed)> {
        let (directory, name, child) = self.find_replaced(caller, path)?;
        let old = child.map(|child| self.node(child.inode).cloned()).transpose()?;
        let freed = old.as_ref().filter(|old| old.links == 1).map_or(0, |old| old.stored());
        let total = self.stored - freed + content.stored();
        if self.limit.is_some_and(|limit| total > limit) {
            return Err(Error::new(ErrorKind::NoSpace, "write"));
        }
        let mode = mode.or(old.as_ref().map(|old| old.mode)).unwrap_or(0o644);
        self.stored += content.stored();
        let inode = self.add_node(Body::File(content), mode, caller);
        if let Some(old) = &old {
            self.node_mut(inode)?.owner = old.owner;
        }
        self.set_child(directory, name, Some(Child { inode, kind: Kind::File }), caller.now)?;
        let unnamed = child.map(|child| self.drop_name(caller, child)).transpose()?.flatten();
        Ok((inode, unnamed))
    }

    /// The place of a file that is to be replaced as a whole.
    pub fn find_replaced(
        &self,
        caller: &Caller<'_>,
        path: &Path,
    ) -> Result<(u64, crate::path::Name, Option<Child>)> {
        if path.is_root() {
            return Err(Error::new(ErrorKind::IsADirectory, "write"));
        }
        let (directory, name, child) = self.find_parent(caller, path, "write")?;
        match child.map(|child| child.kind) {
            Some(Kind::Directory) => return Err(Error::new(ErrorKind::IsADirectory, "write")),
            Some(Kind::Symlink) => return Err(Error::new(ErrorKind::CrossesLink, "write")),
            _ => {}
        }
        match child {
            Some(child) => self.require_removable(caller, directory, child, "write")?,
            None => caller.require(self.node(directory)?, Access::Write, "write")?,
        }
        Ok((directory, name, child))
    }

    /// Changes metadata, as far as the caller may.
    pub fn set_attributes(&mut self, caller: &Caller<'_>, inode: u64, change: &Attributes) -> Result<()> {
        let denied = Err(Error::new(ErrorKind::NotPermitted, "set_attributes"));
        let node = self.node(inode)?;
        if change.mode.is_some() && matches!(node.body, Body::Symlink(_)) {
            return Err(Error::unsupported("set_attributes"));
        }
        if change.mode.is_some() && !caller.owns(node) {
            return denied;
        }
        if let Some(owner) = change.owner {
            let own_group = owner.group == node.owner.group || owner.group == caller.facts.uid;
            let keeps_user = owner.user == node.owner.user && own_group;
            if caller.facts.uid != 0 && !(caller.owns(node) && keeps_user) {
                return denied;
            }
        }
        if (change.modified.is_some() || change.accessed.is_some()) && !caller.owns(node) {
            caller.require(node, Access::Write, "set_attributes")?;
        }
        let node = self.node_mut(inode)?;
        node.mode = change.mode.map_or(node.mode, |mode| mode & 0o7777);
        node.owner = change.owner.unwrap_or(node.owner);
        node.modified = change.modified.unwrap_or(node.modified);
        node.accessed = change.accessed.unwrap_or(node.accessed);
        node.changed = caller.now;
        Ok(())
    }

    /// Whether `child` may be taken out of `directory`.
    fn require_removable(
        &self,
        caller: &Caller<'_>,
        directory: u64,
        child: Child,
        operation: &'static str,
    ) -> Result<()> {
        let directory = self.node(directory)?;
        caller.require(directory, Access::Write, operation)?;
        let sticky = directory.mode & STICKY != 0;
        match sticky && !caller.owns(directory) && !caller.owns(self.node(child.inode)?) {
            true => Err(Error::new(ErrorKind::NotPermitted, operation)),
            false => Ok(()),
        }
    }

    /// One name less; answers the inode when it was the last.
    fn drop_name(&mut self, caller: &Caller<'_>, child: Child) -> Result<Unnamed> {
        let node: &mut Node = self.node_mut(child.inode)?;
        node.links = if child.kind == Kind::Directory { 0 } else { node.links - 1 };
        node.changed = caller.now;
        Ok((node.links == 0).then_some(child.inode))
    }
}

/// The body of a new directory.
pub(super) fn empty_directory() -> Body {
    Body::Directory(OrdMap::new())
}

/// The body of a new link.
pub(super) fn link_to(target: &[u8]) -> Body {
    Body::Symlink(Bytes::copy_from_slice(target))
}
