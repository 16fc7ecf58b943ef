//! Input record by record, for commands that compare files line by line.

use bytes::Bytes;
use memchr::memchr;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_vfs::{Call, Result};

/// Reads a descriptor record by record; each is a slice of its block.
pub struct Records {
    blocks: Blocks,
    separator: u8,
    block: Bytes,
    at: usize,
}

impl Records {
    /// Records that end with `separator`.
    pub fn new(input: Descriptor, separator: u8) -> Records {
        Records { blocks: Blocks::new(input, separator), separator, block: Bytes::new(), at: 0 }
    }

    /// The next record without its separator; none at the end.
    pub async fn next(&mut self, call: &Call) -> Result<Option<Bytes>> {
        if self.at >= self.block.len() {
            call.tick_many(32).await;
            match self.blocks.next(call).await? {
                Some(block) => (self.block, self.at) = (block, 0),
                None => return Ok(None),
            }
        }
        let rest = &self.block[self.at..];
        let length = memchr(self.separator, rest).unwrap_or(rest.len());
        let record = self.block.slice(self.at..self.at + length);
        self.at += length + 1;
        Ok(Some(record))
    }
}
