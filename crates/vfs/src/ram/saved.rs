//! A RAM resource's content as plain values, to be saved and restored, wholly or as far as it changed.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Ram;
use super::content::Content;
use super::image::{Image, ROOT};
use super::node::{Body, Child, Node};
use crate::entry::{Kind, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::path::Name;
use crate::text::Text;
use crate::time::Time;

/// The content of a RAM resource at one moment. Taking it costs nothing, and it stays as it is.
#[derive(Clone)]
pub struct RamImage {
    image: Image,
    /// The inodes that may have changed since the image taken before; none is all of them.
    touched: Option<BTreeSet<u64>>,
}

/// What makes one image of another, without the bytes of the files: those follow it in the order of the pieces that are
/// not `kept`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RamChange {
    /// Nodes that are new or changed.
    pub nodes: Vec<SavedNode>,
    /// Inodes that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<u64>,
    /// The numbers that come next: no inode and no version is given out twice.
    pub next_inode: u64,
    /// See `next_inode`.
    pub next_version: u64,
}

/// A file, directory or link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedNode {
    /// Its number.
    pub inode: u64,
    /// Permission bits.
    pub mode: u32,
    /// User and group.
    pub owner: (u32, u32),
    /// Times of modification, access and change: seconds and nanoseconds.
    pub times: [(i64, u32); 3],
    /// Which state of the content this is.
    pub version: u64,
    /// What it is.
    pub body: SavedBody,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedBody {
    /// A file.
    File {
        /// How many bytes it has, holes included.
        size: u64,
        /// What is not a hole.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pieces: Vec<SavedPiece>,
    },
    /// A directory: what changed in it, which is everything when it is new.
    Directory {
        /// Names with the inodes they stand for now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        names: Vec<(Text, u64, SavedKind)>,
        /// Names that are gone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<Text>,
    },
    /// A symbolic link and its target.
    Symlink(Text),
}

/// Bytes of a file: where they start and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPiece {
    /// The offset of the first.
    pub at: u64,
    /// How many.
    pub length: u64,
    /// Whether the image before has the same bytes there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

/// The kind of a node, as a directory tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum SavedKind {
    File,
    Directory,
    Symlink,
}

impl RamChange {
    /// Whether there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.removed.is_empty()
    }
}

impl Ram {
    /// The content as it is now. From the first call on, the resource notes what changes, so that each image knows what may
    /// differ from the one before.
    pub fn image(&self) -> RamImage {
        let live = &mut self.lock().image;
        let touched = live.touched.replace(imbl::OrdSet::new());
        RamImage { image: live.clone(), touched: touched.map(|touched| touched.into_iter().collect()) }
    }

    /// Puts `image` in place of everything the resource holds, whose limit stays.
    pub fn restore(&self, image: RamImage) {
        let live = &mut self.lock().image;
        let limit = live.limit;
        *live = image.image;
        (live.limit, live.touched) = (limit, None);
    }
}

impl Default for RamImage {
    fn default() -> Self {
        RamImage { image: Image::new(None, Owner { user: 0, group: 0 }, Time::default()), touched: None }
    }
}

impl RamImage {
    /// Counts what an image in between may have changed as changed since the one before that.
    pub fn include(&mut self, between: &RamImage) {
        match (&mut self.touched, &between.touched) {
            (Some(own), Some(more)) => own.extend(more),
            (own, _) => *own = None,
        }
    }

    /// What makes this image of `earlier`, the one taken before it, or of an empty one; and the bytes of its pieces.
    pub fn change_since(&self, earlier: Option<&RamImage>) -> (RamChange, Vec<Bytes>) {
        let old = earlier.map(|earlier| &earlier.image);
        let all: Vec<u64> = match (&self.touched, old) {
            (Some(touched), Some(_)) => touched.iter().copied().collect(),
            _ => {
                let own = self.image.inodes();
                own.chain(old.into_iter().flat_map(Image::inodes))
                    .collect::<BTreeSet<u64>>()
                    .into_iter()
                    .collect()
            }
        };
        let mut change = RamChange {
            next_inode: self.image.next_inode,
            next_version: self.image.next_version,
            ..RamChange::default()
        };
        let mut bytes = Vec::new();
        for inode in all {
            let before = old.and_then(|old| old.node(inode).ok());
            match self.image.node(inode) {
                Ok(node) if before.is_some_and(|before| std::sync::Arc::ptr_eq(before, node)) => {}
                Ok(node) if node.links > 0 => {
                    change.nodes.push(saved(inode, node, before.map(|before| &**before), &mut bytes));
                }
                _ if before.is_some_and(|before| before.links > 0) => change.removed.push(inode),
                _ => {}
            }
        }
        (change, bytes)
    }

    /// Makes this image what `change` says; its pieces are taken from the front of `bytes`. `InvalidData` when it does
    /// not fit; [`check`](RamImage::check) is to follow the last one.
    pub fn apply(&mut self, change: &RamChange, mut bytes: Bytes) -> Result<()> {
        for node in &change.nodes {
            let old = self.image.node(node.inode).ok().cloned();
            let restored = restored(node, old.as_deref(), &mut bytes)?;
            self.image.set_node(node.inode, restored);
        }
        for inode in &change.removed {
            self.image.forget_node(*inode);
        }
        self.image.next_inode = change.next_inode;
        self.image.next_version = change.next_version;
        match bytes.is_empty() {
            true => Ok(()),
            false => Err(invalid("bytes that no file has")),
        }
    }

    /// Checks that the image is one tree: every name leads to a node of its kind, every directory is in one place.
    /// Counts links and bytes anew and forgets what has no name.
    pub fn check(&mut self) -> Result<()> {
        let mut links: BTreeMap<u64, u64> = BTreeMap::from([(ROOT, 2)]);
        let mut open = vec![ROOT];
        while let Some(directory) = open.pop() {
            let names = self
                .image
                .directory(directory, "restore")
                .map_err(|_| invalid("a name without a directory"))?;
            for (name, child) in names {
                if name.is_empty() || name.contains(&b'/') || matches!(&name[..], b"." | b"..") {
                    return Err(invalid("a name that no file can have"));
                }
                let node = self.image.node(child.inode).map_err(|_| invalid("a name without a file"))?;
                if node.kind() != child.kind || child.inode >= self.image.next_inode {
                    return Err(invalid("a file that is not what its directory says"));
                }
                let known = links.contains_key(&child.inode);
                if child.kind != Kind::Directory {
                    *links.entry(child.inode).or_default() += 1;
                    continue;
                }
                if known {
                    return Err(invalid("a directory in two places"));
                }
                links.insert(child.inode, 2);
                *links.entry(directory).or_default() += 1;
                open.push(child.inode);
            }
        }
        let all: Vec<u64> = self.image.inodes().collect();
        self.image.stored = 0;
        for inode in all {
            match links.get(&inode) {
                Some(count) => {
                    let node = self.image.node_mut(inode)?;
                    node.links = *count;
                    let stored = node.stored();
                    self.image.stored += stored;
                }
                None => self.image.forget_node(inode),
            }
        }
        Ok(())
    }

    /// Bytes of all files, holes not counted.
    pub fn stored(&self) -> u64 {
        self.image.stored
    }
}

fn saved(inode: u64, node: &Node, before: Option<&Node>, bytes: &mut Vec<Bytes>) -> SavedNode {
    let pair = |time: Time| (time.seconds, time.nanos);
    let body = match &node.body {
        Body::Symlink(target) => SavedBody::Symlink(Text(target.clone())),
        Body::File(content) => {
            let old = match before.map(|before| &before.body) {
                Some(Body::File(old)) => Some(old),
                _ => None,
            };
            let piece = |(at, piece): (u64, &Bytes)| {
                let kept = old.is_some_and(|old| old.has_piece(at, piece));
                if !kept {
                    bytes.push(piece.clone());
                }
                SavedPiece { at, length: piece.len() as u64, kept }
            };
            SavedBody::File { size: content.size(), pieces: content.pieces().map(piece).collect() }
        }
        Body::Directory(names) => {
            let nothing = OrdMap::new();
            let old = match before.map(|before| &before.body) {
                Some(Body::Directory(old)) => old,
                _ => &nothing,
            };
            difference(old, names)
        }
    };
    SavedNode {
        inode,
        mode: node.mode,
        owner: (node.owner.user, node.owner.group),
        times: [pair(node.modified), pair(node.accessed), pair(node.changed)],
        version: node.version,
        body,
    }
}

fn difference(old: &OrdMap<Name, Child>, new: &OrdMap<Name, Child>) -> SavedBody {
    use imbl::ordmap::DiffItem;
    let (mut names, mut gone) = (Vec::new(), Vec::new());
    for item in old.diff(new) {
        match item {
            DiffItem::Add(name, child) | DiffItem::Update { new: (name, child), .. } => {
                let kind = match child.kind {
                    Kind::Directory => SavedKind::Directory,
                    Kind::Symlink => SavedKind::Symlink,
                    Kind::File | Kind::Special(_) => SavedKind::File,
                };
                names.push((Text(name.clone()), child.inode, kind));
            }
            DiffItem::Remove(name, _) => gone.push(Text(name.clone())),
        }
    }
    SavedBody::Directory { names, gone }
}

fn restored(node: &SavedNode, old: Option<&Node>, bytes: &mut Bytes) -> Result<Node> {
    let body = match (&node.body, old.map(|old| &old.body)) {
        (SavedBody::Symlink(target), _) => Body::Symlink(target.0.clone()),
        (SavedBody::File { size, pieces }, old) => {
            let old = match old {
                Some(Body::File(old)) => Some(old),
                _ => None,
            };
            Body::File(restored_content(*size, pieces, old, bytes)?)
        }
        (SavedBody::Directory { names, gone }, old) => {
            let mut all = match old {
                Some(Body::Directory(old)) => old.clone(),
                _ => OrdMap::new(),
            };
            for name in gone {
                all.remove(&name.0);
            }
            for (name, inode, kind) in names {
                let kind = match kind {
                    SavedKind::File => Kind::File,
                    SavedKind::Directory => Kind::Directory,
                    SavedKind::Symlink => Kind::Symlink,
                };
                all.insert(name.0.clone(), Child { inode: *inode, kind });
            }
            Body::Directory(all)
        }
    };
    let [modified, accessed, changed] = node.times.map(|(seconds, nanos)| Time::new(seconds, nanos));
    let owner = Owner { user: node.owner.0, group: node.owner.1 };
    Ok(Node { body, mode: node.mode, owner, links: 1, modified, accessed, changed, version: node.version })
}

fn restored_content(
    size: u64,
    pieces: &[SavedPiece],
    old: Option<&Content>,
    bytes: &mut Bytes,
) -> Result<Content> {
    let mut all = Vec::with_capacity(pieces.len().min(1024));
    let mut end = 0;
    for piece in pieces {
        let next = piece.at.checked_add(piece.length).filter(|next| *next <= size);
        let next = next.filter(|_| piece.at >= end && piece.length > 0);
        end = next.ok_or_else(|| invalid("pieces of a file that overlap"))?;
        let content = match piece.kept {
            true => old.and_then(|old| old.piece(piece.at)).filter(|kept| kept.len() as u64 == piece.length),
            false if piece.length <= bytes.len() as u64 => Some(bytes.split_to(piece.length as usize)),
            false => None,
        };
        all.push((piece.at, content.ok_or_else(|| invalid("fewer bytes than the files have"))?));
    }
    Ok(Content::of_pieces(size, all))
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::Io, "restore").message(format!("the saved files are damaged: {what}"))
}
