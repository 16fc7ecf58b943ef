//! Standard input: read when the line asks for it, and not before.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::stream;
use mirage::{BoxStream, Error, ErrorKind, Host, Result};
use mirage_native::NativeHost;
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, read};

/// The most one read answers: what a pipe holds.
const CHUNK: usize = 64 * 1024;

/// Standard input to its end. A file is read at once, anything else by a thread that may wait.
pub fn stdin(host: Arc<NativeHost>) -> BoxStream<'static, Result<Bytes>> {
    let is_file = super::is_file(io::stdin().as_fd());
    Box::pin(stream::try_unfold(host, move |host| async move {
        let chunk = match is_file {
            true => read_chunk(),
            false => {
                let (sender, receiver) = oneshot::channel();
                host.unblock(Box::new(move || {
                    let _ = sender.send(read_chunk());
                }));
                receiver.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Io, "read")))
            }
        }?;
        Ok((!chunk.is_empty()).then_some((chunk, host)))
    }))
}

/// The next bytes of standard input, at least one; none at its end.
pub fn read_chunk() -> Result<Bytes> {
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        match read(io::stdin().as_fd(), spare_capacity(&mut chunk)) {
            Ok(_) => return Ok(chunk.into()),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(super::error(errno, "read")),
        }
    }
}
