//! The end of a stream, held back until it is known how much of it is wanted.

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::memchr_iter;
use mirage_vfs::{Call, Share};

/// Chunks of a stream in order, with what they hold counted. Lines end with the separator; text behind the last one is
/// a line too.
pub struct Held {
    separator: u8,
    chunks: VecDeque<Chunk>,
    bytes: u64,
    separators: u64,
    /// What that takes of the line's memory.
    share: Option<Share>,
}

struct Chunk {
    bytes: Bytes,
    separators: u64,
}

impl Held {
    /// Nothing yet.
    pub fn new(separator: u8) -> Self {
        Held { separator, chunks: VecDeque::new(), bytes: 0, separators: 0, share: None }
    }

    /// Nothing yet, counted in the memory of the line that `call` is of.
    pub fn counted(separator: u8, call: &Call) -> Self {
        Held { share: Some(call.share()), ..Held::new(separator) }
    }

    fn count(&mut self) {
        if let Some(share) = &mut self.share {
            share.set(self.bytes);
        }
    }

    /// Adds `bytes` to the end.
    pub fn push(&mut self, bytes: Bytes) {
        let separators = memchr_iter(self.separator, &bytes).count() as u64;
        self.bytes += bytes.len() as u64;
        self.separators += separators;
        self.chunks.push_back(Chunk { bytes, separators });
        self.count();
    }

    /// How many bytes are held.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many lines are held.
    pub fn lines(&self) -> u64 {
        let last = self.chunks.back().and_then(|chunk| chunk.bytes.last());
        self.separators + u64::from(last.is_some_and(|&last| last != self.separator))
    }

    /// Removes the first chunk if at least `lines` whole lines remain without it, whatever comes after them.
    pub fn pop_beyond_lines(&mut self, lines: u64) -> Option<Bytes> {
        let first = self.chunks.front()?.separators;
        (self.separators - first >= lines).then(|| self.pop()).flatten()
    }

    /// Removes the first chunk if at least `bytes` bytes remain without it.
    pub fn pop_beyond_bytes(&mut self, bytes: u64) -> Option<Bytes> {
        let first = self.chunks.front()?.bytes.len() as u64;
        (self.bytes - first >= bytes).then(|| self.pop()).flatten()
    }

    /// Removes the first `lines` lines.
    pub fn take_lines(&mut self, mut lines: u64) -> Vec<Bytes> {
        let mut taken = Vec::new();
        while lines > 0
            && let Some(first) = self.chunks.front()
        {
            if first.separators < lines {
                lines -= first.separators;
                taken.extend(self.pop());
                continue;
            }
            let end = memchr_iter(self.separator, &first.bytes).nth(lines as usize - 1);
            taken.push(self.split_first(end.map_or(0, |end| end + 1), lines));
            break;
        }
        taken
    }

    /// Removes the first `bytes` bytes.
    pub fn take_bytes(&mut self, mut bytes: u64) -> Vec<Bytes> {
        let mut taken = Vec::new();
        while bytes > 0
            && let Some(first) = self.chunks.front()
        {
            let length = first.bytes.len() as u64;
            if length <= bytes {
                bytes -= length;
                taken.extend(self.pop());
                continue;
            }
            let separators = memchr_iter(self.separator, &first.bytes[..bytes as usize]).count() as u64;
            taken.push(self.split_first(bytes as usize, separators));
            break;
        }
        taken
    }

    /// Everything that is left.
    pub fn into_chunks(self) -> impl Iterator<Item = Bytes> {
        self.chunks.into_iter().map(|chunk| chunk.bytes)
    }

    fn pop(&mut self) -> Option<Bytes> {
        let first = self.chunks.pop_front()?;
        self.bytes -= first.bytes.len() as u64;
        self.separators -= first.separators;
        self.count();
        Some(first.bytes)
    }

    /// Cuts the first chunk after `length` bytes, which hold so many separators, and answers them.
    fn split_first(&mut self, length: usize, separators: u64) -> Bytes {
        let Some(first) = self.chunks.front_mut() else { return Bytes::new() };
        first.separators -= separators;
        self.separators -= separators;
        self.bytes -= length as u64;
        first.bytes.split_to(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(chunks: &[&'static str]) -> Held {
        let mut held = Held::new(b'\n');
        chunks.iter().for_each(|chunk| held.push(Bytes::from_static(chunk.as_bytes())));
        held
    }

    fn text(chunks: impl IntoIterator<Item = Bytes>) -> String {
        chunks.into_iter().map(|chunk| String::from_utf8_lossy(&chunk).into_owned()).collect()
    }

    #[test]
    fn lines_are_taken_across_chunks() {
        for lines in 0..=4 {
            let mut held = held(&["a\nb", "b\nc", "c", "\nd"]);
            assert_eq!(held.lines(), 4);
            let whole = "a\nbb\ncc\nd";
            let taken = text(held.take_lines(lines));
            let expected: String = whole.split_inclusive('\n').take(lines as usize).collect();
            assert_eq!(taken, expected);
            assert_eq!(held.lines(), 4 - lines);
            assert_eq!(held.bytes(), (whole.len() - taken.len()) as u64);
            assert_eq!(text(held.into_chunks()), whole[taken.len()..]);
        }
    }

    #[test]
    fn bytes_are_taken_across_chunks() {
        for bytes in 0..=8 {
            let mut held = held(&["a\nb", "b\n", "ccc"]);
            let taken = text(held.take_bytes(bytes));
            assert_eq!(taken, "a\nbb\nccc"[..bytes as usize]);
            assert_eq!(text(held.into_chunks()), "a\nbb\nccc"[taken.len()..]);
        }
    }

    #[test]
    fn a_chunk_goes_only_when_enough_remains() {
        let mut held = held(&["a\nb\n", "c\nd"]);
        assert_eq!(held.pop_beyond_lines(2), None);
        assert_eq!(held.pop_beyond_lines(1).as_deref(), Some(&b"a\nb\n"[..]));
        assert_eq!(held.pop_beyond_bytes(1), None);
    }
}
