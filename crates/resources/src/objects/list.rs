//! Listings, page by page.

use std::collections::{HashSet, VecDeque};

use futures_util::{FutureExt, stream};
use mirage_vfs::{Call, Entry, Error, ErrorKind, Listing, Path, Result};
use opendal::raw::{OpList, ServiceDyn, oio};

use super::Objects;
use super::entry;
use super::error::error;
use super::key::{Key, component, component_beside_file};

impl Objects {
    pub(super) async fn list_directory(&self, call: &Call, path: &Path) -> Result<Listing> {
        const OPERATION: &str = "list";
        let key = self.keys.of(path, OPERATION)?;
        let below = self.keys.below(&key);
        let lister = self.service.list_dyn(&self.context(call), &below, OpList::new());
        let lister = lister.map_err(|failed| error(failed, OPERATION))?;
        let mut pages = Pages { lister, below, files: HashSet::new(), call: call.clone() };
        let first = pages.next().await?;
        if first.is_none() && key != Key::Root && !self.emptied.contains(path) {
            return Err(match key.file() {
                Some(file) if self.head(call, file, Default::default(), OPERATION).await?.is_some() => {
                    Error::new(ErrorKind::NotADirectory, OPERATION)
                }
                _ => self.absent(call, path, OPERATION).await,
            });
        }
        let start = (first, pages);
        let pages = stream::try_unfold(start, |(page, mut pages)| async move {
            let Some(page) = page else { return Ok(None) };
            let next = pages.next().await?;
            Ok(Some((page, (next, pages))))
        });
        Ok(Listing::new(Box::pin(pages)))
    }
}

/// The pages of one listing as the service sends them.
struct Pages {
    lister: oio::Lister,
    /// What the keys begin with.
    below: String,
    /// Files of the listing whose name may turn up as a directory's too: those that the last key begins with.
    files: HashSet<String>,
    call: Call,
}

impl Pages {
    /// The entries of the next answer; none at the end. A directory that is there by its marker alone gives an empty page.
    async fn next(&mut self) -> Result<Option<Vec<Entry>>> {
        let failed = |failed| error(failed, "list");
        let Some(first) = oio::List::next(&mut self.lister).await.map_err(failed)? else { return Ok(None) };
        let mut found = VecDeque::from([first]);
        // What has arrived with it is there without waiting.
        while let Some(Ok(Some(entry))) = oio::List::next(&mut self.lister).now_or_never() {
            found.push_back(entry);
        }
        Ok(Some(self.entries(found)))
    }

    fn entries(&mut self, found: VecDeque<oio::Entry>) -> Vec<Entry> {
        // Keys come in order, but an answer tells its files before its directories.
        let mut found = Vec::from(found);
        found.sort_by(|left, right| left.path().cmp(right.path()));
        let mut entries = Vec::with_capacity(found.len());
        for object in found {
            let Some(name) = object.path().strip_prefix(&*self.below) else { continue };
            if name.is_empty() {
                continue;
            }
            let (name, is_directory) = match name.strip_suffix('/') {
                Some(name) => (name, true),
                None => (name, false),
            };
            if matches!(name, "" | "." | "..") {
                self.call
                    .hint("keys with nothing, . or .. between two slashes have no path and are not shown");
                continue;
            }
            self.files.retain(|file| name.starts_with(&**file));
            entries.push(match is_directory {
                true if self.files.contains(name) => Entry::directory(component_beside_file(name)),
                true => Entry::directory(component(name)),
                false => {
                    self.files.insert(name.to_owned());
                    entry::file(component(name), object.metadata())
                }
            });
        }
        entries
    }
}
