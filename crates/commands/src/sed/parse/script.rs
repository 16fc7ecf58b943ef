//! A part of a script, read byte by byte.

/// A cursor over the text. Its position is what messages call `char`.
pub struct Script<'s> {
    text: &'s [u8],
    at: usize,
}

impl<'s> Script<'s> {
    pub fn new(text: &'s [u8]) -> Self {
        Script { text, at: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The number of the line that the last byte read is in, from 1.
    pub fn line(&self) -> usize {
        let read = &self.text[..self.at.saturating_sub(1)];
        memchr::memchr_iter(b'\n', read).count() + 1
    }

    /// The next byte, without reading it.
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Reads a byte.
    pub fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Puts the last byte back.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Reads `byte` if it comes next.
    pub fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Reads bytes while `wanted` says so.
    pub fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'s [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Passes blanks but not the end of the line.
    pub fn skip_blanks(&mut self) {
        self.take_while(|byte| byte.is_ascii_whitespace() && byte != b'\n' || byte == 11);
    }

    /// Passes white space, newlines included.
    pub fn skip_white_space(&mut self) {
        self.take_while(|byte| byte.is_ascii_whitespace() || byte == 11);
    }

    /// Reads a decimal number.
    pub fn number(&mut self) -> Option<u64> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let add = |value: u64, &digit: &u8| value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
        (!digits.is_empty()).then(|| digits.iter().fold(0, add))
    }

    /// What was not read.
    pub fn rest(&self) -> &'s [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads `length` bytes.
    pub fn skip(&mut self, length: usize) {
        self.at = (self.at + length).min(self.text.len());
    }
}
