//! What the engine gets from JavaScript.

use std::sync::Arc;
use std::time::Duration;

use mirage::vfs::BoxFnOnce;
use mirage::{BoxFuture, Facts, Host, LocalFuture, Time};
use mirage_store::{RamStore, Store};
use wasm_bindgen_futures::spawn_local;

use crate::clock::{self, Sleep};
use crate::paced::Paced;

/// How much scratch space may take of the four gigabytes there are.
const IN_MEMORY: u64 = 512 << 20;

/// The page, or the program of Node, as a [`Host`]: one thread, memory for all that is kept.
pub struct WebHost {
    store: Arc<dyn Store>,
    facts: Facts,
}

impl WebHost {
    pub fn new() -> Self {
        WebHost { store: Arc::new(RamStore::with_limit(Some(IN_MEMORY))), facts: Facts::default() }
    }
}

impl Host for WebHost {
    fn now(&self) -> Time {
        clock::now()
    }

    fn monotonic(&self) -> Duration {
        clock::monotonic()
    }

    fn random(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // No source of randomness: names must still differ, and nothing secret is made of this.
            let nanos = self.monotonic().as_nanos().to_le_bytes();
            buffer.iter_mut().zip(nanos.iter().cycle()).for_each(|(to, from)| *to = *from);
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(Sleep::new(duration))
    }

    fn drive(&self, start: BoxFnOnce<LocalFuture>) {
        spawn_local(Paced::new(start()));
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        spawn_local(Paced::new(task));
    }

    /// There is no other thread to stall.
    fn unblock(&self, work: BoxFnOnce<()>) {
        work();
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }
}
