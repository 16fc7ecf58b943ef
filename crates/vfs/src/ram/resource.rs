//! The resource: an image behind a lock.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::stream;

use super::change::{Unnamed, empty_directory, link_to};
use super::content::Content;
use super::file::RamFile;
use super::image::{Caller, Image, target_of};
use super::node::{Body, Child};
use super::write::RamWrite;
use crate::call::Call;
use crate::entry::{Entry, Kind, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::host::Facts;
use crate::info::{Capabilities, Info};
use crate::path::{Name, Path};
use crate::resource::{
    Attributes, ListOptions, Listing, ReadHandle, ReadOptions, Resource, Want, WriteHandle, WriteOptions,
};
use crate::time::Time;
use crate::tree::Access;

/// Entries in a page of a listing.
const PAGE: usize = 1024;

/// The largest file, as on Linux.
pub(super) const LARGEST_FILE: u64 = i64::MAX as u64;

/// How a RAM resource is made.
#[derive(Clone, Copy, Debug)]
pub struct RamOptions {
    /// How many bytes its files may hold together, holes not counted; more is `NoSpace`.
    pub limit: Option<u64>,
    /// Who owns the root.
    pub owner: Owner,
    /// The root's times.
    pub created: Time,
}

impl Default for RamOptions {
    fn default() -> Self {
        RamOptions { limit: None, owner: Owner { user: 1000, group: 1000 }, created: Time::default() }
    }
}

/// A file system in memory. Clones refer to the same files; [`fork`](Ram::fork) makes a copy of its own.
///
/// It has hard links, symbolic links, permission bits and owners (checked for the user of the host's
/// [`Facts`]), sparse files, and open files that outlive their name. Directories have size 4096 and
/// files take blocks of 4096 bytes, as on the disks that agents know. Access times follow `relatime`.
#[derive(Clone)]
pub struct Ram(Arc<Shared>);

/// What a resource and its open files share.
pub(super) struct Shared {
    info: Info,
    state: Mutex<State>,
}

pub(super) struct State {
    pub image: Image,
    /// How many files are open on an inode.
    opens: HashMap<u64, u32>,
}

impl Default for Ram {
    fn default() -> Self {
        Ram::new(RamOptions::default())
    }
}

impl Ram {
    /// An empty resource.
    pub fn new(options: RamOptions) -> Self {
        Ram::of(Image::new(options.limit, options.owner, options.created))
    }

    /// A resource of its own with the same content, in constant time: what either changes later, the other does not see.
    pub fn fork(&self) -> Ram {
        let state = self.0.lock();
        let mut image = state.image.clone();
        // Files without a name live on in their open handles, and those stay with the original.
        let unnamed = |inode: &&u64| state.image.node(**inode).is_ok_and(|node| node.links == 0);
        for &inode in state.opens.keys().filter(unnamed) {
            image.remove_node(inode);
        }
        image.touched = None;
        Ram::of(image)
    }

    /// Bytes that its files hold together, holes not counted.
    pub fn stored(&self) -> u64 {
        self.0.lock().image.stored
    }

    /// Makes a directory, and those above it, before a session sees the resource; one that is there stays as it is.
    pub fn add_directory(&self, path: &Path, attributes: &Attributes) -> Result<()> {
        self.seed(path, attributes, empty_directory(), 0o755)
    }

    /// Makes a file, and the directories above it, before a session sees the resource. A taken name is `AlreadyExists`.
    pub fn add_file(&self, path: &Path, content: impl Into<Bytes>, attributes: &Attributes) -> Result<()> {
        self.seed(path, attributes, Body::File(Content::new(content.into())), 0o644)
    }

    fn seed(&self, path: &Path, attributes: &Attributes, body: Body, mode: u32) -> Result<()> {
        let facts = Facts { uid: 0, ..Facts::default() };
        let caller = Caller { facts: &facts, now: attributes.modified.unwrap_or_default() };
        let owner = attributes.owner.unwrap_or(RamOptions::default().owner);
        let attributes = Attributes { owner: Some(owner), ..*attributes };
        let parents: Vec<Path> =
            std::iter::successors(path.parent(), Path::parent).filter(|above| !above.is_root()).collect();
        let image = &mut self.0.lock().image;
        for above in parents.iter().rev() {
            match image.create(&caller, above, empty_directory(), 0o755) {
                Ok(inode) => image.node_mut(inode)?.owner = owner,
                Err(error) if error.is(ErrorKind::AlreadyExists) => {}
                Err(error) => return Err(error),
            }
        }
        let is_directory = matches!(body, Body::Directory(_));
        match image.create(&caller, path, body, mode) {
            Ok(inode) => {
                image.stored += image.node(inode)?.stored();
                image.set_attributes(&caller, inode, &attributes)
            }
            Err(error) if is_directory && error.is(ErrorKind::AlreadyExists) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }

    fn of(image: Image) -> Ram {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let capabilities = Capabilities {
            open: true,
            ranges: true,
            write: true,
            create_dir: true,
            remove: true,
            rename: true,
            copy: true,
            link: true,
            symlink: true,
            set_attributes: true,
            preconditions: true,
            recursive_list: false,
            complete_listings: true,
            revisions: false,
        };
        let info =
            Info { kind: "ram", identity: format!("ram:{number}").into(), capabilities, remote: false };
        Ram(Arc::new(Shared { info, state: Mutex::new(State { image, opens: HashMap::new() }) }))
    }

    /// Runs one operation on the image.
    fn with<T>(
        &self,
        call: &Call,
        operation: impl FnOnce(&mut State, &Caller<'_>) -> Result<T>,
    ) -> Result<T> {
        let host = call.host();
        let caller = Caller { facts: host.facts(), now: host.now() };
        operation(&mut self.0.lock(), &caller)
    }
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn opened(&mut self, inode: u64) {
        *self.opens.entry(inode).or_default() += 1;
    }

    /// A file on `inode` was closed or dropped.
    pub fn closed(&mut self, inode: u64) {
        let Some(count) = self.opens.get_mut(&inode) else { return };
        *count -= 1;
        if *count == 0 {
            self.opens.remove(&inode);
            let is_unnamed = self.image.node(inode).is_ok_and(|node| node.links == 0);
            self.forget(is_unnamed.then_some(inode));
        }
    }

    /// Frees a node without names unless a file is open on it.
    pub fn forget(&mut self, unnamed: Unnamed) {
        if let Some(inode) = unnamed.filter(|inode| !self.opens.contains_key(inode)) {
            self.image.remove_node(inode);
        }
    }
}

impl Resource for Ram {
    fn info(&self) -> &Info {
        &self.0.info
    }

    fn memory(&self) -> Option<Ram> {
        Some(self.clone())
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        self.with(call, |state, caller| {
            let inode = state.image.find(caller, path, "stat")?;
            state.image.entry(path.name().unwrap_or_default(), inode)
        })
    }

    async fn list(&self, call: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        if options.recursive {
            return Err(Error::unsupported("list"));
        }
        let (names, image) = self.with(call, |state, caller| {
            let inode = state.image.find(caller, path, "list")?;
            let names = state.image.directory(inode, "list")?.clone();
            caller.require(state.image.node(inode)?, Access::Read, "list")?;
            Ok((names, state.image.clone()))
        })?;
        let want = options.want;
        Ok(Listing::new(Box::pin(stream::unfold(None, move |last: Option<Name>| {
            let from = last.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
            let page: Vec<(&Name, &Child)> =
                names.range::<_, Name>((from, Bound::Unbounded)).take(PAGE).collect();
            let last = page.last().map(|(name, _)| Name::clone(name));
            let entries: Result<Vec<Entry>> = page
                .into_iter()
                .map(|(name, child)| match want {
                    Want::Kinds => Ok(Entry::new(name.clone(), child.kind)),
                    Want::Metadata => Ok(image.node(child.inode)?.entry(name.clone(), child.inode)),
                })
                .collect();
            std::future::ready(last.map(|last| (entries, Some(last))))
        }))))
    }

    async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        if options.revision.is_some() {
            return Err(Error::unsupported("read"));
        }
        let (entry, content) = self.with(call, |state, caller| {
            let inode = state.image.find(caller, path, "read")?;
            let node = state.image.node(inode)?;
            let content = match &node.body {
                Body::File(content) => content.clone(),
                Body::Directory(_) => return Err(Error::new(ErrorKind::IsADirectory, "read")),
                Body::Symlink(_) => return Err(Error::new(ErrorKind::CrossesLink, "read")),
            };
            caller.require(node, Access::Read, "read")?;
            Ok((state.image.entry(path.name().unwrap_or_default(), inode)?, content))
        })?;
        if options.if_match.is_some() && options.if_match != entry.fingerprint {
            return Err(Error::new(ErrorKind::Changed, "read"));
        }
        let end = options.length.map_or(u64::MAX, |length| options.offset.saturating_add(length));
        let bytes = stream::unfold(options.offset, move |offset| {
            let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
            let piece = content.read(offset, left);
            let next = offset + piece.len() as u64;
            std::future::ready((!piece.is_empty()).then_some((Ok(piece), next)))
        });
        Ok(ReadHandle { entry, bytes: Box::pin(bytes) })
    }

    async fn open(&self, call: &Call, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        let inode = self.with(call, |state, caller| {
            let inode = state.image.open(caller, path, options)?;
            state.opened(inode);
            Ok(inode)
        })?;
        Ok(Box::new(RamFile::new(self.0.clone(), inode, *options)))
    }

    async fn write(&self, call: &Call, path: &Path, options: &WriteOptions) -> Result<Box<dyn WriteHandle>> {
        self.with(call, |state, caller| state.image.find_replaced(caller, path).map(|_| ()))?;
        Ok(Box::new(RamWrite::new(self.0.clone(), path.clone(), options.clone())))
    }

    async fn create_dir(&self, call: &Call, path: &Path, mode: u32) -> Result<()> {
        self.with(call, |state, caller| {
            state.image.create(caller, path, empty_directory(), mode & 0o7777).map(|_| ())
        })
    }

    async fn remove(&self, call: &Call, path: &Path, kind: Kind) -> Result<()> {
        self.with(call, |state, caller| {
            let unnamed = state.image.remove(caller, path, kind)?;
            state.forget(unnamed);
            Ok(())
        })
    }

    async fn rename(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        self.with(call, |state, caller| {
            let unnamed = state.image.rename(caller, from, to)?;
            state.forget(unnamed);
            Ok(())
        })
    }

    async fn copy(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        self.with(call, |state, caller| state.image.copy(caller, from, to))
    }

    async fn link(&self, call: &Call, existing: &Path, new: &Path) -> Result<()> {
        self.with(call, |state, caller| state.image.link(caller, existing, new))
    }

    async fn symlink(&self, call: &Call, target: &[u8], path: &Path) -> Result<()> {
        self.with(call, |state, caller| state.image.create(caller, path, link_to(target), 0o777).map(|_| ()))
    }

    async fn read_link(&self, call: &Call, path: &Path) -> Result<Bytes> {
        self.with(call, |state, caller| {
            let inode = state.image.find(caller, path, "read_link")?;
            target_of(state.image.node(inode)?)
        })
    }

    async fn set_attributes(&self, call: &Call, path: &Path, attributes: &Attributes) -> Result<()> {
        self.with(call, |state, caller| {
            let inode = state.image.find(caller, path, "set_attributes")?;
            state.image.set_attributes(caller, inode, attributes)
        })
    }
}
