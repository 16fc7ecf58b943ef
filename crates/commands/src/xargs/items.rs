//! Items from a stream.

use bytes::Bytes;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_vfs::{Call, Result};

/// How the input is cut into items.
pub enum Splitting {
    /// Blanks and newlines separate; quotes and backslashes keep together; `end` is the last word.
    Words { end: Option<Bytes> },
    /// A line is an item, leading blanks aside; quotes and backslashes are taken away.
    Lines,
    /// Items end with this byte and are taken as they are.
    Delimiter(u8),
}

/// An item.
pub struct Item {
    pub text: Bytes,
    /// Whether its line ends with it: a blank before the newline continues the line.
    pub ends_line: bool,
}

/// Reads items one after the other.
pub struct Items {
    blocks: Blocks,
    splitting: Splitting,
    block: Bytes,
    at: usize,
    ended: bool,
    /// An item that is not delimited by a byte of the caller's choice held a zero byte.
    has_nul: bool,
}

/// The item that comes next: none at the end; a message when a quote is not closed.
pub type Next = std::result::Result<Option<Item>, String>;

impl Items {
    pub fn new(input: Descriptor, splitting: Splitting) -> Items {
        let separator = match splitting {
            Splitting::Delimiter(byte) => byte,
            _ => b'\n',
        };
        Items {
            blocks: Blocks::new(input, separator),
            splitting,
            block: Bytes::new(),
            at: 0,
            ended: false,
            has_nul: false,
        }
    }

    /// The next item. The outer error is about reading.
    pub async fn next(&mut self, call: &Call) -> Result<Next> {
        loop {
            if self.ended {
                return Ok(Ok(None));
            }
            if self.at >= self.block.len() {
                match self.blocks.next(call).await? {
                    Some(block) => (self.block, self.at) = (block, 0),
                    None => {
                        self.ended = true;
                        return Ok(Ok(None));
                    }
                }
            }
            let next = match &self.splitting {
                Splitting::Delimiter(byte) => Ok(Some(self.record(*byte))),
                Splitting::Lines => self.line(),
                Splitting::Words { .. } => self.word(),
            };
            match next {
                Ok(None) => continue,
                Ok(Some(item)) if self.is_end(&item.text) => {
                    self.ended = true;
                    return Ok(Ok(None));
                }
                Ok(Some(item)) => return Ok(Ok(Some(item))),
                Err(message) => {
                    self.ended = true;
                    return Ok(Err(message));
                }
            }
        }
    }

    fn is_end(&self, text: &[u8]) -> bool {
        matches!(&self.splitting, Splitting::Words { end: Some(end) } if end == text)
    }

    fn record(&mut self, separator: u8) -> Item {
        let rest = &self.block[self.at..];
        let length = memchr::memchr(separator, rest).unwrap_or(rest.len());
        let text = self.block.slice(self.at..self.at + length);
        self.at += length + 1;
        Item { text, ends_line: true }
    }

    /// The rest of the line as one item; none for an empty line.
    fn line(&mut self) -> Next {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        self.at += self.block[self.at..].iter().take_while(|byte| blank(byte)).count();
        let mut text = Vec::new();
        let found = self.quoted_until(&mut text, |byte| byte == b'\n')?;
        self.at += 1;
        self.has_nul |= text.contains(&0);
        Ok(found.then(|| Item { text: text.into(), ends_line: true }))
    }

    /// The next word; none when the block holds no further one.
    fn word(&mut self) -> Next {
        let separator = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n');
        self.at += self.block[self.at..].iter().take_while(|byte| separator(**byte)).count();
        let mut text = Vec::new();
        let found = self.quoted_until(&mut text, separator)?;
        let ends_line = matches!(self.block.get(self.at), Some(b'\n') | None);
        self.at += usize::from(self.at < self.block.len());
        self.has_nul |= text.contains(&0);
        Ok(found.then(|| Item { text: text.into(), ends_line }))
    }

    /// Whether there was a zero byte since this was last asked.
    pub fn take_nul(&mut self) -> bool {
        std::mem::take(&mut self.has_nul)
    }

    /// Adds what stands before the first unquoted byte that `ends`, quotes removed; whether there was anything.
    fn quoted_until(
        &mut self,
        text: &mut Vec<u8>,
        ends: fn(u8) -> bool,
    ) -> std::result::Result<bool, String> {
        let mut found = false;
        while let Some(&byte) = self.block.get(self.at) {
            if ends(byte) {
                break;
            }
            found = true;
            self.at += 1;
            match byte {
                b'\\' => {
                    if let Some(&escaped) = self.block.get(self.at) {
                        text.push(escaped);
                        self.at += 1;
                    }
                }
                b'"' | b'\'' => {
                    let rest = &self.block[self.at..];
                    let close = rest.iter().position(|&other| other == byte || other == b'\n');
                    match close.filter(|close| rest[*close] == byte) {
                        Some(close) => {
                            text.extend_from_slice(&rest[..close]);
                            self.at += close + 1;
                        }
                        None => {
                            let kind = if byte == b'"' { "double" } else { "single" };
                            return Err(format!(
                                "unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
                            ));
                        }
                    }
                }
                _ => text.push(byte),
            }
        }
        Ok(found)
    }
}
