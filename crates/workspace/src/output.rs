//! A line's output: counted, limited, and collected where the caller wants that.

use std::future::{Future, pending, poll_fn};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;
use mirage_shell::io::{Descriptor, Sink};
use mirage_vfs::{BoxFuture, Result};

use crate::options::Output;

/// How much output a line has made, both streams together, and how much it may.
pub(crate) struct Meter {
    /// Bytes passed on, and the most of them.
    written: AtomicU64,
    limit: AtomicU64,
    /// Bytes collected, and the most of them.
    collected: AtomicU64,
    memory: AtomicU64,
    /// The [`Excess`] there was, 0 while there was none.
    excess: AtomicU8,
    waiting: AtomicWaker,
}

/// Which limit output has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Output,
    Memory,
}

impl Meter {
    pub fn new(limit: Option<u64>, memory: u64) -> Arc<Self> {
        Arc::new(Meter {
            written: AtomicU64::new(0),
            limit: AtomicU64::new(limit.unwrap_or(u64::MAX)),
            collected: AtomicU64::new(0),
            memory: AtomicU64::new(memory),
            excess: AtomicU8::new(0),
            waiting: AtomicWaker::new(),
        })
    }

    /// Lets the message pass that tells which limit was reached.
    pub fn lift(&self) {
        self.limit.store(u64::MAX, Ordering::Relaxed);
        self.memory.store(u64::MAX, Ordering::Relaxed);
    }

    /// Completes when a limit is reached.
    pub fn excess(&self) -> impl Future<Output = Excess> {
        poll_fn(|context| {
            self.waiting.register(context.waker());
            match self.excess.load(Ordering::Acquire) {
                0 => Poll::Pending,
                1 => Poll::Ready(Excess::Output),
                _ => Poll::Ready(Excess::Memory),
            }
        })
    }

    fn reached(&self, excess: Excess) {
        let code = match excess {
            Excess::Output => 1,
            Excess::Memory => 2,
        };
        let _ = self.excess.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
        self.waiting.wake();
    }

    /// The part of `chunk` that may still be passed on.
    fn admit(&self, chunk: &Bytes) -> usize {
        admit(&self.written, self.limit.load(Ordering::Relaxed), chunk.len())
    }
}

fn admit(counter: &AtomicU64, limit: u64, length: usize) -> usize {
    let before = counter.fetch_add(length as u64, Ordering::Relaxed);
    let room = limit.saturating_sub(before);
    usize::try_from(room).map_or(length, |room| room.min(length))
}

/// One of a line's output streams.
pub(crate) struct Stream {
    /// What the shell writes to.
    pub descriptor: Descriptor,
    collected: Option<Arc<Mutex<Collected>>>,
}

impl Stream {
    /// A stream to `output` that `meter` counts.
    pub fn new(output: Output, meter: &Arc<Meter>) -> Self {
        match output {
            Output::Discard => Stream { descriptor: Descriptor::null(), collected: None },
            Output::Sink(sink) if meter.limit.load(Ordering::Relaxed) == u64::MAX => {
                Stream { descriptor: Descriptor::sink(sink), collected: None }
            }
            Output::Sink(sink) => {
                let limited = Limited { sink, meter: meter.clone() };
                Stream { descriptor: Descriptor::sink(Box::new(limited)), collected: None }
            }
            Output::Collect => {
                let collected = Arc::new(Mutex::new(Collected::default()));
                let collector = Collector { collected: collected.clone(), meter: meter.clone() };
                let limited = Limited { sink: Box::new(collector), meter: meter.clone() };
                Stream { descriptor: Descriptor::sink(Box::new(limited)), collected: Some(collected) }
            }
        }
    }

    /// What was collected.
    pub fn take(&self) -> Bytes {
        let Some(collected) = &self.collected else { return Bytes::new() };
        collected.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Output in the order it came.
#[derive(Default)]
struct Collected {
    chunks: Vec<Bytes>,
    /// Small pieces, joined: what came after the last of `chunks`.
    tail: BytesMut,
}

/// Pieces below this size are joined rather than kept each by itself.
const SMALL: usize = 4096;

impl Collected {
    fn add(&mut self, chunk: Bytes) {
        if chunk.len() < SMALL {
            return self.tail.extend_from_slice(&chunk);
        }
        if !self.tail.is_empty() {
            self.chunks.push(self.tail.split().freeze());
        }
        self.chunks.push(chunk);
    }

    fn take(&mut self) -> Bytes {
        if self.chunks.is_empty() {
            return self.tail.split().freeze();
        }
        if self.tail.is_empty() && self.chunks.len() == 1 {
            return self.chunks.remove(0);
        }
        let mut all =
            BytesMut::with_capacity(self.chunks.iter().map(Bytes::len).sum::<usize>() + self.tail.len());
        self.chunks.drain(..).for_each(|chunk| all.extend_from_slice(&chunk));
        all.extend_from_slice(&self.tail.split());
        all.freeze()
    }
}

/// Passes on what the output limit admits, then waits to be dropped with the line.
struct Limited {
    sink: Box<dyn Sink>,
    meter: Arc<Meter>,
}

impl Sink for Limited {
    fn write<'a>(&'a mut self, mut chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        let length = chunk.len();
        chunk.truncate(self.meter.admit(&chunk));
        let cut = chunk.len() < length;
        Box::pin(async move {
            self.sink.write(chunk).await?;
            if cut {
                self.meter.reached(Excess::Output);
                pending::<()>().await;
            }
            Ok(())
        })
    }
}

/// Keeps output while it fits into the line's memory.
struct Collector {
    collected: Arc<Mutex<Collected>>,
    meter: Arc<Meter>,
}

impl Collector {
    fn keep(&self, chunk: Bytes) -> bool {
        let fits = admit(&self.meter.collected, self.meter.memory.load(Ordering::Relaxed), chunk.len())
            == chunk.len();
        if fits {
            self.collected.lock().unwrap_or_else(PoisonError::into_inner).add(chunk);
        }
        fits
    }
}

impl Sink for Collector {
    fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        let kept = self.keep(chunk);
        Box::pin(async move {
            if !kept {
                self.meter.reached(Excess::Memory);
                pending::<()>().await;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn write(sink: &mut dyn Sink, text: &'static str) -> bool {
        sink.write(Bytes::from_static(text.as_bytes())).now_or_never().is_some()
    }

    fn collecting(limit: Option<u64>, memory: u64) -> (Arc<Meter>, Limited, Arc<Mutex<Collected>>) {
        let meter = Meter::new(limit, memory);
        let collected = Arc::new(Mutex::new(Collected::default()));
        let collector = Collector { collected: collected.clone(), meter: meter.clone() };
        let limited = Limited { sink: Box::new(collector), meter: meter.clone() };
        (meter, limited, collected)
    }

    fn text(collected: &Mutex<Collected>) -> Vec<u8> {
        collected.lock().expect("not poisoned").take().to_vec()
    }

    #[test]
    fn output_up_to_the_limit_passes_and_then_the_line_waits_for_its_end() {
        let (meter, mut sink, collected) = collecting(Some(5), 100);
        assert!(write(&mut sink, "abc"));
        assert!(meter.excess().now_or_never().is_none());
        assert!(!write(&mut sink, "defg"));
        assert_eq!(
            (text(&collected), meter.excess().now_or_never()),
            (b"abcde".to_vec(), Some(Excess::Output))
        );
    }

    #[test]
    fn what_is_collected_is_memory() {
        let (meter, mut sink, collected) = collecting(None, 4);
        assert!(write(&mut sink, "abcd"));
        assert!(!write(&mut sink, "e"));
        assert_eq!(
            (text(&collected), meter.excess().now_or_never()),
            (b"abcd".to_vec(), Some(Excess::Memory))
        );
    }

    #[test]
    fn pieces_of_any_size_stay_in_order() {
        let mut collected = Collected::default();
        let large = Bytes::from(vec![b'x'; SMALL]);
        for piece in ["a".into(), "b".into(), large.clone(), "c".into()] {
            collected.add(piece);
        }
        assert_eq!(collected.take(), [b"ab", &large[..], b"c"].concat());
        assert!(collected.take().is_empty());
    }
}
