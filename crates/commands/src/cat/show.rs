//! Bytes made visible: line numbers, `$` at line ends, `^I`, `M-`.

use bytes::{BufMut, BytesMut};
use memchr::memchr;

/// What is made visible, and where in the output we are. The state goes on from file to file, as one stream.
#[derive(Default)]
pub struct Show {
    pub ends: bool,
    pub tabs: bool,
    pub nonprinting: bool,
    pub squeeze: bool,
    pub number: bool,
    pub skip_blank_numbers: bool,
    /// The number of the last numbered line.
    pub line: u64,
    /// Whether the current line has begun.
    pub within_line: bool,
    /// How many empty lines were just seen.
    pub blanks: u32,
    /// A carriage return that may stand before a newline: shown as `^M` with `-E`.
    pub held_return: bool,
}

impl Show {
    /// Adds `chunk`, made visible, to `output`.
    pub fn render(&mut self, chunk: &[u8], output: &mut BytesMut) {
        let mut rest = chunk;
        while let Some(newline) = memchr(b'\n', rest) {
            self.text(&rest[..newline], output);
            self.newline(output);
            rest = &rest[newline + 1..];
        }
        self.text(rest, output);
    }

    /// Adds what was held back at the end of the last file.
    pub fn finish(&mut self, output: &mut BytesMut) {
        if std::mem::take(&mut self.held_return) {
            output.put_u8(b'\r');
        }
    }

    fn newline(&mut self, output: &mut BytesMut) {
        if !self.within_line {
            self.blanks += 1;
            if self.squeeze && self.blanks > 1 {
                return;
            }
            if self.number && !self.skip_blank_numbers {
                self.number_line(output);
            }
        }
        if std::mem::take(&mut self.held_return) {
            output.put_slice(b"^M");
        }
        if self.ends {
            output.put_u8(b'$');
        }
        output.put_u8(b'\n');
        self.within_line = false;
    }

    fn text(&mut self, text: &[u8], output: &mut BytesMut) {
        if text.is_empty() {
            return;
        }
        if !self.within_line {
            self.within_line = true;
            self.blanks = 0;
            if self.number {
                self.number_line(output);
            }
        }
        self.finish(output);
        let text = match text.split_last() {
            Some((b'\r', before)) if self.ends && !self.nonprinting => {
                self.held_return = true;
                before
            }
            _ => text,
        };
        match self.nonprinting || self.tabs {
            true => text.iter().for_each(|&byte| self.byte(byte, output)),
            false => output.put_slice(text),
        }
    }

    fn byte(&self, byte: u8, output: &mut BytesMut) {
        match byte {
            b'\t' if self.tabs => output.put_slice(b"^I"),
            b'\t' => output.put_u8(b'\t'),
            _ if !self.nonprinting => output.put_u8(byte),
            128.. => {
                output.put_slice(b"M-");
                caret(byte - 128, output);
            }
            _ => caret(byte, output),
        }
    }

    fn number_line(&mut self, output: &mut BytesMut) {
        self.line += 1;
        output.put_slice(format!("{:6}\t", self.line).as_bytes());
    }
}

fn caret(byte: u8, output: &mut BytesMut) {
    match byte {
        0..32 => output.put_slice(&[b'^', byte + 64]),
        127 => output.put_slice(b"^?"),
        _ => output.put_u8(byte),
    }
}
