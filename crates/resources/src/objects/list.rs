//! Listings, page by page.

use std::collections::HashSet;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use mirage_vfs::{BoxStream, Call, Entry, Error, ErrorKind, Listing, Path, Result};
use opendal::options;
use opendal::raw::{OpList, ServiceDyn, oio};

use super::Objects;
use super::entry;
use super::error::error;
use super::key::{Key, component, component_beside_file};

/// As many entries as an answer holds: with them the next answer is not asked for before it is wanted.
const PAGE: usize = 1000;

impl Objects {
    pub(super) async fn list_directory(&self, call: &Call, path: &Path, recursive: bool) -> Result<Listing> {
        const OPERATION: &str = "list";
        let key = self.keys.of(path, OPERATION)?;
        let below = self.keys.below(&key);
        let options = options::ListOptions { recursive, ..options::ListOptions::default() };
        let lister = self.service.list_dyn(&self.context(call), &below, OpList::from(options));
        let lister = lister.map_err(|failed| error(failed, OPERATION))?;
        let names = Names { files: HashSet::new(), inside: Vec::new() };
        let found = stream::try_unfold(lister, |mut lister| async move {
            let next = oio::List::next(&mut lister).await.map_err(|failed| error(failed, OPERATION))?;
            Ok(next.map(|entry| (entry, lister)))
        });
        let mut pages = Pages { found: Box::pin(found.ready_chunks(PAGE)), below, names, call: call.clone() };
        let first = pages.next().await?;
        if first.is_none() && key != Key::Root && !self.emptied.contains(path) {
            return Err(match key.file() {
                Some(file) if self.head(call, file, Default::default(), OPERATION).await?.is_some() => {
                    Error::new(ErrorKind::NotADirectory, OPERATION)
                }
                _ => self.absent(call, path, OPERATION).await,
            });
        }
        let Some(first) = first else { return Ok(Listing::of(Vec::new())) };
        let pages = stream::try_unfold((Some(first), pages), |(first, mut pages)| async move {
            let page = match first {
                Some(first) => Some(first),
                None => pages.next().await?,
            };
            Ok(page.map(|page| (page, (None, pages))))
        });
        Ok(Listing::new(Box::pin(pages)))
    }
}

/// The pages of one listing as the service sends them.
struct Pages {
    /// What arrives together.
    found: BoxStream<'static, Vec<Result<oio::Entry>>>,
    /// What the keys begin with.
    below: String,
    names: Names,
    call: Call,
}

impl Pages {
    /// The entries of the next answer; none at the end. A directory that is there by its marker alone gives an empty page.
    async fn next(&mut self) -> Result<Option<Vec<Entry>>> {
        let Some(found) = self.found.next().await else { return Ok(None) };
        let mut found = found.into_iter().collect::<Result<Vec<oio::Entry>>>()?;
        // Keys come in order, but an answer tells its files before its directories.
        found.sort_by(|left, right| left.path().cmp(right.path()));
        let mut entries = Vec::with_capacity(found.len());
        for object in found {
            let Some(key) = object.path().strip_prefix(&*self.below).filter(|key| !key.is_empty()) else {
                continue;
            };
            if !self.names.add(key, object.metadata(), &mut entries) {
                self.call
                    .hint("keys with nothing, . or .. between two slashes have no path and are not shown");
            }
        }
        Ok(Some(entries))
    }
}

/// From keys in order to entries, each directory before what is in it.
struct Names {
    /// Files whose name may turn up as a directory's too: those that the last key begins with.
    files: HashSet<String>,
    /// The directories that the last key was in: where each ends in the key, and its path.
    inside: Vec<(String, Bytes)>,
}

impl Names {
    /// Adds what `key` shows to `entries`; false if it has no path.
    fn add(&mut self, key: &str, metadata: &opendal::Metadata, entries: &mut Vec<Entry>) -> bool {
        let (name, is_directory) = match key.strip_suffix('/') {
            Some(name) => (name, true),
            None => (key, false),
        };
        if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return false;
        }
        self.files.retain(|file| name.starts_with(&**file));
        self.inside.retain(|(directory, _)| key.starts_with(&**directory));
        let directories = key.match_indices('/').map(|(at, _)| at);
        for end in directories.skip(self.inside.len()) {
            let path = self.path(&key[..end], true);
            entries.push(Entry::directory(path.clone()));
            self.inside.push((key[..=end].to_owned(), path));
        }
        if !is_directory {
            entries.push(entry::file(self.path(name, false), metadata));
            self.files.insert(name.to_owned());
        }
        true
    }

    /// The path of `name`, in the directories that it is in.
    fn path(&self, name: &str, is_directory: bool) -> Bytes {
        let start = self.inside.last().map_or(0, |(directory, _)| directory.len());
        let last = match is_directory && self.files.contains(name) {
            true => component_beside_file(&name[start..]),
            false => component(&name[start..]),
        };
        match self.inside.last() {
            None => last,
            Some((_, above)) => {
                let mut path = BytesMut::with_capacity(above.len() + 1 + last.len());
                path.extend_from_slice(above);
                path.extend_from_slice(b"/");
                path.extend_from_slice(&last);
                path.freeze()
            }
        }
    }
}
