//! Here-documents.

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};

use super::{Cursor, Parse, Parser, Token};
use crate::ast::{Facts, HereDocument, Part, RedirectionKind, Span, Warning, Word};
use crate::word::{Builder, Quoting, decode_ansi_c};

/// How many here-documents may stand on one line, as in bash.
const MOST_PENDING: usize = 16;

/// A here-document whose text is still to be read.
pub(super) struct Pending {
    delimiter: Bytes,
    quoted: bool,
    strip_tabs: bool,
    body: Arc<OnceLock<Word>>,
    /// The line of the operator: commands in the text count from there, as in bash.
    line: u32,
}

/// The text of a here-document and what follows it.
struct Extent {
    end: usize,
    next: usize,
    /// The delimiter was found.
    closed: bool,
}

impl Parser {
    /// `<<` and `<<-`, behind the operator: the delimiter.
    pub(super) fn here_document(&mut self, strip_tabs: bool) -> Parse<RedirectionKind> {
        if self.token() != Token::Word {
            return Err(self.unexpected_token());
        }
        let start = self.cursor.position;
        self.word_without_braces()?;
        let raw = self.cursor.slice(start, self.cursor.position);
        let quoted = raw.iter().any(|byte| matches!(byte, b'\\' | b'\'' | b'"'));
        let delimiter = if quoted { unquote(&raw) } else { raw };
        let body = Arc::new(OnceLock::new());
        if self.pending.len() == MOST_PENDING {
            let line = self.cursor.line_at(start);
            return Err(self.fail(line, b"maximum here-document count exceeded".to_vec()));
        }
        let line = self.cursor.line_at(start);
        let waiting = Pending { delimiter: delimiter.clone(), quoted, strip_tabs, body: body.clone(), line };
        self.pending.push(waiting);
        Ok(RedirectionKind::HereDocument(HereDocument { delimiter, quoted, strip_tabs, body }))
    }

    /// Reads the text of every here-document that waits for it.
    pub(super) fn read_documents(&mut self) -> Parse<()> {
        for document in std::mem::take(&mut self.pending) {
            self.read_document(&document)?;
        }
        Ok(())
    }

    fn read_document(&mut self, document: &Pending) -> Parse<()> {
        let start = self.cursor.position;
        let extent = self.document_extent(document);
        let line = self.cursor.line_at(start);
        if !extent.closed {
            let at = match extent.next < self.cursor.text.len() {
                true => self.cursor.line_at(extent.next),
                false => self.last_line().saturating_sub(1),
            };
            // bash counts from the line that it has read last, not from the one of the `<<`.
            let from = self.cursor.line_at(start.saturating_sub(1));
            self.warn_unclosed(document, from, at);
        }
        let body = match document.strip_tabs {
            true => {
                let text = self.cursor.slice(start, extent.end);
                Cursor::new(strip_tabs(&text, document.quoted), line)
            }
            false => {
                let mut cursor = self.cursor.clone();
                cursor.text = cursor.text.slice(..extent.end);
                cursor.position = start;
                cursor
            }
        };
        let word = match document.quoted {
            true => {
                let text = body.slice(body.position, body.text.len());
                let span = Span { start: start as u32, end: extent.end as u32, line };
                Word::new(vec![Part::SingleQuoted(text)], Facts::default(), span)
            }
            false => {
                let outer = self.document_line.replace(document.line);
                let word = self.document_word(body);
                self.document_line = outer;
                word?
            }
        };
        self.cursor.position = extent.next;
        // Only one body is ever read for a document, so nothing can be there yet.
        let _ = document.body.set(word);
        Ok(())
    }

    fn warn_unclosed(&mut self, document: &Pending, from: u32, line: u32) {
        let mut message =
            format!("warning: here-document at line {from} delimited by end-of-file (wanted `").into_bytes();
        message.extend_from_slice(&document.delimiter);
        message.extend_from_slice(b"')");
        self.warnings.push(Warning { line, message: message.into() });
    }

    /// A text that is read as double quotes are, to its end. What is wrong in it fails when it is expanded.
    pub(crate) fn document_word(&mut self, body: Cursor) -> Parse<Word> {
        let start = body.position;
        let outer = std::mem::replace(&mut self.cursor, body);
        let mut builder = Builder::default();
        let result = self.nested(|parser| parser.quoted(&mut builder, Quoting::Document));
        let span = self.cursor.span_from(start);
        let facts = builder.facts;
        let parts = builder.into_parts(&self.cursor);
        self.cursor = outer;
        result?;
        Ok(Word::quoted(parts, facts, span))
    }

    /// Finds the line that holds the delimiter.
    fn document_extent(&self, document: &Pending) -> Extent {
        let text = &self.cursor.text[..];
        let mut start = self.cursor.position;
        while start < text.len() {
            let end = logical_line_end(text, start, document.quoted);
            let whole = &text[start..end];
            let line = if document.strip_tabs { without_tabs(whole) } else { whole };
            // The delimiter itself may start with a tab.
            if [line, whole].iter().any(|line| is_delimiter(line, &document.delimiter, document.quoted)) {
                return Extent { end: start, next: (end + 1).min(text.len()), closed: true };
            }
            // The parenthesis of a command substitution may stand right behind the delimiter.
            if self.in_substitution
                && let Some(rest) = line.strip_prefix(&document.delimiter[..])
                && rest.contains(&b')')
            {
                return Extent { end: start, next: end - rest.len(), closed: false };
            }
            start = end + 1;
        }
        Extent { end: text.len(), next: text.len(), closed: false }
    }
}

/// The end of the line that starts at `start`, without its newline: over line continuations unless `quoted`.
fn logical_line_end(text: &[u8], start: usize, quoted: bool) -> usize {
    let mut from = start;
    loop {
        let Some(end) = text.get(from..).and_then(|rest| memchr::memchr(b'\n', rest)).map(|at| from + at)
        else {
            return text.len();
        };
        let backslashes = text[start..end].iter().rev().take_while(|&&byte| byte == b'\\').count();
        if quoted || backslashes % 2 == 0 || end + 1 >= text.len() {
            return end;
        }
        from = end + 1;
    }
}

fn is_delimiter(line: &[u8], delimiter: &[u8], quoted: bool) -> bool {
    if line == delimiter {
        return true;
    }
    if quoted || memchr::memchr(b'\n', line).is_none() {
        return false;
    }
    let mut joined = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        match rest.strip_prefix(b"\\\n") {
            Some(next) => rest = next,
            None => {
                joined.push(byte);
                rest = after;
            }
        }
    }
    joined == delimiter
}

fn without_tabs(line: &[u8]) -> &[u8] {
    let tabs = line.iter().take_while(|&&byte| byte == b'\t').count();
    &line[tabs..]
}

/// Takes away the tabs that lines begin with.
fn strip_tabs(text: &Bytes, quoted: bool) -> Bytes {
    let mut out = BytesMut::with_capacity(text.len());
    let mut start = 0;
    while start < text.len() {
        let end = (logical_line_end(text, start, quoted) + 1).min(text.len());
        let line = &text[start..end];
        out.extend_from_slice(without_tabs(line));
        start = end;
    }
    out.freeze()
}

/// Removes the quotes of a delimiter.
fn unquote(raw: &Bytes) -> Bytes {
    let mut out = BytesMut::with_capacity(raw.len());
    let mut at = 0;
    let mut in_double = false;
    while let Some(&byte) = raw.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let next = raw.get(at).copied();
                match next {
                    Some(b'\n') => at += 1,
                    Some(next) if !in_double || b"$`\"\\".contains(&next) => {
                        out.extend_from_slice(&[next]);
                        at += 1;
                    }
                    _ => out.extend_from_slice(b"\\"),
                }
            }
            b'"' => in_double = !in_double,
            b'$' if !in_double && raw.get(at) == Some(&b'\'') => {
                let inner = raw.slice(at + 1..);
                let end = ansi_c_end(&inner);
                out.extend_from_slice(&decode_ansi_c(&inner.slice(..end)));
                at += end + 2;
            }
            b'$' if !in_double && raw.get(at) == Some(&b'"') => {}
            b'\'' if !in_double => {
                let rest = raw.get(at..).unwrap_or_default();
                let length = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
                out.extend_from_slice(&rest[..length]);
                at += length + 1;
            }
            _ => out.extend_from_slice(&[byte]),
        }
    }
    out.freeze()
}

/// Where the quote that ends `$'...'` stands.
fn ansi_c_end(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\'' => break,
            _ => at += 1,
        }
    }
    at.min(text.len())
}
