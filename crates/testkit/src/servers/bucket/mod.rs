//! An object store of our own: S3 as far as our client speaks it, on loopback, with a latency, counts and faults.
//!
//! The real server proves that the protocol is understood; this one proves what a line costs and what it makes of a service
//! that fails.

mod answer;
mod fault;
mod objects;
mod operation;
mod request;
mod serve;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

pub use self::fault::{Fault, Rule};
use self::objects::Objects;
pub use self::operation::Operation;

/// A running server with one bucket. It ends with the test.
pub struct Bucket {
    shared: Arc<Shared>,
    address: SocketAddr,
}

/// What the server was asked since the last look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests by what they wanted, those that were answered by a fault among them.
    pub requests: BTreeMap<Operation, u64>,
    /// Bytes of objects that were sent.
    pub sent: u64,
    /// Bytes of objects that were received.
    pub received: u64,
    /// The most requests that were in the server at once.
    pub most_at_once: usize,
}

impl Counts {
    /// How many requests wanted `operation`.
    pub fn of(&self, operation: Operation) -> u64 {
        self.requests.get(&operation).copied().unwrap_or(0)
    }

    /// How many requests there were.
    pub fn all(&self) -> u64 {
        self.requests.values().sum()
    }
}

#[derive(Default)]
struct Shared {
    objects: Mutex<Objects>,
    counts: Mutex<Counts>,
    rules: Mutex<Vec<Rule>>,
    /// Of each request, in microseconds.
    latency: AtomicU64,
    inside: AtomicUsize,
    is_closed: std::sync::atomic::AtomicBool,
}

impl Bucket {
    /// The bucket's name.
    pub const NAME: &'static str = "tests";

    /// Starts one that answers as fast as it can.
    pub fn start() -> Bucket {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let own = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if own.is_closed.load(Ordering::Acquire) {
                    return;
                }
                let shared = own.clone();
                thread::spawn(move || serve::connection(&shared, stream));
            }
        });
        Bucket { shared, address }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets each request take `latency` before anything is done.
    pub fn set_latency(&self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.shared.latency.store(micros, Ordering::Release);
    }

    /// Puts an object there, as if somebody else had.
    pub fn put(&self, key: &str, content: impl Into<Bytes>) {
        self.shared.objects().put(key, objects::Content::from(content.into()));
    }

    /// Puts an object there that repeats `pattern` to a length of `size` bytes, and takes no memory for them.
    pub fn put_repeated(&self, key: &str, pattern: impl Into<Bytes>, size: u64) {
        self.shared.objects().put(key, objects::Content::repeated(pattern.into(), size));
    }

    /// The content of an object; none if there is none.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let objects = self.shared.objects();
        objects.get(key).map(|object| object.content.range(0, object.content.size()).concat())
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<String> {
        self.shared.objects().keys()
    }

    /// How many uploads in parts were begun and not ended.
    pub fn uploads(&self) -> usize {
        self.shared.objects().uploads()
    }

    /// What was asked since the last look.
    pub fn counts(&self) -> Counts {
        std::mem::take(&mut *self.shared.counts())
    }

    /// Lets requests fail as `rule` says. Rules are asked in the order in which they came, the first that applies holds.
    pub fn fail(&self, rule: Rule) {
        lock(&self.shared.rules).push(rule);
    }

    /// Lets no request fail any more.
    pub fn heal(&self) {
        lock(&self.shared.rules).clear();
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Release);
        // Wakes the thread that waits for connections.
        let _ = std::net::TcpStream::connect(self.address);
    }
}

impl Shared {
    fn objects(&self) -> MutexGuard<'_, Objects> {
        lock(&self.objects)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        lock(&self.counts)
    }

    /// Counts a request that has arrived.
    fn enter(&self, operation: Operation) {
        let inside = self.inside.fetch_add(1, Ordering::AcqRel) + 1;
        let mut counts = self.counts();
        *counts.requests.entry(operation).or_default() += 1;
        counts.most_at_once = counts.most_at_once.max(inside);
    }

    fn leave(&self) {
        self.inside.fetch_sub(1, Ordering::AcqRel);
    }

    /// What is to go wrong with a request.
    fn fault(&self, operation: Operation) -> Option<Fault> {
        lock(&self.rules).iter_mut().find_map(|rule| rule.applies(operation))
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
