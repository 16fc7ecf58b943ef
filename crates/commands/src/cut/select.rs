//! The selected parts of lines, block by block.

use bytes::{BufMut, BytesMut};
use memchr::{memchr, memchr_iter};

use crate::support::Ranges;

/// Puts the selected bytes of each line of `block` out. `delimiter` stands between two ranges that both have bytes.
pub fn bytes(block: &[u8], end: u8, ranges: &Ranges, delimiter: &[u8], output: &mut BytesMut) {
    for_each_line(block, end, |line| {
        let mut between: &[u8] = b"";
        for range in ranges.iter() {
            let first = usize::try_from(range.first - 1).unwrap_or(usize::MAX);
            if first >= line.len() {
                break;
            }
            let last = usize::try_from(range.last).unwrap_or(usize::MAX).min(line.len());
            output.put_slice(between);
            output.put_slice(&line[first..last]);
            between = delimiter;
        }
        output.put_u8(end);
    });
}

/// How fields are told apart and put out.
pub struct Fields<'a> {
    /// The list.
    pub ranges: &'a Ranges,
    /// Ends a line.
    pub end: u8,
    /// Stands between two fields.
    pub delimiter: u8,
    /// Stands between two fields in the output, if it is not the delimiter.
    pub output_delimiter: Option<&'a [u8]>,
    /// A line without a delimiter is left out, not put out whole.
    pub only_delimited: bool,
}

impl Fields<'_> {
    /// Puts the selected fields of each line of `block` out.
    pub fn select(&self, block: &[u8], output: &mut BytesMut) {
        for_each_line(block, self.end, |line| self.line(line, output));
    }

    fn line(&self, line: &[u8], output: &mut BytesMut) {
        let mut delimiters = memchr_iter(self.delimiter, line).peekable();
        if delimiters.peek().is_none() {
            if !self.only_delimited {
                output.put_slice(line);
                output.put_u8(self.end);
            }
            return;
        }
        let delimiter = self.output_delimiter.unwrap_or(std::slice::from_ref(&self.delimiter));
        // The field that starts at `start`, counted from 1; past the last one there is no start.
        let (mut number, mut start) = (1, Some(0));
        let mut between: &[u8] = b"";
        for range in self.ranges.iter() {
            while number < range.first && start.is_some() {
                start = delimiters.next().map(|at| at + 1);
                number += 1;
            }
            let Some(first) = start else { break };
            if self.output_delimiter.is_some() {
                while let Some(field) = start
                    && number <= range.last
                {
                    let next = delimiters.next();
                    output.put_slice(between);
                    output.put_slice(&line[field..next.unwrap_or(line.len())]);
                    between = delimiter;
                    start = next.map(|at| at + 1);
                    number += 1;
                }
                continue;
            }
            // Neighbours go out as they stand in the line.
            output.put_slice(between);
            between = delimiter;
            if range.last == u64::MAX {
                output.put_slice(&line[first..]);
                break;
            }
            let mut end = line.len();
            while number <= range.last {
                number += 1;
                start = delimiters.next().map(|at| at + 1);
                match start {
                    Some(next) => end = next - 1,
                    None => {
                        end = line.len();
                        break;
                    }
                }
            }
            output.put_slice(&line[first..end]);
        }
        output.put_u8(self.end);
    }
}

fn for_each_line<'a>(mut block: &'a [u8], end: u8, mut each: impl FnMut(&'a [u8])) {
    while !block.is_empty() {
        match memchr(end, block) {
            Some(at) => {
                each(&block[..at]);
                block = &block[at + 1..];
            }
            None => {
                each(block);
                break;
            }
        }
    }
}

/// Fields where the delimiter is what ends a line: a whole input is one line, and its lines are its fields.
pub struct WholeInput<'a> {
    fields: &'a Fields<'a>,
    /// How many fields were read.
    number: u64,
    /// Whether the last one had a delimiter behind it.
    ended: bool,
    /// A first field that goes out only if it proves to be all there is.
    held: Vec<u8>,
    printed: bool,
}

impl<'a> WholeInput<'a> {
    /// At the start of an input.
    pub fn new(fields: &'a Fields<'a>) -> Self {
        WholeInput { fields, number: 0, ended: false, held: Vec::new(), printed: false }
    }

    /// Takes a block of whole fields.
    pub fn select(&mut self, block: &[u8], output: &mut BytesMut) {
        self.ended = block.last() == Some(&self.fields.end);
        let has_end = memchr(self.fields.end, block).is_some();
        for_each_line(block, self.fields.end, |field| {
            self.number += 1;
            let first_alone = self.number == 1 && !has_end;
            if self.fields.ranges.contains(self.number) && !(first_alone && self.fields.only_delimited) {
                if self.printed {
                    let delimiter = self.fields.output_delimiter;
                    output.put_slice(delimiter.unwrap_or(std::slice::from_ref(&self.fields.delimiter)));
                }
                output.put_slice(field);
                self.printed = true;
            } else if first_alone {
                self.held = field.to_vec();
            }
        });
    }

    /// Ends the line. Whether one that has a delimiter only at its very end counts as delimited depends on whether its
    /// first field is selected: so it is with GNU's.
    pub fn finish(self, output: &mut BytesMut) {
        let (first, suppress) = (self.fields.ranges.contains(1), self.fields.only_delimited);
        let delimited = self.number > 1 || self.ended && suppress == first;
        match (self.number, delimited) {
            (0, _) => {}
            (_, true) => output.put_u8(self.fields.end),
            (_, false) if suppress => {}
            (_, false) => {
                output.put_slice(&self.held);
                output.put_u8(self.fields.end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mirage_shell::command::Locale;

    use super::*;
    use crate::support::Counted;

    /// As `cut -d $'\n'` has it: in one block or in many.
    #[test]
    fn an_input_of_fields_is_one_line() {
        for (text, list, only_delimited, expected) in [
            ("a", "2", false, "a\n"),
            ("a", "1", true, ""),
            ("a\n", "1", true, "a\n"),
            ("a\n", "3", true, ""),
            ("a\n", "2", false, "\n"),
            ("a\nb\nc\n", "1,3", false, "a\nc\n"),
            ("a\nb\nc", "4", true, "\n"),
            ("", "1", false, ""),
        ] {
            let ranges = Ranges::parse(list.as_bytes(), Counted::Fields, Locale::C).expect("a list");
            let fields = Fields {
                ranges: &ranges,
                end: b'\n',
                delimiter: b'\n',
                output_delimiter: None,
                only_delimited,
            };
            let (mut whole, mut pieces) = (WholeInput::new(&fields), WholeInput::new(&fields));
            let (mut one, mut many) = (BytesMut::new(), BytesMut::new());
            if !text.is_empty() {
                whole.select(text.as_bytes(), &mut one);
            }
            text.split_inclusive('\n').for_each(|line| pieces.select(line.as_bytes(), &mut many));
            whole.finish(&mut one);
            pieces.finish(&mut many);
            assert_eq!((&one[..], &many[..]), (expected.as_bytes(), expected.as_bytes()), "{text:?} {list}");
        }
    }
}
