//! Whole lines, and what is known of them.

use memchr::{memchr, memchr_iter, memrchr};
use std::ops::Range;

/// Whole lines to be searched, each with its terminator except perhaps the last.
#[derive(Clone, Copy, Debug)]
pub struct Block<'b> {
    bytes: &'b [u8],
    terminator: u8,
    is_ascii: bool,
}

impl<'b> Block<'b> {
    /// The lines in `bytes`, which end with `terminator`.
    pub fn new(bytes: &'b [u8], terminator: u8) -> Self {
        Block { bytes, terminator, is_ascii: bytes.is_ascii() }
    }

    /// The bytes of the lines.
    pub fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// Whether all bytes are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// The lines without the last terminator: where a search takes place, so that no empty line is found after it.
    pub(super) fn searched(&self) -> &'b [u8] {
        self.bytes.strip_suffix(&[self.terminator]).unwrap_or(self.bytes)
    }

    /// The line that holds the byte at `at`, its terminator included.
    pub fn line_at(&self, at: usize) -> Range<usize> {
        let (before, after) = self.bytes.split_at(at.min(self.bytes.len()));
        let start = memrchr(self.terminator, before).map_or(0, |found| found + 1);
        let end = memchr(self.terminator, after).map_or(self.bytes.len(), |found| before.len() + found + 1);
        start..end
    }

    /// A line without its terminator.
    pub fn content(&self, line: Range<usize>) -> &'b [u8] {
        let line = self.bytes.get(line).unwrap_or_default();
        line.strip_suffix(&[self.terminator]).unwrap_or(line)
    }

    /// How many lines begin in a part of the block that starts where a line does.
    pub fn count_lines(&self, part: Range<usize>) -> u64 {
        let part = self.bytes.get(part).unwrap_or_default();
        let ended = memchr_iter(self.terminator, part).count();
        let open = part.last().is_some_and(|last| *last != self.terminator);
        ended as u64 + u64::from(open)
    }
}
