//! All nodes as one persistent value, and finding a path in it.

use std::sync::Arc;

use bytes::Bytes;
use foldhash::fast::FixedState;
use imbl::OrdMap;
use imbl::shared_ptr::DefaultSharedPtr;

use super::content::Content;
use super::node::{Body, Child, Node};
use crate::entry::{Entry, Kind, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::host::Facts;
use crate::path::{Name, Path};
use crate::time::Time;
use crate::tree::{Access, permits};

/// The root's inode number: that of disks.
pub(super) const ROOT: u64 = 2;

/// The longest name.
const NAME_LIMIT: usize = 255;

/// Who asks, and when.
pub(super) struct Caller<'a> {
    pub facts: &'a Facts,
    pub now: Time,
}

impl Caller<'_> {
    pub fn owner(&self) -> Owner {
        Owner { user: self.facts.uid, group: self.facts.uid }
    }

    /// Fails with `PermissionDenied` unless the node's permission bits allow this.
    pub fn require(&self, node: &Node, access: Access, operation: &'static str) -> Result<()> {
        match permits(self.facts, node.owner, node.mode, node.kind(), access) {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::PermissionDenied, operation)),
        }
    }

    /// Whether the node may be changed by its owner's right.
    pub fn owns(&self, node: &Node) -> bool {
        self.facts.uid == 0 || self.facts.uid == node.owner.user
    }
}

/// Nodes by inode number: numbers that this module gives out, so that the hash needs no secret.
type Nodes = imbl::GenericHashMap<u64, Arc<Node>, FixedState, DefaultSharedPtr>;

/// Everything a RAM resource holds. A clone costs nothing and shares all that neither side changes.
#[derive(Clone)]
pub(super) struct Image {
    nodes: Nodes,
    pub next_inode: u64,
    pub next_version: u64,
    /// The inodes that may have changed since somebody began to note them.
    pub touched: Option<imbl::OrdSet<u64>>,
    /// Bytes of all files, without holes.
    pub stored: u64,
    /// How many bytes there may be.
    pub limit: Option<u64>,
}

impl Image {
    /// An empty directory.
    pub fn new(limit: Option<u64>, owner: Owner, created: Time) -> Self {
        let root = Node {
            body: Body::Directory(OrdMap::new()),
            mode: 0o755,
            owner,
            links: 2,
            modified: created,
            accessed: created,
            changed: created,
            version: 0,
        };
        let mut nodes = Nodes::default();
        nodes.insert(ROOT, Arc::new(root));
        Image { nodes, next_inode: ROOT + 1, next_version: 1, touched: None, stored: 0, limit }
    }

    /// The node of an inode that is known to be there; `Io` when the image is damaged.
    pub fn node(&self, inode: u64) -> Result<&Arc<Node>> {
        self.nodes.get(&inode).ok_or_else(damaged)
    }

    /// As [`node`](Image::node), to change it.
    pub fn node_mut(&mut self, inode: u64) -> Result<&mut Node> {
        self.touch(inode);
        self.nodes.get_mut(&inode).map(Arc::make_mut).ok_or_else(damaged)
    }

    /// The names in a directory; `NotADirectory`.
    pub fn directory(&self, inode: u64, operation: &'static str) -> Result<&OrdMap<Name, Child>> {
        match &self.node(inode)?.body {
            Body::Directory(names) => Ok(names),
            Body::File(_) => Err(Error::new(ErrorKind::NotADirectory, operation)),
            Body::Symlink(_) => Err(Error::new(ErrorKind::CrossesLink, operation)),
        }
    }

    /// The inode at `path`; a link at its end is the entry itself.
    pub fn find(&self, caller: &Caller<'_>, path: &Path, operation: &'static str) -> Result<u64> {
        let mut inode = ROOT;
        for name in path.components() {
            let child = self.child(caller, inode, name, operation)?;
            inode = child.ok_or_else(|| missing(name, operation))?.inode;
        }
        Ok(inode)
    }

    /// The directory that holds `path` and the last name; `AlreadyExists` for the root.
    pub fn find_parent(
        &self,
        caller: &Caller<'_>,
        path: &Path,
        operation: &'static str,
    ) -> Result<(u64, Name, Option<Child>)> {
        let (Some(parent), Some(name)) = (path.parent(), path.name()) else {
            return Err(Error::new(ErrorKind::AlreadyExists, operation));
        };
        let directory = self.find(caller, &parent, operation)?;
        let child = self.child(caller, directory, &name, operation)?;
        if child.is_none() && name.len() > NAME_LIMIT {
            return Err(missing(&name, operation));
        }
        Ok((directory, name, child))
    }

    fn child(
        &self,
        caller: &Caller<'_>,
        directory: u64,
        name: &[u8],
        operation: &'static str,
    ) -> Result<Option<Child>> {
        let names = self.directory(directory, operation)?;
        caller.require(self.node(directory)?, Access::Execute, operation)?;
        Ok(names.get(name).copied())
    }

    /// The entry of `inode` as `name`, with its fingerprint.
    pub fn entry(&self, name: Name, inode: u64) -> Result<Entry> {
        let node = self.node(inode)?;
        Ok(Entry { fingerprint: node.fingerprint(inode), ..node.entry(name, inode) })
    }

    /// A new node without a name.
    pub fn add_node(&mut self, body: Body, mode: u32, caller: &Caller<'_>) -> u64 {
        let inode = self.next_inode;
        self.next_inode += 1;
        let links = if matches!(body, Body::Directory(_)) { 2 } else { 1 };
        let now = caller.now;
        let version = self.new_version();
        let node = Node {
            body,
            mode,
            owner: caller.owner(),
            links,
            modified: now,
            accessed: now,
            changed: now,
            version,
        };
        self.touch(inode);
        self.nodes.insert(inode, Arc::new(node));
        inode
    }

    /// Puts a node under a number, whatever was there. Neither links nor stored bytes are counted.
    pub fn set_node(&mut self, inode: u64, node: Node) {
        self.nodes.insert(inode, Arc::new(node));
    }

    /// Takes a node out without counting.
    pub fn forget_node(&mut self, inode: u64) {
        self.nodes.remove(&inode);
    }

    /// The numbers of all nodes, in no order.
    pub fn inodes(&self) -> impl Iterator<Item = u64> {
        self.nodes.keys().copied()
    }

    fn touch(&mut self, inode: u64) {
        if let Some(touched) = &mut self.touched {
            touched.insert(inode);
        }
    }

    /// Puts a name into a directory in place of what it named, and answers that.
    pub fn set_child(
        &mut self,
        directory: u64,
        name: Name,
        child: Option<Child>,
        now: Time,
    ) -> Result<Option<Child>> {
        let node = self.node_mut(directory)?;
        let Body::Directory(names) = &mut node.body else { return Err(damaged()) };
        let old = match child {
            Some(child) => names.insert(name, child),
            None => names.remove(&name),
        };
        let is_directory = |child: &Option<Child>| child.is_some_and(|child| child.kind == Kind::Directory);
        node.links = node.links + u64::from(is_directory(&child)) - u64::from(is_directory(&old));
        (node.modified, node.changed) = (now, now);
        Ok(old)
    }

    /// Forgets a node that has neither names nor open files.
    pub fn remove_node(&mut self, inode: u64) {
        self.touch(inode);
        if let Some(node) = self.nodes.remove(&inode) {
            self.stored -= node.stored();
        }
    }

    /// Changes the content of a file, within the limit; nothing changes when it fails.
    pub fn change_content(
        &mut self,
        inode: u64,
        now: Time,
        change: impl FnOnce(&mut Content),
    ) -> Result<&Content> {
        let (stored, limit, version) = (self.stored, self.limit, self.new_version());
        let node = self.node_mut(inode)?;
        let Body::File(content) = &mut node.body else { return Err(damaged()) };
        let old = limit.map(|_| content.clone());
        let before = content.stored();
        change(content);
        let after = content.stored();
        let total = stored - before + after;
        if after > before && limit.is_some_and(|limit| total > limit) {
            *content = old.unwrap_or_default();
            return Err(Error::new(ErrorKind::NoSpace, "write"));
        }
        (node.modified, node.changed, node.version) = (now, now, version);
        self.stored = total;
        match &self.node(inode)?.body {
            Body::File(content) => Ok(content),
            _ => Err(damaged()),
        }
    }

    fn new_version(&mut self) -> u64 {
        self.next_version += 1;
        self.next_version
    }
}

/// The target of a link node.
pub(super) fn target_of(node: &Node) -> Result<Bytes> {
    match &node.body {
        Body::Symlink(target) => Ok(target.clone()),
        _ => Err(Error::new(ErrorKind::InvalidArgument, "read_link")),
    }
}

fn missing(name: &[u8], operation: &'static str) -> Error {
    let kind = if name.len() > NAME_LIMIT { ErrorKind::NameTooLong } else { ErrorKind::NotFound };
    Error::new(kind, operation)
}

fn damaged() -> Error {
    Error::new(ErrorKind::Io, "ram").message("the RAM resource lost a node")
}
