//! Lines to recall.

use bytes::Bytes;
use imbl::Vector;

/// The lines of a session, numbered from 1 as long as it lasts.
#[derive(Clone, Default)]
pub struct History {
    lines: Vector<Bytes>,
    /// Lines that were dropped from the front: the first one kept has the number behind.
    dropped: usize,
    /// How many of the last lines no file holds yet.
    fresh: usize,
    /// How many lines of the history's file are known.
    read: usize,
    /// Counts what was done to the lines.
    changes: u64,
}

impl History {
    /// The lines with their numbers, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &Bytes)> {
        self.lines.iter().enumerate().map(|(at, line)| (self.dropped + at + 1, line))
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The last line.
    pub fn last(&self) -> Option<&Bytes> {
        self.lines.last()
    }

    /// The line at a place from 0, counted in what is kept.
    pub fn get(&self, at: usize) -> Option<&Bytes> {
        self.lines.get(at)
    }

    /// How many numbers were given to lines that are gone.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Adds a line of the session.
    pub fn push(&mut self, line: Bytes) {
        self.changes += 1;
        self.lines.push_back(line);
        self.fresh += 1;
    }

    /// Adds a line that a file holds.
    pub fn push_known(&mut self, line: Bytes) {
        self.changes += 1;
        self.lines.push_back(line);
    }

    /// Takes the last line off.
    pub fn pop(&mut self) -> Option<Bytes> {
        self.changes += 1;
        self.fresh = self.fresh.saturating_sub(1);
        self.lines.pop_back()
    }

    /// Removes the lines from place `first` to place `last`.
    pub fn remove(&mut self, first: usize, last: usize) {
        self.changes += 1;
        for _ in first..=last.min(self.lines.len().saturating_sub(1)) {
            self.lines.remove(first);
        }
        self.fresh = self.fresh.min(self.lines.len());
    }

    /// Removes every line that is equal to `line`.
    pub fn erase(&mut self, line: &[u8]) {
        self.changes += 1;
        self.lines.retain(|kept| kept != line);
        self.fresh = self.fresh.min(self.lines.len());
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.changes += 1;
        self.lines.clear();
        self.dropped = 0;
        self.fresh = 0;
    }

    /// Drops the oldest lines until `most` are left.
    pub fn limit(&mut self, most: usize) {
        let excess = self.lines.len().saturating_sub(most);
        if excess > 0 {
            self.changes += 1;
            self.lines = self.lines.skip(excess);
            self.dropped += excess;
            self.fresh = self.fresh.min(self.lines.len());
        }
    }

    /// The lines that no file holds yet; they count as held from now on.
    pub fn take_fresh(&mut self) -> Vec<Bytes> {
        let fresh = std::mem::take(&mut self.fresh);
        self.lines.iter().skip(self.lines.len() - fresh).cloned().collect()
    }

    /// How often lines were added, removed or dropped: whoever keeps the lines elsewhere sees by it that they are not what it
    /// knows.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// As it was when it had dropped so many lines, with these after them.
    pub fn restored(dropped: usize, lines: impl IntoIterator<Item = Bytes>) -> Self {
        History { lines: lines.into_iter().collect(), dropped, ..History::default() }
    }

    /// How many lines of the file are known.
    pub fn known(&self) -> usize {
        self.read
    }

    /// So many lines of the file are known.
    pub fn set_known(&mut self, read: usize) {
        self.read = read;
    }
}
