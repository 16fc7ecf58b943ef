//! Listings: one search through all keys, whatever is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use mirage_vfs::{Call, Descent, Entry, Kind, ListOptions, Listing, Path, Result, Size, Want};

use super::Server;
use super::client::Commands;
use super::find::Search;
use super::key::Key;
use super::resp::Value;
use super::{aside, is_a};

const OPERATION: &str = "list";

/// How many keys are asked about together.
const PAGE: usize = 500;

/// What is listed: a name, or in a whole subtree a path, with its key if it is a file.
type Names = BTreeMap<Bytes, Option<Bytes>>;

pub(super) async fn list(
    server: &Arc<Server>,
    call: &Call,
    path: &Path,
    options: &ListOptions,
) -> Result<Listing> {
    let names = server.names(call, path, options.recursive).await?;
    let mut first = Vec::new();
    if path.is_root() {
        // Passed by in silence by what walks the tree.
        first.extend(aside::NAMES.map(|name| Entry { descent: Descent::System, ..Entry::directory(name) }));
    }
    if options.want == Want::Kinds {
        first.extend(names.into_iter().map(|(name, key)| match key {
            Some(_) => Entry::new(name, Kind::File),
            None => Entry::directory(name),
        }));
        return Ok(Listing::of(first));
    }
    let (server, call, names) = (server.clone(), call.clone(), Vec::from_iter(names));
    let pages = stream::iter(names).chunks(PAGE).map(Ok);
    let pages = pages.and_then(move |names| {
        let (server, call) = (server.clone(), call.clone());
        async move { server.with_metadata(&call, names).await }
    });
    Ok(Listing::new(Box::pin(stream::iter([Ok(first)]).chain(pages))))
}

impl Server {
    /// What is in directory `path`.
    pub(super) async fn names(&self, call: &Call, path: &Path, recursive: bool) -> Result<Names> {
        let directory = self.keys.of(path, OPERATION)?;
        let below = self.keys.below(&directory);
        let mut keys = BTreeSet::new();
        let mut held = call.share();
        let mut search = Search::new(&below);
        let mut is_there = directory == Key::Root || self.emptied.contains(path);
        while let Some(found) = search.next(self, call, OPERATION).await? {
            for key in found.into_iter().filter(|key| key.len() > below.len()) {
                is_there = true;
                let key = match recursive {
                    true => key,
                    // One key of a directory stands for all.
                    false => self.shortened(&key, below.len()),
                };
                if keys.insert(key.clone()) {
                    held.add(key.len() as u64 + 64);
                }
            }
        }
        let emptied = self.emptied.names(path, recursive);
        if !is_there && emptied.is_empty() {
            return Err(match directory.plain() {
                Some(key) if self.look(call, key, None, OPERATION).await?.is_some() => {
                    is_a(Kind::File, OPERATION)
                }
                _ => self.absent(call, path, OPERATION).await,
            });
        }
        let mut names = self.spelled(keys, below.len(), recursive);
        for name in emptied {
            names.entry(name).or_insert(None);
        }
        Ok(names)
    }

    /// `key` up to the end of its first name from `start` on, and one byte more if it goes on.
    fn shortened(&self, key: &Bytes, start: usize) -> Bytes {
        let components = self.keys.components(&key[start..]);
        match &components[..] {
            [_] => key.clone(),
            [first, ..] => {
                let name = mirage_vfs::unescape_name(first).len();
                Bytes::copy_from_slice(&key[..start + name + 2])
            }
            [] => key.clone(),
        }
    }

    /// The names of `keys` from `start` on, with the directories above them.
    fn spelled(&self, keys: BTreeSet<Bytes>, start: usize, recursive: bool) -> Names {
        let depth = if recursive { usize::MAX } else { 1 };
        let mut names = Names::new();
        let split: Vec<(Vec<Bytes>, Bytes)> =
            keys.into_iter().map(|key| (self.keys.components(&key[start..]), key)).collect();
        let files: BTreeSet<&[Bytes]> = split.iter().map(|(components, _)| &components[..]).collect();
        for (components, key) in &split {
            let mut path: Vec<u8> = Vec::new();
            for (at, component) in components.iter().enumerate().take(depth) {
                if at > 0 {
                    path.push(b'/');
                }
                let is_last = at + 1 == components.len();
                match !is_last && files.contains(&components[..=at]) {
                    true => path.extend_from_slice(&self.keys.directory_beside(component)),
                    false => path.extend_from_slice(component),
                }
                names.insert(Bytes::copy_from_slice(&path), is_last.then(|| key.clone()));
            }
        }
        names
    }

    /// Entries with the sizes of strings.
    async fn with_metadata(&self, call: &Call, names: Vec<(Bytes, Option<Bytes>)>) -> Result<Vec<Entry>> {
        let mut commands = Commands::default();
        for key in names.iter().filter_map(|(_, key)| key.as_ref()) {
            commands.push(&[b"STRLEN", key]);
        }
        let mut sizes = match names.iter().any(|(_, key)| key.is_some()) {
            true => self.client.ask(call, &commands, OPERATION).await?.into_iter(),
            false => Vec::new().into_iter(),
        };
        let entries = names.into_iter().map(|(name, key)| match key {
            None => Entry::directory(name),
            Some(_) => {
                let size = sizes.next().as_ref().and_then(Value::number);
                let size = size.and_then(|size| u64::try_from(size).ok());
                Entry { size: size.map_or(Size::Unknown, Size::Exact), ..Entry::new(name, Kind::File) }
            }
        });
        Ok(entries.collect())
    }
}
