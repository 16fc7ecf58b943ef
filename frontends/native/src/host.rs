//! The host itself.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mirage_store::{RamStore, Store};
use mirage_vfs::{BoxFuture, Facts, Host, LocalFuture, Time};
#[cfg(feature = "connect")]
use mirage_vfs::{Endpoint, Talk};
#[cfg(feature = "http")]
use mirage_vfs::{HttpRequest, HttpResponse, Result};

use crate::blocking::Blocking;
#[cfg(feature = "connect")]
use crate::connect;
use crate::executor::{self, Mailbox};
#[cfg(feature = "http")]
use crate::http::Http;
#[cfg(feature = "reactor")]
use crate::reactor::Reactor;
use crate::timer::Timer;
use crate::workers::Workers;

thread_local! {
    /// The mailbox of the `block_on` that this thread is in.
    static HERE: RefCell<Option<Arc<Mailbox>>> = const { RefCell::new(None) };
}

/// How much blobs, records and scratch space may take of memory; beyond it there is no space left.
const IN_MEMORY: u64 = 2 << 30;

/// The operating system as a [`Host`].
///
/// Lines run on a pool of worker threads, each line on a thread of its own up to 64 of them; timers and blocking calls
/// have theirs. All are started when they are first needed. A line that is started inside
/// [`block_on`](NativeHost::block_on) runs on that thread instead.
pub struct NativeHost {
    clock: Clock,
    timer: Timer,
    workers: Workers,
    blocking: Blocking,
    #[cfg(feature = "reactor")]
    reactor: Reactor,
    #[cfg(feature = "http")]
    http: Http,
    store: Arc<dyn Store>,
    facts: Facts,
}

impl NativeHost {
    /// A host that keeps blobs, records and scratch space in memory, up to 2 GiB, with the [facts](Facts) that are the same on every
    /// machine.
    pub fn new() -> Self {
        let clock = Clock { start: now() };
        NativeHost {
            clock,
            timer: Timer::new(clock),
            workers: Workers::default(),
            blocking: Blocking::default(),
            #[cfg(feature = "reactor")]
            reactor: Reactor::default(),
            #[cfg(feature = "http")]
            http: Http::default(),
            store: Arc::new(RamStore::with_limit(Some(IN_MEMORY))),
            facts: Facts::default(),
        }
    }

    /// The same host with blobs, records and scratch space in `store`.
    #[must_use]
    pub fn with_store(self, store: Arc<dyn Store>) -> Self {
        NativeHost { store, ..self }
    }

    /// The same host, telling lines other facts about the machine.
    #[must_use]
    pub fn with_facts(self, facts: Facts) -> Self {
        NativeHost { facts, ..self }
    }

    /// Runs `future` to its end on this thread. Lines it starts run on this thread too, and are dropped if they have
    /// not ended when it has: for programs that run one line at a time and want to start no thread for it.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mailbox = Arc::new(Mailbox::default());
        let outer = HERE.replace(Some(mailbox.clone()));
        let _restore = Restore(outer);
        executor::run(future, &mailbox)
    }
}

impl Default for NativeHost {
    fn default() -> Self {
        NativeHost::new()
    }
}

/// Puts back what was there when a `block_on` ends, by a panic too.
struct Restore(Option<Arc<Mailbox>>);

impl Drop for Restore {
    fn drop(&mut self) {
        HERE.set(self.0.take());
    }
}

impl Host for NativeHost {
    #[expect(clippy::disallowed_methods, reason = "this is where the engine's clock comes from")]
    fn now(&self) -> Time {
        match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Time::new(i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
            Err(_) => Time::default(),
        }
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn random(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // No source of randomness: names must still differ, and nothing secret is made of this.
            let nanos = self.now().total_nanos().to_le_bytes();
            buffer.iter_mut().zip(nanos.iter().cycle()).for_each(|(to, from)| *to = *from);
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.timer.sleep(duration))
    }

    fn drive(&self, start: Box<dyn FnOnce() -> LocalFuture + Send>) {
        match HERE.with_borrow(Clone::clone) {
            Some(here) => here.send(start),
            None => self.workers.drive(start),
        }
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.workers.drive(Box::new(move || task));
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) {
        self.blocking.run(work);
    }

    #[cfg(feature = "http")]
    fn fetch(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> {
        self.http.fetch(&self.reactor, request)
    }

    #[cfg(feature = "connect")]
    fn connect(&self, endpoint: Endpoint, talk: Talk) {
        match self.reactor.handle() {
            Ok(handle) => drop(handle.spawn(async move { talk(connect::open(endpoint).await).await })),
            Err(error) => self.spawn(talk(Err(error))),
        }
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// Time since the host was made.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub fn monotonic(self) -> Duration {
        now().saturating_duration_since(self.start)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the engine's clock comes from")]
fn now() -> Instant {
    Instant::now()
}
