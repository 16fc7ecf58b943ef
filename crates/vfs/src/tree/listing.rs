//! Listings: what the resource tells, and the mounts in it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::complete::{complete, complete_with};
use super::lookup::Lookup;
use super::mount::{Mount, MountedName};
use super::{Follow, View};
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::path::Path;
use crate::resource::{ListOptions, Listing, Want};

impl View {
    /// The entries of a directory, mount points included, without `.` and `..`, in no order. With `Want::Metadata`
    /// they are complete, as [`stat`](View::stat) with [`Follow::No`] gives them.
    pub async fn list(&self, path: &[u8], want: Want) -> Result<Listing> {
        let mut lookup = Lookup::start(self, path, Follow::Yes, "list").await?;
        lookup.require_entrance().await?;
        self.list_at(lookup, ListOptions { want, recursive: false }).await
    }

    /// Everything below a directory in one listing, as [`list`](View::list) would give it directory by directory, names relative to it,
    /// each directory before what is in it; none where that is not one question to one service.
    pub async fn list_below(&self, path: &[u8], want: Want) -> Result<Option<Listing>> {
        let mut lookup = Lookup::start(self, path, Follow::Yes, "list").await?;
        lookup.require_entrance().await?;
        let capabilities = lookup.mount.resource.info().capabilities;
        let is_one_question = capabilities.recursive_list
            && !capabilities.symlink
            && !lookup.table().is_above_mount(&lookup.path);
        if !is_one_question {
            return Ok(None);
        }
        match self.list_at(lookup, ListOptions { want, recursive: true }).await {
            // Some services list only a part of their directories at once.
            Err(error) if error.is(ErrorKind::Unsupported) => Ok(None),
            answer => answer.map(Some),
        }
    }

    async fn list_at(&self, mut lookup: Lookup<'_>, options: ListOptions) -> Result<Listing> {
        let want = options.want;
        let listing = loop {
            match lookup.mount.resource.list(self.call(), &lookup.inner, &options).await {
                Ok(listing) => break listing,
                Err(error) if exists_for_mounts(&lookup, &error) => break Listing::of(Vec::new()),
                Err(error) if lookup.crosses(&error).await? => {}
                Err(error) => return Err(lookup.explain(error)),
            }
        };
        let mounted = lookup.table().names_in(&lookup.path);
        match mounted.is_empty() && want == Want::Kinds {
            true => Ok(listing),
            false => self.complete_listing(&lookup, listing, mounted, want).await,
        }
    }

    async fn complete_listing(
        &self,
        lookup: &Lookup<'_>,
        listing: Listing,
        mounted: Vec<MountedName>,
        want: Want,
    ) -> Result<Listing> {
        let mut entries = Vec::with_capacity(mounted.len());
        for name in &mounted {
            entries.push(self.mounted_entry(&lookup.path, name, want).await?);
        }
        let page = Page {
            view: self.clone(),
            mount: lookup.mount.clone(),
            directory: lookup.path.clone(),
            inner: lookup.inner.clone(),
            hidden: mounted.into_iter().map(|mounted| mounted.name).collect(),
            want,
        };
        let own = stream::unfold((listing, page), |(mut listing, page)| async move {
            let entries = match listing.next_page().await? {
                Ok(entries) => Ok(page.complete(entries).await),
                Err(error) => Err(error.at(&page.directory).in_mount(&page.mount.path)),
            };
            Some((entries, (listing, page)))
        });
        match entries.is_empty() {
            true => Ok(Listing::new(Box::pin(own))),
            false => {
                let first = stream::once(std::future::ready(Ok(entries)));
                Ok(Listing::new(Box::pin(first.chain(own))))
            }
        }
    }

    /// The entry of a mount, or of a directory above one, as its parent's listing shows it. A mount whose service does not
    /// answer is still there.
    async fn mounted_entry(&self, directory: &Path, mounted: &MountedName, want: Want) -> Result<Entry> {
        let path = directory.join(&mounted.name);
        let entry = match want {
            Want::Kinds => Entry::directory(mounted.name.clone()),
            Want::Metadata => match self.stat(path.as_bytes(), Follow::No).await {
                Ok(entry) => entry,
                Err(_) => {
                    let mount = self.tree().mount_of(&path);
                    let mut entry = Entry::directory(mounted.name.clone());
                    complete(&mut entry, &mount, self.facts(), &Path::root());
                    entry
                }
            },
        };
        let descent = if mounted.is_mount { mounted.descent } else { entry.descent };
        Ok(Entry { descent, ..entry })
    }
}

/// Whether the directory is there only because a mount lies below it.
fn exists_for_mounts(lookup: &Lookup<'_>, error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::CrossesLink)
        && lookup.table().is_above_mount(&lookup.path)
}

/// What the pages of one listing have in common.
struct Page {
    view: View,
    mount: Arc<Mount>,
    directory: Path,
    inner: Path,
    hidden: Vec<Bytes>,
    want: Want,
}

impl Page {
    async fn complete(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        if !self.hidden.is_empty() {
            entries.retain(|entry| !self.hidden.contains(&entry.name));
        }
        if self.want == Want::Metadata {
            for entry in &mut entries {
                let inode = if entry.identity.is_none() { self.hash(&entry.name) } else { 0 };
                complete_with(entry, &self.mount, self.view.facts(), inode);
            }
            let units = u32::try_from(entries.len() / 16).unwrap_or(u32::MAX);
            self.view.call().tick_many(units).await;
        }
        entries
    }

    /// The inode that `stat` of the same entry shows.
    fn hash(&self, name: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.join(name).hash(&mut hasher);
        hasher.finish()
    }
}
