//! Listings, kept as they pass.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{FutureExt, StreamExt, stream};
use mirage_store::BoxFuture;

use super::subtree::{self, Passing as Subtree};
use super::{Inner, Policy};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{ErrorKind, Result};
use crate::path::Path;
use crate::resource::{ListOptions, Listing, Want};

/// A longer listing passes without being kept.
const LONGEST: usize = 200_000;

/// What equal listings have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    path: Path,
    want: Want,
    recursive: bool,
}

/// The start of a listing.
#[derive(Clone)]
pub(super) struct First {
    page: Option<Vec<Entry>>,
    /// What follows, for the one who takes it; none where the page is all there is.
    rest: Option<Arc<Mutex<Option<Listing>>>>,
    /// The changes of the index when it was asked for.
    changes: u64,
}

pub(super) async fn list(
    cache: &Arc<Inner>,
    call: &Call,
    path: &Path,
    options: &ListOptions,
) -> Result<Listing> {
    if cache.policy == Policy::Bounded
        && let Some(entries) = known(cache, call, path, options)
    {
        cache.hit(call);
        return Ok(Listing::of(entries));
    }
    let question = Question { path: path.clone(), want: options.want, recursive: options.recursive };
    let start = || -> BoxFuture<'static, Result<First>> {
        let (cache, call, path, options) = (cache.clone(), call.clone(), path.clone(), *options);
        Box::pin(async move { first(&cache, &call, &path, &options).await })
    };
    let own_line = cache.policy == Policy::Fresh;
    let (answer, was_asked) = cache.lists.join(call, &question, own_line, start).await;
    let answer = answer?;
    if was_asked && answer.rest.is_none() {
        cache.hit(call);
        return Ok(Listing::of(answer.page.unwrap_or_default()));
    }
    let (answer, rest) = match take(&answer) {
        Some(rest) => (answer, rest),
        None => {
            let own = first(cache, call, path, options).await?;
            let rest = take(&own).unwrap_or_else(|| Listing::of(Vec::new()));
            (own, rest)
        }
    };
    Ok(passing(cache, call, question, answer, rest))
}

/// What follows the first page, if nobody else has taken it.
fn take(first: &First) -> Option<Listing> {
    match &first.rest {
        None => Some(Listing::of(Vec::new())),
        Some(rest) => rest.lock().unwrap_or_else(PoisonError::into_inner).take(),
    }
}

/// All entries, from what is known.
fn known(cache: &Inner, call: &Call, path: &Path, options: &ListOptions) -> Option<Vec<Entry>> {
    let now = call.host().monotonic();
    match options.recursive {
        true => subtree::known(&cache.index, now, path, options.want),
        false => Some(cache.index.directory(now, path, options.want)?.entries.to_vec()),
    }
}

/// Asks for the first page, and whether there is more.
async fn first(cache: &Arc<Inner>, call: &Call, path: &Path, options: &ListOptions) -> Result<First> {
    let changes = cache.index.changes();
    let mut listing = match cache.resource.list(call, path, options).await {
        Ok(listing) => listing,
        Err(error) => {
            if error.is(ErrorKind::NotFound) {
                let answer = Err(error.clone());
                cache.index.learn_since(changes).answer(call.host().monotonic(), path, &answer);
            }
            return Err(error);
        }
    };
    let page = listing.next_page().await.transpose()?;
    let next = if page.is_some() { listing.next_page().now_or_never() } else { Some(None) };
    let rest = match next {
        Some(None) => None,
        Some(Some(second)) => {
            let second = stream::once(ready(second));
            Some(Listing::new(Box::pin(second.chain(pages(listing)))))
        }
        // It goes on where it is.
        None => Some(listing),
    };
    Ok(First { page, rest: rest.map(|rest| Arc::new(Mutex::new(Some(rest)))), changes })
}

fn pages(listing: Listing) -> impl futures_core::Stream<Item = Result<Vec<Entry>>> {
    stream::unfold(listing, |mut listing| async move {
        let page = listing.next_page().await?;
        Some((page, listing))
    })
}

/// The listing as it comes, kept where it comes to its end.
fn passing(cache: &Arc<Inner>, call: &Call, question: Question, first: First, rest: Listing) -> Listing {
    let passing = Passing {
        cache: cache.clone(),
        call: call.clone(),
        question,
        changes: first.changes,
        kept: Some(Subtree::new()),
    };
    let all = stream::iter(first.page.map(Ok)).chain(pages(rest));
    let pages = stream::unfold((Box::pin(all), passing), |(mut pages, mut passing)| async move {
        let page = pages.next().await;
        passing.see(page.as_ref());
        page.map(|page| (page, (pages, passing)))
    });
    Listing::new(Box::pin(pages))
}

/// A listing on its way to whoever asked.
struct Passing {
    cache: Arc<Inner>,
    call: Call,
    question: Question,
    /// The changes of the index when it was asked for.
    changes: u64,
    /// None once it is clear that no more can be kept.
    kept: Option<Subtree>,
}

impl Passing {
    fn see(&mut self, page: Option<&Result<Vec<Entry>>>) {
        let Question { path, want, recursive } = &self.question;
        let learning = self.cache.index.learn_since(self.changes);
        let now = self.call.host().monotonic();
        let mut learn = |path: &Path, entries| learning.listing(now, path, entries, *want);
        match (page, &mut self.kept) {
            (Some(Ok(entries)), Some(kept)) => kept.see(path, entries, *recursive, LONGEST, &mut learn),
            (Some(Err(_)), _) => self.kept = None,
            (None, _) => {
                if let Some(kept) = self.kept.take() {
                    kept.end(path, &mut learn);
                }
            }
            (Some(Ok(_)), None) => {}
        }
    }
}
