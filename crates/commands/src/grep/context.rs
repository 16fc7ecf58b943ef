//! The lines before a selected one, as long as it may still come.

use bytes::{Bytes, BytesMut};
use memchr::memrchr;

/// The last lines that were not printed, from blocks that are gone.
#[derive(Default)]
pub struct Carried {
    lines: Bytes,
}

impl Carried {
    /// The last `count` lines of what is carried and, after it, `rest`; only as much is kept.
    pub fn keep(&mut self, rest: &[u8], count: u64, terminator: u8) {
        if count == 0 {
            return;
        }
        let own = last_lines(rest, count, terminator);
        let missing = count - own.1;
        if missing == 0 || self.lines.is_empty() {
            self.lines = Bytes::copy_from_slice(own.0);
            return;
        }
        let (before, _) = last_lines(&self.lines, missing, terminator);
        let mut lines = BytesMut::with_capacity(before.len() + own.0.len());
        lines.extend_from_slice(before);
        lines.extend_from_slice(own.0);
        self.lines = lines.freeze();
    }

    /// The last `count` lines carried, to be printed: nothing is carried any more.
    pub fn take(&mut self, count: u64, terminator: u8) -> Bytes {
        let lines = std::mem::take(&mut self.lines);
        let (last, _) = last_lines(&lines, count, terminator);
        lines.slice(lines.len() - last.len()..)
    }

    /// Forgets what is carried.
    pub fn clear(&mut self) {
        self.lines = Bytes::new();
    }
}

/// The last `count` lines of `text`, and how many there are of them. The last may lack its terminator.
pub fn last_lines(text: &[u8], count: u64, terminator: u8) -> (&[u8], u64) {
    let mut start = text.len();
    let mut found = 0;
    while found < count && start > 0 {
        start = memrchr(terminator, &text[..start - 1]).map_or(0, |at| at + 1);
        found += 1;
    }
    (&text[start..], found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_across_blocks() {
        let mut carried = Carried::default();
        carried.keep(b"a\nb\nc\n", 2, b'\n');
        carried.keep(b"d\n", 2, b'\n');
        assert_eq!(carried.take(2, b'\n'), "c\nd\n");
        assert_eq!(carried.take(2, b'\n'), "");
    }
}
