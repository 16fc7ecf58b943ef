//! Standard output and error: written at once, without holding up the line's other work.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use bytes::Bytes;
use futures_channel::oneshot;
use mirage::{BoxFuture, Error, ErrorKind, Host, Result, Sink};
use mirage_native::NativeHost;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, write};

/// Bytes that a pipe which is ready takes without waiting.
const AT_ONCE: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// One of the program's own output streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    Output,
    Error,
}

impl Standard {
    /// The stream as a line's output.
    pub fn sink(self, host: Arc<NativeHost>) -> Box<dyn Sink> {
        Box::new(StandardSink { stream: self, host, is_file: self.with(super::is_file) })
    }

    fn with<T>(self, act: impl FnOnce(BorrowedFd<'_>) -> T) -> T {
        match self {
            Standard::Output => act(io::stdout().as_fd()),
            Standard::Error => act(io::stderr().as_fd()),
        }
    }

    /// Writes all of `bytes`, waiting as long as it takes.
    pub fn write_all(self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.with(|descriptor| write(descriptor, bytes)) {
                Ok(written) => bytes = &bytes[written..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(),
                Err(errno) => return Err(super::error(errno, "write")),
            }
        }
        Ok(())
    }

    fn is_ready(self) -> bool {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.poll(Some(&now))
    }

    /// Waits until something can be written: somebody else has made the descriptor non-blocking.
    fn wait(self) {
        self.poll(None);
    }

    fn poll(self, timeout: Option<&Timespec>) -> bool {
        self.with(|descriptor| {
            let mut polled = [PollFd::from_borrowed_fd(descriptor, PollFlags::OUT)];
            poll(&mut polled, timeout).is_ok_and(|ready| ready > 0)
        })
    }
}

struct StandardSink {
    stream: Standard,
    host: Arc<NativeHost>,
    is_file: bool,
}

impl Sink for StandardSink {
    fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        let stream = self.stream;
        Box::pin(async move {
            if self.is_file || (chunk.len() <= AT_ONCE && stream.is_ready()) {
                return stream.write_all(&chunk);
            }
            let (sender, receiver) = oneshot::channel();
            self.host.unblock(Box::new(move || {
                let _ = sender.send(stream.write_all(&chunk));
            }));
            receiver.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Io, "write")))
        })
    }
}
