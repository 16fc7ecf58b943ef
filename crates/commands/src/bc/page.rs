//! What is printed, broken into lines.

use crate::support::Output;

/// How long lines are unless the environment says otherwise.
pub const WIDTH: usize = 70;

/// Output whose lines are broken with a backslash before they reach their length.
pub struct Page {
    pub output: Output,
    /// The length of a line with its newline; 0 breaks none.
    width: usize,
    column: usize,
}

impl Page {
    pub fn new(output: Output, width: usize) -> Page {
        Page { output, width, column: 0 }
    }

    /// Prints the characters of a number or a text.
    pub fn print(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            let until_newline = memchr::memchr(b'\n', rest);
            let free = match self.width {
                0 => usize::MAX,
                width => (width - 2).saturating_sub(self.column),
            };
            let length = until_newline.unwrap_or(rest.len());
            if length > free {
                self.output.push(&rest[..free]);
                self.output.push(b"\\\n");
                self.column = 0;
                rest = &rest[free..];
                continue;
            }
            self.output.push(&rest[..length]);
            self.column += length;
            rest = &rest[length..];
            if until_newline.is_some() {
                self.output.push_byte(b'\n');
                self.column = 0;
                rest = &rest[1..];
            }
        }
    }
}
