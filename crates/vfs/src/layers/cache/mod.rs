//! What was already asked: metadata, listings and content of a remote resource, kept in memory.

mod ahead;
mod blocks;
mod flights;
mod index;
mod listing;
mod read;
mod subtree;
mod write;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mirage_store::BoxFuture;

use self::ahead::Tickets;
pub use self::blocks::Blocks;
use self::blocks::Version;
use self::flights::Flights;
use self::index::{Index, Known};
use crate::call::Call;
use crate::dynamic::{DynResource, Held};
use crate::entry::{Entry, Fingerprint, Kind};
use crate::error::{Error, Result};
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::ledger::Usage;
use crate::path::Path;
use crate::resource::{Attributes, ListOptions, Listing, ReadHandle, ReadOptions, WriteHandle, WriteOptions};

/// How far a mount's cache is trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// What was learned holds for a while, whatever others do to the service meanwhile.
    #[default]
    Bounded,
    /// Metadata is asked for every time; content that has not changed since is not.
    Fresh,
}

/// How a mount is cached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheOptions {
    /// How far it is trusted.
    pub policy: Policy,
    /// How long metadata and listings hold.
    pub ttl: Duration,
    /// Whether content is kept too.
    pub blocks: bool,
}

impl Default for CacheOptions {
    fn default() -> Self {
        CacheOptions { policy: Policy::Bounded, ttl: Duration::from_secs(600), blocks: true }
    }
}

/// Remembers what a remote resource answered.
///
/// - **Metadata and listings** hold for the options' time; that a name is missing is remembered too. A listing tells of each
///   of its entries, and where listings are complete, of every name that it lacks.
/// - **Content** is kept in blocks under the fingerprint it was sent with, and only if that is strong: bytes of one
///   version are never shown as those of another. What is missing of a range is asked for in one request, of that version.
/// - **A write** made here is seen at once: whatever is known of the path, of the directories above it and of their listings
///   is forgotten, and an answer that was on its way meanwhile is not remembered.
pub struct Cache(Arc<Inner>);

struct Inner {
    resource: Arc<dyn DynResource>,
    mount: Path,
    policy: Policy,
    index: Index,
    blocks: Option<Arc<Blocks>>,
    /// Looks at entries that are on their way.
    looks: Flights<Path, Result<Entry>>,
    /// Short reads that are on their way.
    reads: Flights<read::Question, Result<read::Fetched>>,
    /// First pages of listings that are on their way.
    lists: Flights<listing::Question, Result<listing::First>>,
    /// What lines got ahead of their commands.
    tickets: Tickets,
}

impl Cache {
    /// `resource`, whose use is counted under `mount`, with content kept in `blocks`, which others may share.
    pub fn new(
        resource: Arc<dyn DynResource>,
        mount: Path,
        options: &CacheOptions,
        blocks: &Arc<Blocks>,
    ) -> Self {
        Cache(Arc::new(Inner {
            index: Index::new(options.ttl),
            policy: options.policy,
            blocks: options.blocks.then(|| blocks.clone()),
            looks: Flights::new(),
            reads: Flights::new(),
            lists: Flights::new(),
            tickets: Tickets::default(),
            resource,
            mount,
        }))
    }
}

impl Inner {
    /// What is known of `path` without asking.
    fn known(&self, call: &Call, path: &Path) -> Known {
        match self.policy {
            Policy::Bounded => {
                let is_complete = self.resource.info().capabilities.complete_listings;
                self.index.known(call.host().monotonic(), path, is_complete)
            }
            Policy::Fresh => Known::Nothing,
        }
    }

    /// The version of `path` that has this fingerprint.
    fn version(&self, path: &Path, fingerprint: &Fingerprint) -> Arc<Version> {
        Arc::new(Version {
            identity: self.resource.info().identity.clone(),
            path: path.clone(),
            fingerprint: fingerprint.value.clone(),
        })
    }

    /// Counts a request that was not made.
    fn hit(&self, call: &Call) {
        call.ledger().add(&self.mount, Usage { cache_hits: 1, ..Usage::default() });
    }

    async fn stat(self: &Arc<Self>, call: &Call, path: &Path) -> Result<Entry> {
        match self.known(call, path) {
            Known::Entry(entry) => {
                self.hit(call);
                Ok(*entry)
            }
            Known::Missing(kind) => {
                self.hit(call);
                Err(Error::new(kind, "stat"))
            }
            Known::Nothing => self.ask(call, path).await,
        }
    }

    /// Asks for an entry and remembers it.
    async fn ask(self: &Arc<Self>, call: &Call, path: &Path) -> Result<Entry> {
        let own_line = self.policy == Policy::Fresh;
        let look = || -> BoxFuture<'static, Result<Entry>> {
            let (cache, call, path) = (self.clone(), call.clone(), path.clone());
            Box::pin(async move {
                let learning = cache.index.learn();
                let answer = cache.resource.stat(&call, &path).await;
                learning.answer(call.host().monotonic(), &path, &answer);
                answer
            })
        };
        let (answer, was_asked) = self.looks.join(call, path, own_line, look).await;
        if was_asked {
            self.hit(call);
        }
        answer
    }

    /// Forgets what an operation that changes `path` makes untrue, before it and after it.
    async fn change<T>(&self, path: &Path, change: impl Future<Output = Result<T>>) -> Result<T> {
        let _changing = self.index.changing(path);
        self.tickets.forget(path);
        change.await
    }

    /// As [`change`](Inner::change), for an operation that moves more than one path.
    async fn change_all<T>(&self, change: impl Future<Output = Result<T>>) -> Result<T> {
        let _changing = self.index.changing_all();
        self.tickets.forget_all();
        change.await
    }
}

impl DynResource for Cache {
    fn info(&self) -> &Info {
        self.0.resource.info()
    }

    fn known(&self, call: &Call, path: &Path) -> Option<Entry> {
        match self.0.known(call, path) {
            Known::Entry(entry) => Some(*entry),
            Known::Missing(_) | Known::Nothing => None,
        }
    }

    fn ahead(&self, call: &Call, path: &Path) -> Option<BoxFuture<'static, Held>> {
        ahead::ahead(&self.0, call, path)
    }

    fn fan_out(&self) -> usize {
        match self.0.blocks {
            Some(_) => self.0.resource.fan_out(),
            None => 0,
        }
    }

    fn stat<'a>(&'a self, call: &'a Call, path: &'a Path) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(self.0.stat(call, path))
    }

    fn list<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ListOptions,
    ) -> BoxFuture<'a, Result<Listing>> {
        Box::pin(listing::list(&self.0, call, path, options))
    }

    fn read<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ReadOptions,
    ) -> BoxFuture<'a, Result<ReadHandle>> {
        Box::pin(read::read(&self.0, call, path, options))
    }

    fn write<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a WriteOptions,
    ) -> BoxFuture<'a, Result<Box<dyn WriteHandle>>> {
        Box::pin(write::write(&self.0, call, path, options))
    }

    fn create_dir<'a>(&'a self, call: &'a Call, path: &'a Path, mode: u32) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change(path, self.0.resource.create_dir(call, path, mode)))
    }

    fn remove<'a>(&'a self, call: &'a Call, path: &'a Path, kind: Kind) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change(path, self.0.resource.remove(call, path, kind)))
    }

    fn rename<'a>(&'a self, call: &'a Call, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change_all(self.0.resource.rename(call, from, to)))
    }

    fn copy<'a>(&'a self, call: &'a Call, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change(to, self.0.resource.copy(call, from, to)))
    }

    fn link<'a>(&'a self, call: &'a Call, existing: &'a Path, new: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change_all(self.0.resource.link(call, existing, new)))
    }

    fn symlink<'a>(&'a self, call: &'a Call, target: &'a [u8], path: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change(path, self.0.resource.symlink(call, target, path)))
    }

    fn set_attributes<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        attributes: &'a Attributes,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.0.change(path, self.0.resource.set_attributes(call, path, attributes)))
    }

    fn open<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a OpenOptions,
    ) -> BoxFuture<'a, Result<Box<dyn File>>> {
        // Files that change in place are not for caching.
        self.0.resource.open(call, path, options)
    }

    fn read_link<'a>(&'a self, call: &'a Call, path: &'a Path) -> BoxFuture<'a, Result<Bytes>> {
        self.0.resource.read_link(call, path)
    }
}
