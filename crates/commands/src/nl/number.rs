//! Where in its pages a text is, and what stands before each line.

use bytes::{BufMut, BytesMut};

use super::options::{Format, Options, Style};

/// What goes on from line to line and from file to file.
pub struct Numbering {
    options: Options,
    section: Section,
    /// The next number; none past the largest there is.
    next: Option<i64>,
    /// Empty lines in a row that were not numbered yet.
    blanks: i64,
    /// What stands before a line without a number.
    indent: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Header,
    Body,
    Footer,
}

impl Numbering {
    /// At the start of a body.
    pub fn new(options: Options) -> Self {
        let indent = vec![b' '; options.width + options.separator.len()];
        Numbering { section: Section::Body, next: Some(options.start), blanks: 0, indent, options }
    }

    /// Adds `line`, which has no newline, and what stands before it. An error ends the run.
    pub fn line(&mut self, line: &[u8], output: &mut BytesMut) -> Result<(), String> {
        if let Some(section) = self.section_start(line) {
            self.section = section;
            if self.options.renumber {
                self.next = Some(self.options.start);
            }
            output.put_u8(b'\n');
            return Ok(());
        }
        match self.is_numbered(line)? {
            true => self.put_number(output)?,
            false => output.put_slice(&self.indent),
        }
        output.put_slice(line);
        output.put_u8(b'\n');
        Ok(())
    }

    /// The section that `line` starts by being nothing but delimiters.
    fn section_start(&self, line: &[u8]) -> Option<Section> {
        let delimiter = &self.options.delimiter[..];
        if delimiter.is_empty() || !line.starts_with(delimiter) || line.len() > 3 * delimiter.len() {
            return None;
        }
        let pieces = line.chunks(delimiter.len());
        let section = match pieces.len() {
            1 => Section::Footer,
            2 => Section::Body,
            _ => Section::Header,
        };
        pieces.into_iter().all(|piece| piece == delimiter).then_some(section)
    }

    fn is_numbered(&mut self, line: &[u8]) -> Result<bool, String> {
        let style = match self.section {
            Section::Header => &self.options.header,
            Section::Body => &self.options.body,
            Section::Footer => &self.options.footer,
        };
        match style {
            Style::All if self.options.join > 1 => {
                self.blanks = if line.is_empty() { self.blanks + 1 } else { self.options.join };
                let numbered = self.blanks == self.options.join;
                if numbered {
                    self.blanks = 0;
                }
                Ok(numbered)
            }
            Style::All => Ok(true),
            Style::NotEmpty => Ok(!line.is_empty()),
            Style::None => Ok(false),
            Style::Matching(regex) => regex.is_match(line).map_err(|error| error.to_string()),
        }
    }

    fn put_number(&mut self, output: &mut BytesMut) -> Result<(), String> {
        let number = self.next.ok_or("line number overflow")?;
        self.next = number.checked_add(self.options.increment);
        let mut digits = [0; 20];
        let digits = decimal(number, &mut digits);
        let padding = self.options.width.saturating_sub(digits.len());
        match (self.options.format, digits.strip_prefix(b"-")) {
            (Format::Left, _) => {
                output.put_slice(digits);
                output.put_bytes(b' ', padding);
            }
            (Format::Zeros, Some(magnitude)) => {
                output.put_u8(b'-');
                output.put_bytes(b'0', padding);
                output.put_slice(magnitude);
            }
            (format, _) => {
                output.put_bytes(if format == Format::Zeros { b'0' } else { b' ' }, padding);
                output.put_slice(digits);
            }
        }
        output.put_slice(&self.options.separator);
        Ok(())
    }
}

/// The decimal digits of `number` at the end of `buffer`: what `format!` gives, without its cost for every line.
fn decimal(number: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_fits_its_buffer() {
        for number in [0, 7, -7, 100, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }
}
