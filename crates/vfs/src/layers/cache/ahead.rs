//! What a line gets ahead of its commands, and who got it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use mirage_store::BoxFuture;

use super::blocks::BLOCK;
use super::{Inner, Known, Policy, read};
use crate::call::Call;
use crate::dynamic::{Held, Holding};
use crate::entry::Entry;
use crate::path::Path;
use crate::resource::ReadOptions;

/// Gets the first block of `path`, as whoever opens it will.
pub(super) fn ahead(cache: &Arc<Inner>, call: &Call, path: &Path) -> Option<BoxFuture<'static, Held>> {
    let capabilities = cache.resource.info().capabilities;
    cache.blocks.as_ref().filter(|_| capabilities.ranges && capabilities.preconditions)?;
    let known = match cache.known(call, path) {
        Known::Missing(_) => return None,
        Known::Entry(entry) if !cache.lacks_beginning(path, &entry) => return None,
        Known::Entry(entry) => Some(*entry),
        Known::Nothing => None,
    };
    let (cache, call, path) = (cache.clone(), call.clone(), path.clone());
    Some(Box::pin(async move {
        // As whoever opens it: with its size known, no more is asked for than there is.
        let entry = match known {
            Some(entry) => entry,
            None => cache.ask(&call, &path).await.ok()?,
        };
        let is_missing = cache.lacks_beginning(&path, &entry);
        let entry = (cache.policy == Policy::Fresh).then_some(entry);
        let ticket = cache.tickets.issue(&cache, &call, &path, entry);
        if is_missing {
            let first = ReadOptions { length: Some(BLOCK), ..ReadOptions::default() };
            let mut handle = read::read(&cache, &call, &path, &first).await.ok()?;
            while let Some(Ok(_)) = handle.bytes.next().await {}
        }
        Some(Box::new(ticket) as Box<dyn Holding>)
    }))
}

impl Inner {
    /// Whether the first block is not there, and could be kept.
    fn lacks_beginning(&self, path: &Path, entry: &Entry) -> bool {
        let (Some(blocks), Some(fingerprint)) = (&self.blocks, &entry.fingerprint) else { return false };
        entry.is_file()
            && fingerprint.strong
            && entry.size.exact().is_some_and(|size| size > 0)
            && !blocks.contains(&self.version(path, fingerprint), 0)
    }
}

/// Files that lines got ahead, by path.
#[derive(Default)]
pub(super) struct Tickets(Mutex<HashMap<Path, Paid>>);

struct Paid {
    call: Call,
    /// As it was found to be, where that has to be asked each time.
    entry: Option<Entry>,
}

/// A file was got ahead, and is asked for soon.
struct Ticket {
    cache: Arc<Inner>,
    call: Call,
    path: Path,
}

impl Tickets {
    fn lock(&self) -> MutexGuard<'_, HashMap<Path, Paid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(&self, cache: &Arc<Inner>, call: &Call, path: &Path, entry: Option<Entry>) -> Ticket {
        self.lock().insert(path.clone(), Paid { call: call.clone(), entry });
        Ticket { cache: cache.clone(), call: call.clone(), path: path.clone() }
    }

    /// The entry that this line got ahead.
    pub fn entry(&self, call: &Call, path: &Path) -> Option<Entry> {
        self.lock().get(path).filter(|paid| paid.call.is(call))?.entry.clone()
    }

    /// Whether this line got the file ahead: finding it there saves no request.
    pub fn is_of(&self, call: &Call, path: &Path) -> bool {
        self.lock().get(path).is_some_and(|paid| paid.call.is(call))
    }

    /// `path` is changed: what was got ahead is from before.
    pub fn forget(&self, path: &Path) {
        self.lock().remove(path);
    }

    /// Everything may be changed.
    pub fn forget_all(&self) {
        self.lock().clear();
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut tickets = self.cache.tickets.lock();
        if tickets.get(&self.path).is_some_and(|paid| paid.call.is(&self.call)) {
            tickets.remove(&self.path);
        }
    }
}
