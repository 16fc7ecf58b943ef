//! What of a workspace is in its log already, and writing the rest.

use std::collections::BTreeMap;

use bytes::Bytes;
use mirage_store::Log;
use mirage_vfs::tree::Tree;
use mirage_vfs::{Descent, Path, RamImage, Result, Text};

use super::entry::{Batch, Entry};

/// A log is written anew when it has grown to this, or to twice what it was when it was written anew.
const COMPACT: u64 = 8 << 20;

/// A workspace's log and what it holds.
pub(crate) struct Keeping {
    log: Box<dyn Log>,
    /// The memory at each mount as the log has it.
    images: BTreeMap<Path, RamImage>,
    /// Memory whose changes could not be written.
    unwritten: BTreeMap<Path, RamImage>,
    /// Each session as the log has it, in JSON.
    pub sessions: BTreeMap<String, String>,
    compact_at: u64,
}

impl Keeping {
    /// The log holds `images`, of which the resources at the mounts are made.
    pub fn new(log: Box<dyn Log>, images: BTreeMap<Path, RamImage>) -> Self {
        let live: u64 = images.values().map(RamImage::stored).sum();
        let compact_at = COMPACT.max(live.saturating_mul(2));
        Keeping { log, images, unwritten: BTreeMap::new(), sessions: BTreeMap::new(), compact_at }
    }

    /// Writes what changed in the memory of `tree`, and what `batch` has to say besides.
    pub async fn write(&mut self, tree: &Tree, mut batch: Batch) -> Result<()> {
        let mut images = BTreeMap::new();
        for (path, ram) in memory(tree) {
            let mut image = ram.image();
            if let Some(unwritten) = self.unwritten.get(&path) {
                image.include(unwritten);
            }
            let earlier = self.images.get(&path);
            let (change, bytes) = image.change_since(earlier);
            if !change.is_empty() {
                batch.add(memory_entry(&path, earlier.is_none(), change, &bytes));
                batch.bytes.extend(bytes);
            }
            images.insert(path, image);
        }
        let written = match batch.entries.is_empty() {
            true => Ok(()),
            false => match batch.encode() {
                Ok(entry) => self.log.append(entry).await.map_err(Into::into),
                Err(error) => Err(error),
            },
        };
        match written {
            Ok(()) => {
                self.images = images;
                self.unwritten.clear();
                Ok(())
            }
            Err(error) => {
                self.unwritten = images;
                Err(error)
            }
        }
    }

    /// Whether the log is worth to be written anew.
    pub fn is_large(&self) -> bool {
        self.log.size() > self.compact_at
    }

    /// Writes the log anew: `others`, and all memory as the log has it.
    pub async fn compact(&mut self, others: Batch) -> Result<()> {
        let mut entries = vec![others.encode()?];
        for (path, image) in &self.images {
            let (change, bytes) = image.change_since(None);
            let entry = memory_entry(path, true, change, &bytes);
            entries.push(Batch { entries: vec![entry], bytes }.encode()?);
        }
        self.log.replace(entries).await?;
        self.compact_at = COMPACT.max(self.log.size().saturating_mul(2));
        Ok(())
    }
}

fn memory_entry(path: &Path, whole: bool, change: mirage_vfs::RamChange, bytes: &[Bytes]) -> Entry {
    let length = bytes.iter().map(|bytes| bytes.len() as u64).sum();
    Entry::Memory { mount: Text(path.bytes()), whole, change, bytes: length }
}

/// The memory at each mount, parts of the system aside.
pub(crate) fn memory(tree: &Tree) -> Vec<(Path, mirage_vfs::Ram)> {
    let mounts = tree.mounts().into_iter().filter(|mount| mount.descent == Descent::Enter);
    mounts.filter_map(|mount| Some((mount.path, mount.resource.memory()?))).collect()
}
