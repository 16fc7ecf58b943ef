//! Listings, kept as they pass.

use std::sync::Arc;

use futures_util::stream;

use super::{Inner, Policy};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{ErrorKind, Result};
use crate::path::Path;
use crate::resource::{ListOptions, Listing, Want};

/// A longer listing passes without being kept.
const LONGEST: usize = 200_000;

pub(super) async fn list(
    cache: &Arc<Inner>,
    call: &Call,
    path: &Path,
    options: &ListOptions,
) -> Result<Listing> {
    if options.recursive {
        return cache.resource.list(call, path, options).await;
    }
    if cache.policy == Policy::Bounded
        && let Some(directory) = cache.index.directory(call.host().monotonic(), path, options.want)
    {
        cache.hit(call);
        return Ok(Listing::of(directory.entries.to_vec()));
    }
    let changes = cache.index.changes();
    let listing = match cache.resource.list(call, path, options).await {
        Ok(listing) => listing,
        Err(error) => {
            if error.is(ErrorKind::NotFound) {
                let answer = Err(error.clone());
                cache.index.learn_since(changes).answer(call.host().monotonic(), path, &answer);
            }
            return Err(error);
        }
    };
    let passing = Passing {
        cache: cache.clone(),
        call: call.clone(),
        path: path.clone(),
        want: options.want,
        changes,
        kept: Some(Vec::new()),
    };
    let pages = stream::unfold((listing, passing), |(mut listing, mut passing)| async move {
        let page = listing.next_page().await;
        passing.see(page.as_ref());
        page.map(|page| (page, (listing, passing)))
    });
    Ok(Listing::new(Box::pin(pages)))
}

/// A listing on its way to whoever asked.
struct Passing {
    cache: Arc<Inner>,
    call: Call,
    path: Path,
    want: Want,
    /// The changes of the index when it was asked for.
    changes: u64,
    /// None once it is clear that it can not be kept.
    kept: Option<Vec<Entry>>,
}

impl Passing {
    fn see(&mut self, page: Option<&Result<Vec<Entry>>>) {
        match page {
            Some(Ok(entries)) => {
                if let Some(kept) = &mut self.kept {
                    kept.extend_from_slice(entries);
                }
                self.kept.take_if(|kept| kept.len() > LONGEST);
            }
            Some(Err(_)) => self.kept = None,
            None => {
                if let Some(kept) = self.kept.take() {
                    let now = self.call.host().monotonic();
                    let learning = self.cache.index.learn_since(self.changes);
                    learning.listing(now, &self.path, kept, self.want);
                }
            }
        }
    }
}
