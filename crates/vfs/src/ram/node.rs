//! What an inode number stands for.

use bytes::Bytes;
use imbl::OrdMap;

use super::content::Content;
use crate::entry::{Entry, Fingerprint, Kind, Owner, Size};
use crate::path::Name;
use crate::time::Time;

/// The size of a directory as a disk tells it.
const DIRECTORY_SIZE: u64 = 4096;

/// Targets of links that are shorter take no block of their own on a disk.
const LONG_TARGET: usize = 60;

/// A file, directory or link with its metadata.
#[derive(Clone)]
pub(super) struct Node {
    pub body: Body,
    pub mode: u32,
    pub owner: Owner,
    /// Names in directories; a directory's own subdirectories are counted with it.
    pub links: u64,
    pub modified: Time,
    pub accessed: Time,
    pub changed: Time,
    /// Which state of the content this is, unique in its image's history.
    pub version: u64,
}

#[derive(Clone)]
pub(super) enum Body {
    File(Content),
    Directory(OrdMap<Name, Child>),
    Symlink(Bytes),
}

/// A name in a directory.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Child {
    pub inode: u64,
    pub kind: Kind,
}

impl Node {
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::File(_) => Kind::File,
            Body::Directory(_) => Kind::Directory,
            Body::Symlink(_) => Kind::Symlink,
        }
    }

    /// Bytes counted against the resource's limit.
    pub fn stored(&self) -> u64 {
        match &self.body {
            Body::File(content) => content.stored(),
            _ => 0,
        }
    }

    /// The node under a name, with all its metadata but the fingerprint.
    pub fn entry(&self, name: Name, inode: u64) -> Entry {
        let (size, allocated, target) = match &self.body {
            Body::File(content) => (content.size(), content.allocated(), None),
            Body::Directory(_) => (DIRECTORY_SIZE, DIRECTORY_SIZE, None),
            Body::Symlink(target) => {
                let allocated = if target.len() < LONG_TARGET { 0 } else { DIRECTORY_SIZE };
                (target.len() as u64, allocated, Some(target.clone()))
            }
        };
        Entry {
            size: Size::Exact(size),
            modified: Some(self.modified),
            accessed: Some(self.accessed),
            changed: Some(self.changed),
            mode: Some(self.mode),
            owner: Some(self.owner),
            identity: Some((0, inode)),
            links: Some(self.links),
            allocated: Some(allocated),
            target,
            ..Entry::new(name, self.kind())
        }
    }

    /// Names the content; of files alone.
    pub fn fingerprint(&self, inode: u64) -> Option<Fingerprint> {
        match self.body {
            Body::File(_) => {
                let value = format!("{inode:x}-{:x}", self.version).into();
                Some(Fingerprint { value, strong: true })
            }
            _ => None,
        }
    }
}
