//! Output in large pieces.

use bytes::{BufMut, Bytes, BytesMut};
use mirage_vfs::{Call, Error, ErrorKind, Result};

use super::Descriptor;

/// Bytes gathered before they are passed on.
const GATHER: usize = 64 * 1024;

/// Gathers small writes to a descriptor and passes them on in large pieces.
///
/// [`push`](Writer::push) never waits; a loop calls [`settle`](Writer::settle) now and then, and
/// [`flush`](Writer::flush) before it waits for input and at its end. What is not flushed is lost.
pub struct Writer {
    output: Descriptor,
    gathered: BytesMut,
}

impl Writer {
    /// A writer to `output`.
    pub fn new(output: Descriptor) -> Self {
        Writer { output, gathered: BytesMut::new() }
    }

    /// Adds `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        self.gathered.put_slice(bytes);
    }

    /// Adds one byte.
    pub fn push_byte(&mut self, byte: u8) {
        self.gathered.put_u8(byte);
    }

    /// Where `write!` and other producers of bytes can add.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.gathered
    }

    /// Whether nobody has a use for what is written from now on.
    pub fn is_unwanted(&self) -> bool {
        self.output.is_unwanted()
    }

    /// Passes on `bytes` after what was gathered: without a copy when they are many.
    pub async fn pass(&mut self, call: &Call, bytes: Bytes) -> Result<()> {
        if bytes.len() < GATHER / 16 {
            self.push(&bytes);
            return self.settle(call).await;
        }
        self.flush(call).await?;
        self.output.write(call, bytes).await
    }

    /// Passes on what was gathered if it has become large.
    pub async fn settle(&mut self, call: &Call) -> Result<()> {
        match self.gathered.len() >= GATHER {
            true => self.flush(call).await,
            false => Ok(()),
        }
    }

    /// Passes on all that was gathered before something that may take long. `BrokenPipe` when nobody reads any more, also
    /// when there is nothing to pass on: what comes would be got for nobody.
    pub async fn offer(&mut self, call: &Call) -> Result<()> {
        self.flush(call).await?;
        match self.output.is_abandoned() {
            true => Err(Error::new(ErrorKind::BrokenPipe, "write")),
            false => Ok(()),
        }
    }

    /// Passes on all that was gathered.
    pub async fn flush(&mut self, call: &Call) -> Result<()> {
        match self.gathered.is_empty() {
            true => Ok(()),
            false => self.output.write(call, self.gathered.split().freeze()).await,
        }
    }
}
