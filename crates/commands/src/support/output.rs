//! Output that messages wait for.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::{BufMut, Bytes, BytesMut};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Call, Error, Result};

/// Bytes gathered before they are passed on.
const GATHER: usize = 64 * 1024;

/// Gathers small writes and passes them on in large pieces, as [`Writer`](mirage_shell::io::Writer) does. Clones gather
/// together, so that a [`Report`](super::Report) can pass on what was written before each of its messages: with `2>&1`
/// both come in the order in which they happened.
#[derive(Clone)]
pub struct Output(Rc<Gathered>);

struct Gathered {
    descriptor: Descriptor,
    bytes: RefCell<BytesMut>,
    /// What went wrong when a message had the bytes passed on: the next one to ask is told.
    failed: RefCell<Option<Error>>,
}

impl Output {
    /// The standard output of `io`.
    pub fn new(io: &Io) -> Self {
        Output::to(io.stdout.clone())
    }

    /// Output to `descriptor`.
    pub fn to(descriptor: Descriptor) -> Self {
        let bytes = RefCell::new(BytesMut::new());
        Output(Rc::new(Gathered { descriptor, bytes, failed: RefCell::new(None) }))
    }

    /// Adds `bytes`.
    pub fn push(&self, bytes: &[u8]) {
        self.0.bytes.borrow_mut().put_slice(bytes);
    }

    /// Adds one byte.
    pub fn push_byte(&self, byte: u8) {
        self.0.bytes.borrow_mut().put_u8(byte);
    }

    /// Passes on what was gathered if it has become large.
    pub async fn settle(&self, call: &Call) -> Result<()> {
        let large = self.0.bytes.borrow().len() >= GATHER;
        if large { self.flush(call).await } else { Ok(()) }
    }

    /// Passes on `bytes` after what was gathered: without a copy when they are many.
    pub async fn pass(&self, call: &Call, bytes: Bytes) -> Result<()> {
        if bytes.len() < GATHER / 16 {
            self.push(&bytes);
            return self.settle(call).await;
        }
        self.flush(call).await?;
        self.0.descriptor.write(call, bytes).await
    }

    /// Passes on all that was gathered.
    pub async fn flush(&self, call: &Call) -> Result<()> {
        if let Some(error) = self.0.failed.borrow_mut().take() {
            return Err(error);
        }
        let bytes = self.0.bytes.borrow_mut().split().freeze();
        if bytes.is_empty() { Ok(()) } else { self.0.descriptor.write(call, bytes).await }
    }

    /// Passes on all that was gathered because a message comes next; what goes wrong is told by the next flush.
    pub async fn flush_before_message(&self, call: &Call) {
        if let Err(error) = self.flush(call).await {
            *self.0.failed.borrow_mut() = Some(error);
        }
    }
}
