//! Metadata and listings, for a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::entry::Entry;
use crate::error::{ErrorKind, Result};
use crate::path::Path;
use crate::resource::Want;

/// What the index of one mount may hold, in entries: about 64 MiB.
const CAPACITY: u64 = 250_000;

/// What it usually holds.
const ITEMS: usize = 1024;

/// What is known of a path.
pub(super) enum Known {
    /// It is there.
    Entry(Box<Entry>),
    /// It is missing, for this reason.
    Missing(ErrorKind),
    /// Nothing.
    Nothing,
}

/// A directory's entries in the order in which they came.
#[derive(Clone)]
pub(super) struct Directory {
    pub entries: Arc<[Entry]>,
    /// Where they are, in the order of their names.
    by_name: Arc<[u32]>,
    /// How much each of them tells.
    want: Want,
    until: Duration,
}

impl Directory {
    fn find(&self, name: &[u8]) -> Option<&Entry> {
        let entry = |at: u32| &self.entries[at as usize];
        let found = self.by_name.binary_search_by(|at| entry(*at).name[..].cmp(name)).ok()?;
        Some(entry(self.by_name[found]))
    }
}

#[derive(Clone)]
struct Fact {
    entry: Result<Entry, ErrorKind>,
    until: Duration,
}

#[derive(Clone)]
struct Weigh;

impl Weighter<Path, Directory> for Weigh {
    fn weight(&self, _: &Path, directory: &Directory) -> u64 {
        1 + directory.entries.len() as u64
    }
}

impl Weighter<Path, Fact> for Weigh {
    fn weight(&self, _: &Path, _: &Fact) -> u64 {
        1
    }
}

/// What is known of one mount.
pub(super) struct Index {
    ttl: Duration,
    facts: Cache<Path, Fact, Weigh>,
    directories: Cache<Path, Directory, Weigh>,
    /// Counts changes: what was asked before one is not remembered after it.
    changes: AtomicU64,
}

impl Index {
    /// An empty index whose contents hold for `ttl`.
    pub fn new(ttl: Duration) -> Self {
        Index { ttl, facts: cache(), directories: cache(), changes: AtomicU64::new(0) }
    }

    /// What is known of `path` at `now`, from itself or from the listing that it would be in.
    pub fn known(&self, now: Duration, path: &Path, listings_are_complete: bool) -> Known {
        if let Some(fact) = self.facts.get(path).filter(|fact| now < fact.until) {
            return match fact.entry {
                Ok(entry) => Known::Entry(Box::new(entry)),
                Err(kind) => Known::Missing(kind),
            };
        }
        let (Some(parent), Some(name)) = (path.parent(), path.name()) else { return Known::Nothing };
        let Some(directory) = self.directory(now, &parent, Want::Kinds) else { return Known::Nothing };
        match directory.find(&name) {
            Some(entry) if directory.want == Want::Metadata => Known::Entry(Box::new(entry.clone())),
            None if listings_are_complete => Known::Missing(ErrorKind::NotFound),
            _ => Known::Nothing,
        }
    }

    /// The listing of `path`, if it tells at least `want`.
    pub fn directory(&self, now: Duration, path: &Path, want: Want) -> Option<Directory> {
        self.directories.get(path).filter(|directory| now < directory.until && directory.want >= want)
    }

    /// Starts to ask: answers are remembered only if nothing was changed here meanwhile.
    pub fn learn(&self) -> Learning<'_> {
        self.learn_since(self.changes())
    }

    /// As [`learn`](Index::learn) at the moment when there were so many changes.
    pub fn learn_since(&self, changes: u64) -> Learning<'_> {
        Learning { index: self, changes }
    }

    /// How many changes were made here.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Forgets `path`, the directories above it and their listings: they may have come or gone with it.
    pub fn forget(&self, path: &Path) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        let mut next = Some(path.clone());
        while let Some(path) = next {
            self.facts.remove(&path);
            self.directories.remove(&path);
            next = path.parent();
        }
    }

    /// Forgets what a change of `path` makes untrue, now and when the answer is dropped.
    pub fn changing(&self, path: &Path) -> Changing<'_> {
        Changing::new(self, Some(path.clone()))
    }

    /// Forgets everything, now and when the answer is dropped.
    pub fn changing_all(&self) -> Changing<'_> {
        Changing::new(self, None)
    }

    /// Forgets everything.
    fn forget_all(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.facts.clear();
        self.directories.clear();
    }
}

/// One shard: a large directory is one item, and must fit into it.
fn cache<Value: Clone>() -> Cache<Path, Value, Weigh>
where
    Weigh: Weighter<Path, Value>,
{
    let mut options = OptionsBuilder::new();
    options.shards(1).estimated_items_capacity(ITEMS).weight_capacity(CAPACITY);
    match options.build() {
        Ok(options) => {
            Cache::with_options(options, Weigh, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        Err(_) => Cache::with_weighter(ITEMS, CAPACITY, Weigh),
    }
}

/// A change on its way. Whoever asks meanwhile may be told what was before it, and a change that is given up may have
/// happened all the same: however it ends, what was learned until then is forgotten.
pub(super) struct Changing<'a> {
    index: &'a Index,
    /// None: of everything.
    path: Option<Path>,
}

impl<'a> Changing<'a> {
    fn new(index: &'a Index, path: Option<Path>) -> Self {
        let changing = Changing { index, path };
        changing.forget();
        changing
    }

    fn forget(&self) {
        match &self.path {
            Some(path) => self.index.forget(path),
            None => self.index.forget_all(),
        }
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}

/// A question that was asked at some moment.
pub(super) struct Learning<'a> {
    index: &'a Index,
    changes: u64,
}

impl Learning<'_> {
    /// Remembers an answer, also that something is missing.
    pub fn answer(&self, now: Duration, path: &Path, answer: &Result<Entry>) {
        let entry = match answer {
            Ok(entry) => Ok(entry.clone()),
            Err(error) => match error.kind() {
                kind @ (ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(kind),
                _ => return,
            },
        };
        if self.holds() {
            self.index.facts.insert(path.clone(), Fact { entry, until: now + self.index.ttl });
        }
    }

    /// Remembers a whole listing.
    pub fn listing(&self, now: Duration, path: &Path, entries: Vec<Entry>, want: Want) {
        // One that came with all there is to tell of files needs no second look.
        let tells_all = entries.iter().all(|entry| entry.is_directory() || entry.fingerprint.is_some());
        let want = if tells_all { Want::Metadata } else { want };
        let Ok(count) = u32::try_from(entries.len()) else { return };
        let mut by_name: Vec<u32> = (0..count).collect();
        by_name.sort_by(|left, right| entries[*left as usize].name.cmp(&entries[*right as usize].name));
        if self.holds() {
            let until = now + self.index.ttl;
            let directory = Directory { entries: entries.into(), by_name: by_name.into(), want, until };
            self.index.directories.insert(path.clone(), directory);
        }
    }

    fn holds(&self) -> bool {
        self.index.changes() == self.changes
    }
}
