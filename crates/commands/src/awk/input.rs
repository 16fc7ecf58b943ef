//! Records from a stream.

use bytes::{Bytes, BytesMut};
use memchr::memchr;
use mirage_pattern::regex::Regex;
use mirage_shell::io::Descriptor;
use mirage_vfs::{Call, Result, Share};

/// What ends a record.
#[derive(Clone, Debug)]
pub enum Terminator {
    Byte(u8),
    /// RS is empty: blank lines.
    Paragraph,
    Regex(Regex),
}

/// What taking a record gives.
pub enum Taken {
    /// A record, and what ended it.
    Record(Bytes, Bytes),
    /// More input is needed first.
    Starved,
    /// There is no further record.
    End,
}

/// A stream that is read record by record: slices of what arrives, copied only where a record spans two chunks.
pub struct Input {
    descriptor: Descriptor,
    /// What arrived and was not taken yet.
    ahead: Bytes,
    /// How much of `ahead` is known to hold no terminator.
    searched: usize,
    ended: bool,
    /// What a long record takes of the line's memory.
    held: Option<Share>,
}

/// The length from which a record is counted in the line's memory.
const LONG: usize = 1024 * 1024;

impl Input {
    pub fn new(descriptor: Descriptor) -> Input {
        Input { descriptor, ahead: Bytes::new(), searched: 0, ended: false, held: None }
    }

    /// Waits for more input.
    pub async fn fill(&mut self, call: &Call) -> Result<()> {
        let chunk = self.descriptor.read(call).await?;
        if chunk.is_empty() {
            self.ended = true;
        } else if self.ahead.is_empty() {
            self.ahead = chunk;
        } else {
            // Grows by doubling while a record is longer than what arrives at a time.
            let mut joined = match std::mem::take(&mut self.ahead).try_into_mut() {
                Ok(unique) => unique,
                Err(shared) => {
                    let mut copy = BytesMut::with_capacity(2 * (shared.len() + chunk.len()));
                    copy.extend_from_slice(&shared);
                    copy
                }
            };
            joined.extend_from_slice(&chunk);
            self.ahead = joined.freeze();
        }
        if self.ahead.len() > LONG || self.held.is_some() {
            self.held.get_or_insert_with(|| call.share()).set(self.ahead.len() as u64);
        }
        Ok(())
    }

    /// The next record from what is here.
    pub fn take(&mut self, terminator: &Terminator) -> Taken {
        match terminator {
            Terminator::Byte(byte) => match memchr(*byte, &self.ahead[self.searched..]) {
                Some(found) => self.cut(self.searched + found, self.searched + found + 1),
                None => self.rest(self.ahead.len()),
            },
            Terminator::Paragraph => self.take_paragraph(),
            Terminator::Regex(regex) => match regex.find_at(&self.ahead, 0) {
                // A match at the very end could go on.
                Ok(Some(found)) if !found.is_empty() && (found.end < self.ahead.len() || self.ended) => {
                    self.cut(found.start, found.end)
                }
                Ok(Some(found)) if found.is_empty() && !self.ended => self.rest(0),
                _ => self.rest_with_newline(),
            },
        }
    }

    fn take_paragraph(&mut self) -> Taken {
        let blank = self.ahead.iter().take_while(|&&byte| byte == b'\n').count();
        self.ahead = self.ahead.slice(blank..);
        let found = self.ahead.windows(2).position(|pair| pair == b"\n\n");
        match found {
            Some(found) => {
                let lines = self.ahead[found..].iter().take_while(|&&byte| byte == b'\n').count();
                if found + lines == self.ahead.len() && !self.ended {
                    return Taken::Starved;
                }
                self.cut(found, found + lines)
            }
            None => self.rest_with_newline(),
        }
    }

    /// The last record, without the newline it ends with.
    fn rest_with_newline(&mut self) -> Taken {
        if self.ended && self.ahead.last() == Some(&b'\n') {
            let end = self.ahead.len();
            return self.cut(end - 1, end);
        }
        self.rest(0)
    }

    fn rest(&mut self, searched: usize) -> Taken {
        match (self.ended, self.ahead.is_empty()) {
            (false, _) => {
                self.searched = searched;
                Taken::Starved
            }
            (true, true) => Taken::End,
            (true, false) => {
                let end = self.ahead.len();
                self.cut(end, end)
            }
        }
    }

    fn cut(&mut self, end: usize, next: usize) -> Taken {
        let record = self.ahead.slice(..end);
        let terminator = self.ahead.slice(end..next);
        self.ahead = self.ahead.slice(next..);
        self.searched = 0;
        Taken::Record(record, terminator)
    }
}
