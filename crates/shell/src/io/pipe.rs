//! The bounded pipe that joins the stages of a pipeline inside one task.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use bytes::Bytes;
use mirage_vfs::{Error, ErrorKind, Result};

/// Bytes a pipe holds before its writer waits: room for a few chunks, so that stages take turns rarely.
pub const PIPE_LIMIT: usize = 512 * 1024;

/// A pipe that holds about `limit` bytes: a writer waits while that much is unread, so at most one chunk more is held.
///
/// Chunks pass through by reference, never copied and never empty. When every writer is gone the reader reads to the
/// end; when every reader is gone a write is `BrokenPipe`, and one that was waiting ends so at once. A reader that goes
/// on reading but has no use for the bytes says so with [`discard`](PipeReader::discard): writes then succeed and are lost.
pub fn pipe(limit: usize) -> (PipeWriter, PipeReader) {
    let shared = Rc::new(RefCell::new(Shared {
        chunks: VecDeque::new(),
        held: 0,
        limit: limit.max(1),
        writers: 1,
        readers: 1,
        unwanted: false,
        reading: Vec::new(),
        writing: Vec::new(),
    }));
    (PipeWriter(shared.clone()), PipeReader(shared))
}

struct Shared {
    chunks: VecDeque<Bytes>,
    held: usize,
    limit: usize,
    writers: usize,
    readers: usize,
    /// The reader has said that it wants nothing more.
    unwanted: bool,
    reading: Vec<Waker>,
    writing: Vec<Waker>,
}

impl Shared {
    fn become_unwanted(&mut self) {
        self.unwanted = true;
        self.let_go();
    }

    /// What nobody will read is let go at once, so that whatever produced it is too.
    fn let_go(&mut self) {
        self.chunks.clear();
        self.held = 0;
        wake(&mut self.writing);
    }
}

fn wake(wakers: &mut Vec<Waker>) {
    wakers.drain(..).for_each(Waker::wake);
}

/// The end that writes; a clone is another writer, as a duplicated descriptor is.
pub struct PipeWriter(Rc<RefCell<Shared>>);

impl PipeWriter {
    /// Adds `chunk` once there is room. `BrokenPipe` when nobody can read it any more.
    pub async fn write(&self, chunk: Bytes) -> Result<()> {
        let mut chunk = Some(chunk).filter(|chunk| !chunk.is_empty());
        poll_fn(|context| {
            let mut shared = self.0.borrow_mut();
            if shared.unwanted {
                return Poll::Ready(Ok(()));
            }
            if shared.readers == 0 {
                return Poll::Ready(Err(Error::new(ErrorKind::BrokenPipe, "write")));
            }
            if shared.held >= shared.limit {
                shared.writing.push(context.waker().clone());
                return Poll::Pending;
            }
            if let Some(chunk) = chunk.take() {
                shared.held += chunk.len();
                shared.chunks.push_back(chunk);
                wake(&mut shared.reading);
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Whether what is written from now on is lost: a writer whose status no longer depends on its input can end.
    pub fn is_unwanted(&self) -> bool {
        self.0.borrow().unwanted
    }

    /// Whether nobody can read what is written from now on: the next write fails.
    pub fn is_abandoned(&self) -> bool {
        self.0.borrow().readers == 0
    }

    /// Completes when nobody reads any more: for writers that wait for something else to happen.
    pub async fn abandoned(&self) {
        poll_fn(|context| {
            let mut shared = self.0.borrow_mut();
            if shared.readers == 0 || shared.unwanted {
                return Poll::Ready(());
            }
            if !shared.writing.iter().any(|waker| waker.will_wake(context.waker())) {
                shared.writing.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

impl Clone for PipeWriter {
    fn clone(&self) -> Self {
        self.0.borrow_mut().writers += 1;
        PipeWriter(self.0.clone())
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.writers -= 1;
        if shared.writers == 0 {
            wake(&mut shared.reading);
        }
    }
}

/// The end that reads; a clone is another reader of the same bytes, as a duplicated descriptor is.
pub struct PipeReader(Rc<RefCell<Shared>>);

impl PipeReader {
    /// The next chunk; empty when every writer is gone and all was read.
    pub async fn read(&self) -> Bytes {
        poll_fn(|context| {
            let mut shared = self.0.borrow_mut();
            match shared.chunks.pop_front() {
                Some(chunk) => {
                    shared.held -= chunk.len();
                    wake(&mut shared.writing);
                    Poll::Ready(chunk)
                }
                None if shared.writers == 0 => Poll::Ready(Bytes::new()),
                None => {
                    shared.reading.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Reads to the end for nobody: completes when every writer is gone.
    pub async fn discard(&self) {
        self.0.borrow_mut().become_unwanted();
        while !self.read().await.is_empty() {}
    }

    /// Puts `chunk` back in front: the next read, by whichever reader, answers it.
    pub fn unread(&self, chunk: Bytes) {
        if !chunk.is_empty() {
            let mut shared = self.0.borrow_mut();
            shared.held += chunk.len();
            shared.chunks.push_front(chunk);
            wake(&mut shared.reading);
        }
    }
}

impl Clone for PipeReader {
    fn clone(&self) -> Self {
        self.0.borrow_mut().readers += 1;
        PipeReader(self.0.clone())
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.readers -= 1;
        if shared.readers == 0 {
            shared.let_go();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::FutureExt;

    use super::*;

    fn ready<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("should not wait")
    }

    #[test]
    fn bytes_pass_in_order_and_by_reference() {
        let (writer, reader) = pipe(10);
        let chunk = Bytes::from(vec![7; 100]);
        ready(writer.write(chunk.clone())).expect("room");
        drop(writer);
        assert_eq!(ready(reader.read()).as_ptr(), chunk.as_ptr());
        assert!(ready(reader.read()).is_empty());
    }

    #[test]
    fn a_writer_waits_while_the_limit_is_unread() {
        let (writer, reader) = pipe(4);
        ready(writer.write(Bytes::from_static(b"four"))).expect("room");
        assert!(writer.write(Bytes::from_static(b"more")).now_or_never().is_none());
        assert_eq!(ready(reader.read()), "four");
        ready(writer.write(Bytes::from_static(b"more"))).expect("room again");
    }

    #[test]
    fn a_waiting_writer_ends_when_the_last_reader_goes() {
        let (writer, reader) = pipe(1);
        let again = reader.clone();
        ready(writer.write(Bytes::from_static(b"x"))).expect("room");
        let mut writing = Box::pin(writer.write(Bytes::from_static(b"y")));
        assert!(writing.as_mut().now_or_never().is_none());
        drop(reader);
        drop(again);
        let written = ready(writing);
        assert_eq!(written.map_err(|error| error.kind()), Err(ErrorKind::BrokenPipe));
    }

    #[test]
    fn writes_that_are_unwanted_succeed_until_the_end() {
        let (writer, reader) = pipe(1);
        ready(writer.write(Bytes::from_static(b"x"))).expect("room");
        let mut writing = Box::pin(writer.write(Bytes::from_static(b"y")));
        assert!(writing.as_mut().now_or_never().is_none());
        let mut discarding = Box::pin(reader.discard());
        assert!(discarding.as_mut().now_or_never().is_none(), "the writer is not gone");
        ready(writing).expect("lost, and no error");
        assert!(writer.is_unwanted());
        drop(writer);
        ready(discarding);
        assert!(ready(reader.read()).is_empty());
    }

    #[test]
    fn what_is_unread_comes_first() {
        let (writer, reader) = pipe(100);
        ready(writer.write(Bytes::from_static(b"b"))).expect("room");
        reader.unread(Bytes::from_static(b"a"));
        assert_eq!((ready(reader.read()), ready(reader.read())), ("a".into(), "b".into()));
    }
}
