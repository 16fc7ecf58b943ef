//! Lines in memory, sorted.

use memchr::memchr;

use super::rules::Rules;

/// Bytes of text that a piece holds before it is full: its lines stay in the processor's cache while they are sorted.
const FULL_TEXT: usize = 1024 * 1024;

/// Lines that a piece holds before it is full: sorting them takes a few milliseconds at a time.
const FULL_LINES: usize = 32 * 1024;

/// A line of a piece.
#[derive(Clone, Copy)]
struct Line {
    /// Decides most comparisons.
    prefix: u64,
    start: u32,
    length: u32,
}

/// Lines that were read one after the other. Pieces are merged in the end: sorting never takes long at a time, and no
/// list of all lines exists.
#[derive(Default)]
pub struct Piece {
    text: Vec<u8>,
    lines: Vec<Line>,
    /// The line that is read next.
    at: usize,
}

impl Piece {
    /// Takes lines from the start of `block`, whole records that end with `end` (the last one may not), until this is
    /// full. Answers how many bytes were taken.
    pub fn take(&mut self, block: &[u8], end: u8, rules: &Rules) -> usize {
        let base = self.text.len();
        let mut taken = 0;
        while taken < block.len() && !(self.lines.len() >= FULL_LINES || base + taken >= FULL_TEXT) {
            let length = memchr(end, &block[taken..]).unwrap_or(block.len() - taken);
            let line = &block[taken..taken + length];
            let start = (base + taken) as u32;
            self.lines.push(Line { prefix: rules.prefix(line), start, length: length as u32 });
            taken = (taken + length + 1).min(block.len());
        }
        self.text.extend_from_slice(&block[..taken]);
        taken
    }

    /// Whether it takes no more.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= FULL_LINES || self.text.len() >= FULL_TEXT
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The memory it holds, in bytes.
    pub fn size(&self) -> usize {
        self.text.capacity() + self.lines.capacity() * size_of::<Line>()
    }

    /// Puts the lines in order; equal ones stay as they are.
    pub fn sort(&mut self, rules: &Rules) {
        self.text.shrink_to_fit();
        self.lines.shrink_to_fit();
        let text = &self.text[..];
        self.lines.sort_unstable_by(|one, two| {
            one.prefix
                .cmp(&two.prefix)
                .then_with(|| rules.compare(one.of(text), two.of(text)))
                .then_with(|| one.start.cmp(&two.start))
        });
    }

    /// The prefix of the next line; none at the end.
    pub fn prefix(&self) -> Option<u64> {
        self.lines.get(self.at).map(|line| line.prefix)
    }

    /// The next line.
    pub fn line(&self) -> &[u8] {
        self.lines.get(self.at).map_or(&[], |line| line.of(&self.text))
    }

    /// Goes on to the line after the next one.
    pub fn advance(&mut self) {
        self.at += 1;
    }
}

impl Line {
    fn of<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.start as usize..][..self.length as usize]
    }
}
