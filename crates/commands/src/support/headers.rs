//! The headers between files: `==> name <==`.

use mirage_shell::io::Writer;

/// Headers as `head` and `tail` print them: an empty line before each but the first.
pub struct Headers {
    wanted: bool,
    printed: bool,
}

impl Headers {
    /// Headers, or none.
    pub fn new(wanted: bool) -> Self {
        Headers { wanted, printed: false }
    }

    /// Prints the header of `operand`.
    pub fn print(&mut self, operand: &[u8], output: &mut Writer) {
        if !self.wanted {
            return;
        }
        if std::mem::replace(&mut self.printed, true) {
            output.push_byte(b'\n');
        }
        output.push(b"==> ");
        output.push(shown_name(operand));
        output.push(b" <==\n");
    }
}

/// An operand as messages and headers name it: `-` is `standard input`.
pub fn shown_name(operand: &[u8]) -> &[u8] {
    if operand == b"-" { b"standard input" } else { operand }
}
