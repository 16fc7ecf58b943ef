//! Questions on their way: whoever asks the same meanwhile gets the one answer.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;
use futures_util::FutureExt;
use futures_util::future::{Either, Shared, select};
use mirage_store::BoxFuture;

use crate::call::Call;

/// Answers that are waited for, by what was asked.
pub(super) struct Flights<Key, Answer: Clone>(Arc<Mutex<Open<Key, Answer>>>);

struct Open<Key, Answer: Clone> {
    flights: HashMap<Key, Flight<Answer>>,
    /// How many there were.
    number: u64,
}

/// A question that was asked. Everybody who waits for it drives it.
#[derive(Clone)]
struct Flight<Answer: Clone> {
    number: u64,
    call: Call,
    work: Shared<BoxFuture<'static, Answer>>,
    /// Ends when whoever asked is gone: with their line, what was asked may never be answered.
    owner: Shared<oneshot::Receiver<()>>,
}

/// Held by whoever asked.
struct Owner<Key: Eq + Hash, Answer: Clone> {
    open: Arc<Mutex<Open<Key, Answer>>>,
    key: Key,
    number: u64,
    _here: oneshot::Sender<()>,
}

impl<Key: Eq + Hash + Clone, Answer: Clone> Flights<Key, Answer> {
    pub fn new() -> Self {
        Flights(Arc::new(Mutex::new(Open { flights: HashMap::new(), number: 0 })))
    }

    /// The answer to `key`: of one who asks already (then `true` comes with it), else of what `start` makes. With `own_line`
    /// only what the same line asks counts: others may have asked too early.
    pub async fn join(
        &self,
        call: &Call,
        key: &Key,
        own_line: bool,
        start: impl Fn() -> BoxFuture<'static, Answer>,
    ) -> (Answer, bool) {
        loop {
            let known = self.lock().flights.get(key).cloned();
            match known {
                Some(flight) if !own_line || flight.call.is(call) => {
                    match select(flight.work, flight.owner).await {
                        Either::Left((answer, _)) => return (answer, true),
                        Either::Right(_) => self.lock().forget(key, flight.number),
                    }
                }
                Some(_) => return (start().await, false),
                None => {
                    let (work, _owner) = self.begin(call, key, start());
                    return (work.await, false);
                }
            }
        }
    }

    fn begin(
        &self,
        call: &Call,
        key: &Key,
        work: BoxFuture<'static, Answer>,
    ) -> (Shared<BoxFuture<'static, Answer>>, Owner<Key, Answer>) {
        let (here, gone) = oneshot::channel();
        let mut open = self.lock();
        open.number += 1;
        let flight =
            Flight { number: open.number, call: call.clone(), work: work.shared(), owner: gone.shared() };
        let owner = Owner { open: self.0.clone(), key: key.clone(), number: open.number, _here: here };
        let work = flight.work.clone();
        open.flights.insert(key.clone(), flight);
        (work, owner)
    }

    fn lock(&self) -> MutexGuard<'_, Open<Key, Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Key: Eq + Hash, Answer: Clone> Open<Key, Answer> {
    fn forget(&mut self, key: &Key, number: u64) {
        if self.flights.get(key).is_some_and(|flight| flight.number == number) {
            self.flights.remove(key);
        }
    }
}

impl<Key: Eq + Hash, Answer: Clone> Drop for Owner<Key, Answer> {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Dropped outside the lock: its work may be the last to hold much.
        let flight = match open.flights.get(&self.key) {
            Some(flight) if flight.number == self.number => open.flights.remove(&self.key),
            _ => None,
        };
        drop(open);
        drop(flight);
    }
}
