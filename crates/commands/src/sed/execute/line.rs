//! The pattern space and the hold space.

/// A line without its end, or several joined.
#[derive(Debug)]
pub struct Line {
    pub text: Vec<u8>,
    /// Whether the line ended with a separator, and is written with one.
    pub terminated: bool,
}

impl Line {
    pub fn new() -> Self {
        Line { text: Vec::new(), terminated: true }
    }

    /// Becomes a copy of `other`.
    pub fn copy(&mut self, other: &Line) {
        self.text.clear();
        self.text.extend_from_slice(&other.text);
        self.terminated = other.terminated;
    }

    /// Adds `other` after a separator.
    pub fn append(&mut self, other: &Line, separator: u8) {
        self.text.push(separator);
        self.text.extend_from_slice(&other.text);
        self.terminated = other.terminated;
    }

    /// The text before the first separator, if there is one.
    pub fn first(&self, separator: u8) -> Option<&[u8]> {
        memchr::memchr(separator, &self.text).map(|end| &self.text[..end])
    }
}
