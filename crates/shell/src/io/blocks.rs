//! Input by blocks of whole lines.

use bytes::{Bytes, BytesMut};
use memchr::{memchr, memrchr};
use mirage_vfs::{Call, Result, Share};

use super::Descriptor;

/// The length from which a record is counted in the line's memory: more than a block of several.
const LONG: usize = 1024 * 1024;

/// Reads a descriptor as blocks of whole records (lines, or NUL-separated), as large as they arrive.
///
/// A block is a slice of what was read: only a record that spans two chunks is copied. Every block ends with the
/// separator but the last of an input that does not. Commands work on whole blocks with `memchr` and automata rather
/// than line by line, and write what they have before they ask for the next one, so nothing is held back. A record that
/// is longer than the line may hold in memory ends the line.
pub struct Blocks {
    input: Descriptor,
    separator: u8,
    /// The start of a record whose end was not read yet.
    partial: BytesMut,
    /// What it and the last block take of the line's memory, once that is much.
    held: Option<Share>,
    /// What followed the first separator of a chunk that completed `partial`.
    pending: Bytes,
    ended: bool,
}

impl Blocks {
    /// Blocks of newline-terminated lines.
    pub fn lines(input: Descriptor) -> Self {
        Blocks::new(input, b'\n')
    }

    /// Blocks of records that end with `separator`.
    pub fn new(input: Descriptor, separator: u8) -> Self {
        Blocks { input, separator, partial: BytesMut::new(), held: None, pending: Bytes::new(), ended: false }
    }

    /// The next block; none at the end.
    pub async fn next(&mut self, call: &Call) -> Result<Option<Bytes>> {
        loop {
            let chunk = match self.pending.is_empty() {
                false => std::mem::take(&mut self.pending),
                true if self.ended => return Ok(None),
                true => self.input.read(call).await?,
            };
            if chunk.is_empty() {
                self.ended = true;
                return Ok(Some(self.partial.split().freeze()).filter(|rest| !rest.is_empty()));
            }
            let block = self.take_whole_records(chunk);
            let long = self.partial.len() + block.as_ref().map_or(0, Bytes::len);
            if long > LONG || self.held.is_some() {
                self.held.get_or_insert_with(|| call.share()).set(long as u64);
            }
            if block.is_some() {
                return Ok(block);
            }
        }
    }

    fn take_whole_records(&mut self, mut chunk: Bytes) -> Option<Bytes> {
        if !self.partial.is_empty() {
            let Some(first) = memchr(self.separator, &chunk) else {
                self.partial.extend_from_slice(&chunk);
                return None;
            };
            self.partial.extend_from_slice(&chunk[..=first]);
            self.pending = chunk.slice(first + 1..);
            return Some(self.partial.split().freeze());
        }
        match memrchr(self.separator, &chunk) {
            Some(last) => {
                let rest = chunk.split_off(last + 1);
                self.partial.extend_from_slice(&rest);
                Some(chunk)
            }
            None => {
                self.partial.extend_from_slice(&chunk);
                None
            }
        }
    }

    /// Ends reading here as if all had been read, as [`Descriptor::discard`] does.
    pub async fn discard(self, call: &Call) -> Result<()> {
        self.input.discard(call).await
    }

    /// Ends reading here and gives `rest`, the unused end of the last block, back to the descriptor with all that was
    /// read beyond it: the next reader of a shared descriptor goes on exactly there.
    pub fn give_back(mut self, rest: Bytes) {
        self.input.unread(std::mem::take(&mut self.pending));
        self.input.unread(self.partial.split().freeze());
        self.input.unread(rest);
    }
}
