//! Runs of blanks, and the tabs that reach as far.

use bytes::BytesMut;

use crate::support::{Filter, TabStops};

/// What goes on from byte to byte.
pub struct Blanks {
    stops: TabStops,
    /// Whether runs behind other characters count.
    all: bool,
    /// Whether the rest of the line can change.
    converting: bool,
    column: u64,
    /// Whether the byte before was a blank, or the line starts here.
    in_run: bool,
    /// Spaces since the last stop that are not written yet.
    spaces: usize,
    /// A run of one space that reached a stop: it becomes a tab only if the run goes on.
    lone: bool,
}

impl Blanks {
    /// At the start of a line.
    pub fn new(stops: TabStops, all: bool) -> Self {
        Blanks { stops, all, converting: true, column: 0, in_run: true, spaces: 0, lone: false }
    }

    fn blank(&mut self, byte: u8, output: &mut BytesMut) {
        let Some(stop) = self.stops.after(self.column) else {
            self.put_run(output);
            output.extend_from_slice(&[byte]);
            self.converting = false;
            return;
        };
        if std::mem::take(&mut self.lone) {
            output.extend_from_slice(b"\t");
        }
        self.column = if byte == b'\t' { stop } else { self.column + 1 };
        match self.column == stop {
            true if byte == b' ' && !self.in_run => self.lone = true,
            true => {
                output.extend_from_slice(b"\t");
                self.spaces = 0;
            }
            false => self.spaces += 1,
        }
        self.in_run = true;
    }

    /// Writes what a run ended with, as it was.
    fn put_run(&mut self, output: &mut BytesMut) {
        let spaces = std::mem::take(&mut self.spaces) + usize::from(std::mem::take(&mut self.lone));
        output.resize(output.len() + spaces, b' ');
    }
}

impl Filter for Blanks {
    fn feed(&mut self, chunk: &[u8], output: &mut BytesMut) {
        let mut rest = chunk;
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'\n' => {
                    self.put_run(output);
                    output.extend_from_slice(b"\n");
                    (self.converting, self.column, self.in_run) = (true, 0, true);
                }
                _ if !self.converting => {
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    output.extend_from_slice(&rest[..length]);
                    rest = &rest[length..];
                    continue;
                }
                b' ' | b'\t' => self.blank(byte, output),
                _ => {
                    self.put_run(output);
                    output.extend_from_slice(&[byte]);
                    self.column = if byte == 8 { self.column.saturating_sub(1) } else { self.column + 1 };
                    self.in_run = false;
                    self.converting = self.all;
                }
            }
            rest = after;
        }
    }

    fn finish(&mut self, output: &mut BytesMut) {
        self.put_run(output);
    }
}
