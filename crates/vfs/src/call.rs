//! One line's lifetime: its cancellation and its share of the processor.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::budget::Site;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::memory::{Memory, Share};
use crate::path::Path;
use crate::price::Price;

/// Work units between two looks at the clock: with a unit of a few microseconds at most, far less than the slice.
const UNITS_PER_LOOK: u32 = 256;

/// How long a line runs before it lets others run.
const SLICE: Duration = Duration::from_millis(1);

/// What every operation of one line carries: the host, the cancellation, and the line's turn on its thread.
///
/// Cloning is cheap and refers to the same line.
#[derive(Clone)]
pub struct Call {
    line: Arc<Inner>,
    /// The mount that requests are counted for; none above the mounts.
    site: Option<Arc<Site>>,
}

struct Inner {
    host: Arc<dyn Host>,
    cancellation: Cancellation,
    ledger: Ledger,
    memory: Memory,
    hints: Mutex<Vec<String>>,
    units: AtomicU32,
    slice_start: AtomicU64,
}

impl Call {
    /// A line's call. Whoever drives the line watches `cancellation` and drops the line's future when it fires.
    pub fn new(host: Arc<dyn Host>, cancellation: Cancellation) -> Self {
        let slice_start = AtomicU64::new(nanos(host.monotonic()));
        let line = Inner {
            host,
            cancellation,
            ledger: Ledger::default(),
            memory: Memory::unlimited(),
            hints: Mutex::default(),
            units: AtomicU32::new(0),
            slice_start,
        };
        Call { line: Arc::new(line), site: None }
    }

    /// The same line's call for the resource mounted at `mount`, whose service charges `price`.
    #[must_use]
    pub fn at(&self, mount: &Path, price: &Price) -> Call {
        let site = Site { mount: mount.clone(), price: *price };
        Call { line: self.line.clone(), site: Some(Arc::new(site)) }
    }

    /// The mount that this call is for: the root, free of charge, where nobody said.
    pub(crate) fn site(&self) -> Site {
        match &self.site {
            Some(site) => Site::clone(site),
            None => Site { mount: Path::root(), price: Price::default() },
        }
    }

    /// Whether both belong to the same line.
    pub fn is(&self, other: &Call) -> bool {
        Arc::ptr_eq(&self.line, &other.line)
    }

    /// The program around the workspace.
    pub fn host(&self) -> &Arc<dyn Host> {
        &self.line.host
    }

    /// The line's cancellation.
    pub fn cancellation(&self) -> &Cancellation {
        &self.line.cancellation
    }

    /// What the line has used so far.
    pub fn ledger(&self) -> &Ledger {
        &self.line.ledger
    }

    /// What the line holds in memory.
    pub fn memory(&self) -> &Memory {
        &self.line.memory
    }

    /// A share of what the line may hold in memory, of nothing yet.
    pub fn share(&self) -> Share {
        Share::new(self.clone())
    }

    /// Ends the line because it wants more memory than it may hold: it stops at its next tick.
    pub fn stop_for_memory(&self) {
        self.line.memory.exceed();
        self.line.units.store(UNITS_PER_LOOK, Ordering::Relaxed);
    }

    /// Keeps `hint`, once, for whoever started the line: what to do about an error, whatever the command makes of it.
    pub fn hint(&self, hint: &str) {
        let mut hints = self.line.hints.lock().unwrap_or_else(PoisonError::into_inner);
        if !hints.iter().any(|known| known == hint) {
            hints.push(hint.to_owned());
        }
    }

    /// The hints so far, in the order in which they came.
    pub fn hints(&self) -> Vec<String> {
        self.line.hints.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts one unit of work (an iteration, a record: a few microseconds at most) and lets others run about every
    /// millisecond. Every loop that can run without awaiting anything else awaits this: it is where a cancelled line
    /// stops, because its driver drops it there.
    pub fn tick(&self) -> Tick<'_> {
        self.tick_many(1)
    }

    /// As [`tick`](Call::tick), for `units` of work at once.
    pub fn tick_many(&self, units: u32) -> Tick<'_> {
        // A lost update between threads only shifts the moment of the next look.
        let counted = self.line.units.load(Ordering::Relaxed).saturating_add(units);
        let look = counted >= UNITS_PER_LOOK;
        self.line.units.store(if look { 0 } else { counted }, Ordering::Relaxed);
        Tick { call: self, due: look && (self.line.memory.is_exceeded() || self.slice_is_over()) }
    }

    fn slice_is_over(&self) -> bool {
        let start = Duration::from_nanos(self.line.slice_start.load(Ordering::Relaxed));
        self.line.host.monotonic().saturating_sub(start) >= SLICE
    }

    fn start_slice(&self) {
        self.line.slice_start.store(nanos(self.line.host.monotonic()), Ordering::Relaxed);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("cancellation", &self.line.cancellation).finish_non_exhaustive()
    }
}

/// What [`Call::tick`] returns: ready at once, or after one round of the executor when the slice is over.
#[must_use = "a tick yields only when it is awaited"]
pub struct Tick<'a> {
    call: &'a Call,
    due: bool,
}

impl Tick<'_> {
    /// Whether awaiting it lets others run: the moment to pass on what they may be waiting for.
    pub fn is_due(&self) -> bool {
        self.due
    }
}

impl Future for Tick<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.due {
            return Poll::Ready(());
        }
        if self.call.memory().is_exceeded() {
            return Poll::Pending;
        }
        self.due = false;
        self.call.start_slice();
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Why a line is asked to stop: the signal its traps see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Signal {
    /// Ctrl-C: status 130.
    Interrupt = 2,
    /// A client went away or a limit was reached: status 143.
    Terminate = 15,
}

/// Asks a line to stop, from any thread. Clones refer to the same line.
#[derive(Clone, Default)]
pub struct Cancellation(Arc<State>);

#[derive(Default)]
struct State {
    signal: AtomicU8,
    wakers: Mutex<Vec<Waker>>,
}

impl Cancellation {
    /// Asks the line to stop; the first signal stays.
    pub fn cancel(&self, signal: Signal) {
        let _ = self.0.signal.compare_exchange(0, signal as u8, Ordering::AcqRel, Ordering::Acquire);
        let wakers = std::mem::take(&mut *self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The signal, once the line was asked to stop.
    pub fn signal(&self) -> Option<Signal> {
        match self.0.signal.load(Ordering::Acquire) {
            0 => None,
            2 => Some(Signal::Interrupt),
            _ => Some(Signal::Terminate),
        }
    }

    /// Completes with the signal when the line is asked to stop.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled(self.clone())
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancellation").field(&self.signal()).finish()
    }
}

/// What [`Cancellation::cancelled`] returns.
#[must_use = "futures do nothing unless awaited"]
pub struct Cancelled(Cancellation);

impl Future for Cancelled {
    type Output = Signal;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Signal> {
        let state = &self.0.0;
        {
            let mut wakers = state.wakers.lock().unwrap_or_else(PoisonError::into_inner);
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
        }
        // Looked at after the waker is in place: a cancel in between is not lost.
        self.0.signal().map_or(Poll::Pending, Poll::Ready)
    }
}
