//! A workspace as its log tells it.

use std::collections::BTreeMap;

use bytes::Bytes;
use mirage_vfs::{Error, ErrorKind, Path, RamImage, Result};

use super::entry::{Batch, Entry, FORMAT, SavedSession, damaged};
use super::history::Lines;
use crate::config::Description;

/// Everything that the entries of a log add up to.
#[derive(Default)]
pub(crate) struct Loaded {
    pub created: f64,
    pub description: Description,
    pub memory: BTreeMap<Path, RamImage>,
    pub sessions: BTreeMap<String, SavedSession>,
    pub lines: Lines,
}

impl Loaded {
    /// Reads a log from its first entry to its last.
    pub fn read(entries: &[Bytes]) -> Result<Loaded> {
        if entries.is_empty() {
            return Err(damaged("it is empty"));
        }
        let mut loaded = Loaded::default();
        for entry in entries {
            let (entries, mut bytes) = Batch::decode(entry)?;
            for entry in entries {
                loaded.add(entry, &mut bytes)?;
            }
        }
        loaded.memory.values_mut().try_for_each(RamImage::check)?;
        Ok(loaded)
    }

    fn add(&mut self, entry: Entry, bytes: &mut Bytes) -> Result<()> {
        match entry {
            Entry::Workspace { format, .. } if format > FORMAT => {
                let message = format!("it was kept by a newer version of mirage, in format {format}");
                return Err(Error::new(ErrorKind::Unsupported, "load").message(message));
            }
            Entry::Workspace { created, description, .. } => {
                (self.created, self.description) = (created, description);
            }
            Entry::Memory { mount, whole, change, bytes: length } => {
                let own = take(bytes, length)?;
                let path = Path::new(mount.0);
                if whole {
                    self.memory.remove(&path);
                }
                self.memory.entry(path).or_default().apply(&change, own)?;
            }
            Entry::Session(session) => drop(self.sessions.insert(session.name.clone(), session)),
            Entry::SessionEnded { name } => drop(self.sessions.remove(&name)),
            Entry::Line(line) => self.lines.restore(line),
        }
        Ok(())
    }
}

fn take(bytes: &mut Bytes, length: u64) -> Result<Bytes> {
    match usize::try_from(length) {
        Ok(length) if length <= bytes.len() => Ok(bytes.split_to(length)),
        _ => Err(damaged("an entry has fewer bytes than it says")),
    }
}
