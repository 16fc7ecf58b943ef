//! Where lines break.

use bytes::BytesMut;

use crate::support::Filter;

/// The line at hand.
pub struct Wrap {
    width: usize,
    /// Whether every byte is one column.
    bytes: bool,
    /// Whether lines break behind blanks.
    spaces: bool,
    column: usize,
    /// Whether nothing of the line was written yet, nor held.
    empty: bool,
    /// With `spaces`: what follows the last blank.
    word: Vec<u8>,
    /// With `spaces`: whether a blank of this line was written.
    has_blank: bool,
}

impl Wrap {
    /// At the start of a line.
    pub fn new(width: usize, bytes: bool, spaces: bool) -> Self {
        Wrap { width, bytes, spaces, column: 0, empty: true, word: Vec::new(), has_blank: false }
    }

    /// The column behind `byte` when it stands at `column`.
    fn advance(&self, column: usize, byte: u8) -> usize {
        match byte {
            _ if self.bytes => column + 1,
            8 => column.saturating_sub(1),
            b'\r' => 0,
            b'\t' => column + 8 - column % 8,
            _ => column + 1,
        }
    }

    fn put(&mut self, bytes: &[u8], output: &mut BytesMut) {
        if !self.spaces {
            return output.extend_from_slice(bytes);
        }
        match bytes.iter().rposition(|byte| matches!(byte, b' ' | b'\t')) {
            Some(last) => {
                output.extend_from_slice(&self.word);
                output.extend_from_slice(&bytes[..=last]);
                self.word.clear();
                self.word.extend_from_slice(&bytes[last + 1..]);
                self.has_blank = true;
            }
            None => self.word.extend_from_slice(bytes),
        }
    }

    /// Breaks the line in front of a byte that does not fit.
    fn break_line(&mut self, output: &mut BytesMut) {
        if self.has_blank {
            output.extend_from_slice(b"\n");
            self.has_blank = false;
            self.empty = self.word.is_empty();
            self.column = self.word.iter().fold(0, |column, &byte| self.advance(column, byte));
            return;
        }
        output.extend_from_slice(&self.word);
        self.word.clear();
        output.extend_from_slice(b"\n");
        (self.column, self.empty) = (0, true);
    }

    fn end_line(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(&self.word);
        self.word.clear();
        (self.column, self.empty, self.has_blank) = (0, true, false);
    }

    /// How many bytes at the start of `text` are one column each and fit.
    fn plain(&self, text: &[u8]) -> usize {
        let room = self.width.saturating_sub(self.column).min(text.len());
        let odd = |byte: &u8| match byte {
            b'\n' => true,
            8 | b'\t' | b'\r' => !self.bytes,
            _ => false,
        };
        text[..room].iter().position(odd).unwrap_or(room)
    }
}

impl Filter for Wrap {
    fn feed(&mut self, chunk: &[u8], output: &mut BytesMut) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let plain = self.plain(rest);
            if plain > 0 {
                self.put(&rest[..plain], output);
                self.column += plain;
                self.empty = false;
                rest = &rest[plain..];
                continue;
            }
            let byte = rest[0];
            if byte == b'\n' {
                self.end_line(output);
                output.extend_from_slice(b"\n");
                rest = &rest[1..];
                continue;
            }
            let next = self.advance(self.column, byte);
            if next > self.width && !self.empty {
                self.break_line(output);
                continue;
            }
            // What is wider than a line stands alone in one.
            self.put(&[byte], output);
            self.column = next;
            self.empty = false;
            rest = &rest[1..];
        }
    }

    fn end_of_input(&mut self, output: &mut BytesMut) {
        self.end_line(output);
    }
}
