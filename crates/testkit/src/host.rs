//! A host for tests: a clock and randomness that repeat, a store in memory, threads of its own.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use mirage_store::{RamStore, Store};
use mirage_vfs::{
    BoxFuture, Call, Cancellation, Endpoint, Facts, Host, HttpRequest, HttpResponse, LocalFuture, Result,
    Talk, Time,
};

/// When every test begins: 2024-01-02 03:04:05 UTC, as in recorded cases.
const START: i64 = 1_704_164_645;

/// The host of one test. Its wall clock starts at [`START`] and goes with the real one.
pub struct TestHost {
    started: Instant,
    random: AtomicU64,
    store: Arc<dyn Store>,
    facts: Facts,
}

impl TestHost {
    /// A host with an empty store in memory.
    pub fn new() -> Self {
        TestHost::with_store(Arc::new(RamStore::new()))
    }

    /// A host with this store.
    pub fn with_store(store: Arc<dyn Store>) -> Self {
        TestHost { started: Instant::now(), random: AtomicU64::new(0), store, facts: Facts::default() }
    }

    /// The same host, telling lines other facts about the machine.
    #[must_use]
    pub fn with_facts(self, facts: Facts) -> Self {
        TestHost { facts, ..self }
    }
}

impl Default for TestHost {
    fn default() -> Self {
        TestHost::new()
    }
}

/// A host whose requests to services are written down, but for those that never got an answer: they are sent again.
pub struct Counted<H> {
    host: H,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl<H: Host> Counted<H> {
    /// `host`, with nothing written down yet.
    pub fn new(host: H) -> Self {
        Counted { host, requests: Arc::default() }
    }

    /// The host itself.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Method and URL of each request since the last look, in their order.
    pub fn requests(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *lock(&self.requests))
    }
}

impl<H: Host> Host for Counted<H> {
    fn now(&self) -> Time {
        self.host.now()
    }

    fn monotonic(&self) -> Duration {
        self.host.monotonic()
    }

    fn random(&self, buffer: &mut [u8]) {
        self.host.random(buffer);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.host.sleep(duration)
    }

    fn drive(&self, start: Box<dyn FnOnce() -> LocalFuture + Send>) {
        self.host.drive(start);
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.host.spawn(task);
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) {
        self.host.unblock(work);
    }

    fn fetch(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> {
        let written = (request.method().to_string(), request.uri().to_string());
        lock(&self.requests).push(written.clone());
        let (answer, requests) = (self.host.fetch(request), self.requests.clone());
        Box::pin(async move {
            let answer = answer.await;
            if answer.is_err() {
                let mut requests = lock(&requests);
                if let Some(at) = requests.iter().rposition(|sent| *sent == written) {
                    requests.remove(at);
                }
            }
            answer
        })
    }

    fn connect(&self, endpoint: Endpoint, talk: Talk) {
        self.host.connect(endpoint, talk);
    }

    fn store(&self) -> &Arc<dyn Store> {
        self.host.store()
    }

    fn facts(&self) -> &Facts {
        self.host.facts()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The call of a line that nobody cancels, on a host of its own.
pub fn call() -> Call {
    Call::new(Arc::new(TestHost::new()), Cancellation::default())
}

/// Waits for `future` on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

impl Host for TestHost {
    fn now(&self) -> Time {
        let passed = self.started.elapsed();
        Time::new(START + passed.as_secs() as i64, passed.subsec_nanos())
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    /// The same bytes in every run: SplitMix64 from 0.
    fn random(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
            let mut mixed = self.random.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let state = Arc::new(Mutex::new((false, None::<Waker>)));
        let timer = Arc::clone(&state);
        thread::spawn(move || {
            thread::sleep(duration);
            let mut state = timer.lock().unwrap_or_else(PoisonError::into_inner);
            state.0 = true;
            state.1.take().into_iter().for_each(Waker::wake);
        });
        Box::pin(std::future::poll_fn(move |context| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.0 {
                return Poll::Ready(());
            }
            state.1 = Some(context.waker().clone());
            Poll::Pending
        }))
    }

    fn drive(&self, start: Box<dyn FnOnce() -> LocalFuture + Send>) {
        thread::spawn(move || block_on(start()));
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        thread::spawn(move || block_on(task));
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) {
        thread::spawn(work);
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }
}
