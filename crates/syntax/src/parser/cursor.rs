//! Where the parser stands in its text.

use bytes::Bytes;

use crate::ast::Span;

/// A position in a text.
///
/// A backslash in front of a newline joins two lines wherever quotes do not forbid it: [`peek`](Cursor::peek) and
/// [`ahead`](Cursor::ahead) look through it, [`byte`](Cursor::byte) does not.
#[derive(Clone)]
pub(crate) struct Cursor {
    pub text: Bytes,
    pub position: usize,
    /// A position whose line is known, so that lines are counted once.
    marked: usize,
    marked_line: u32,
}

impl Cursor {
    pub fn new(text: Bytes, line: u32) -> Self {
        Cursor { text, position: 0, marked: 0, marked_line: line }
    }

    /// The byte that stands here.
    pub fn byte(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    /// The next byte that counts; moves past line continuations.
    pub fn peek(&mut self) -> Option<u8> {
        let byte = self.byte();
        if byte != Some(b'\\') {
            return byte;
        }
        while self.rest().starts_with(b"\\\n") {
            self.position += 2;
        }
        self.byte()
    }

    /// The byte behind the one that [`peek`](Cursor::peek) shows, and where it stands.
    pub fn ahead(&mut self) -> (Option<u8>, usize) {
        self.peek();
        let second = self.joined(self.position + 1);
        (self.text.get(second).copied(), second)
    }

    /// The position of the first byte from `position` on that is not part of a line continuation.
    pub fn joined(&self, mut position: usize) -> usize {
        while self.text.get(position) == Some(&b'\\') && self.text.get(position + 1) == Some(&b'\n') {
            position += 2;
        }
        position
    }

    /// Moves over the next byte.
    pub fn advance(&mut self) {
        self.position = (self.position + 1).min(self.text.len());
    }

    /// Moves over `byte` when it stands here, continuations or not.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.position += 1;
        }
        found
    }

    /// Moves to where one of the bytes that `stops` knows stands, or to the end.
    pub fn skip_until(&mut self, stops: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.position += rest.iter().position(|&byte| stops(byte)).unwrap_or(rest.len());
    }

    /// The text from here on.
    pub fn rest(&self) -> &[u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The text between two positions, sharing memory with the whole.
    pub fn slice(&self, start: usize, end: usize) -> Bytes {
        let end = end.min(self.text.len());
        self.text.slice(start.min(end)..end)
    }

    /// Counts on from `line` here.
    pub fn set_line(&mut self, line: u32) {
        self.marked = self.position;
        self.marked_line = line;
    }

    /// The line of a position.
    pub fn line_at(&mut self, position: usize) -> u32 {
        let position = position.min(self.text.len());
        let (from, to) = (self.marked.min(position), self.marked.max(position));
        let newlines = match self.text.get(from..to) {
            Some(between) if !between.is_empty() => memchr::memchr_iter(b'\n', between).count() as u32,
            _ => 0,
        };
        self.marked_line = match position >= self.marked {
            true => self.marked_line.wrapping_add(newlines),
            false => self.marked_line.wrapping_sub(newlines),
        };
        self.marked = position;
        self.marked_line
    }

    /// The span from `start` to here.
    pub fn span_from(&mut self, start: usize) -> Span {
        Span { start: start as u32, end: self.position as u32, line: self.line_at(start) }
    }

    /// The line of text around `position`, without its newline.
    pub fn line_around(&self, position: usize) -> Bytes {
        let position = position.min(self.text.len());
        let start = memchr::memrchr(b'\n', &self.text[..position]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &self.text[position..]).map_or(self.text.len(), |at| position + at);
        self.slice(start, end)
    }
}
