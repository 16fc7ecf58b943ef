//! Command and process substitution.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use super::{Builder, Quoting};
use crate::ast::{CommandSubstitution, List, Part, ProcessDirection, ProcessSubstitution};
use crate::parser::{Cursor, Parse, Parser};

impl Parser {
    /// `$(...)` whose `(` stands at `open`.
    #[inline(never)]
    pub(super) fn command_substitution(&mut self, builder: &mut Builder, open: usize) -> Parse<()> {
        let start = self.cursor.position;
        let (list, text) = self.substituted_list(open)?;
        let span = self.cursor.span_from(start);
        builder.facts.substitution = true;
        let source = text.clone();
        let substitution = CommandSubstitution { list: Some(list), backquoted: false, text, source, span };
        builder.part(&self.cursor, Part::Command(Box::new(substitution)));
        Ok(())
    }

    /// Whether `<(` or `>(` stands here.
    pub(crate) fn at_process_substitution(&mut self) -> bool {
        self.cursor.ahead().0 == Some(b'(')
    }

    /// `<(...)` or `>(...)`.
    #[inline(never)]
    pub(super) fn process_substitution(&mut self, builder: &mut Builder) -> Parse<()> {
        let start = self.cursor.position;
        let direction = match self.cursor.byte() {
            Some(b'<') => ProcessDirection::Input,
            _ => ProcessDirection::Output,
        };
        let (_, open) = self.cursor.ahead();
        let (list, text) = self.substituted_list(open)?;
        let span = self.cursor.span_from(start);
        builder.facts.substitution = true;
        let substitution = ProcessSubstitution { direction, list, text, span };
        builder.part(&self.cursor, Part::Process(Box::new(substitution)));
        Ok(())
    }

    /// The list between the parentheses that open at `open`, and its text.
    fn substituted_list(&mut self, open: usize) -> Parse<(Arc<List>, Bytes)> {
        self.cursor.position = open + 1;
        let list = self.nested(|parser| parser.list_in_parentheses(open))?;
        let text = self.cursor.slice(open + 1, self.cursor.position - 1);
        Ok((Arc::new(list), text))
    }

    /// Backquotes.
    pub(super) fn backquoted(&mut self, builder: &mut Builder, quoting: Quoting) -> Parse<()> {
        match quoting {
            Quoting::Document => self.lenient(builder, |parser, builder| parser.backquotes(builder, quoting)),
            _ => self.backquotes(builder, quoting),
        }
    }

    /// Reads an expansion of a text that is first looked at when it is expanded: what is wrong with it must not
    /// keep the command from being read.
    pub(super) fn lenient(
        &mut self,
        builder: &mut Builder,
        expansion: impl FnOnce(&mut Self, &mut Builder) -> Parse<()>,
    ) -> Parse<()> {
        let start = self.cursor.position;
        if let Some(line) = self.document_line {
            self.cursor.set_line(line);
        }
        let before = self.checkpoint();
        if expansion(self, builder).is_ok() {
            return Ok(());
        }
        self.restore(before);
        let closing = match self.cursor.rest() {
            [b'$', b'(', inside @ ..] => closing_parenthesis(inside),
            _ => None,
        };
        builder.facts.substitution = true;
        self.cursor.position = match closing {
            Some(length) => start + length + 3,
            None => self.cursor.text.len(),
        };
        let span = self.cursor.span_from(start);
        let part = match closing {
            Some(length) => {
                let text = self.cursor.slice(start + 2, start + 2 + length);
                Part::Command(Box::new(CommandSubstitution {
                    list: None,
                    backquoted: false,
                    source: text.clone(),
                    text,
                    span,
                }))
            }
            None => {
                Part::BadSubstitution(without_continuation(self.cursor.slice(start, self.cursor.text.len())))
            }
        };
        builder.part(&self.cursor, part);
        Ok(())
    }

    #[inline(never)]
    fn backquotes(&mut self, builder: &mut Builder, quoting: Quoting) -> Parse<()> {
        let start = self.cursor.position;
        let Some(length) = closing_backquote(&self.cursor.rest()[1..]) else {
            let line = self.cursor.line_at(start);
            return Err(self.unclosed(b'`', line));
        };
        let raw = self.cursor.slice(start + 1, start + 1 + length);
        let line = self.cursor.line_at(start);
        self.cursor.position = start + length + 2;
        let span = self.cursor.span_from(start);
        let in_quotes = matches!(quoting, Quoting::DoubleQuotes | Quoting::Brace);
        let text = unescape(&raw, in_quotes);
        let inside = Cursor::new(text.clone(), line);
        let list = self.nested(|parser| Ok(parser.list_of(inside)))?;
        builder.facts.substitution = true;
        let list = list.map(Arc::new);
        builder.part(
            &self.cursor,
            Part::Command(Box::new(CommandSubstitution { list, backquoted: true, text, source: raw, span })),
        );
        Ok(())
    }
}

/// How much text stands before the backquote that closes it.
fn closing_backquote(text: &[u8]) -> Option<usize> {
    let mut position = 0;
    loop {
        position += memchr::memchr2(b'`', b'\\', text.get(position..)?)?;
        if text[position] == b'`' {
            return Some(position);
        }
        position += 2;
    }
}

/// A text without the line continuation at its end, which continues nothing.
fn without_continuation(text: Bytes) -> Bytes {
    let Some(lines) = text.strip_suffix(b"\n") else { return text };
    let backslashes = lines.iter().rev().take_while(|&&byte| byte == b'\\').count();
    if backslashes % 2 == 0 { text } else { text.slice(..lines.len() - 1) }
}

/// How much text stands before the parenthesis that closes it, quotes aside.
fn closing_parenthesis(text: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    let mut position = 0;
    while let Some(&byte) = text.get(position) {
        match byte {
            b'\\' => position += 1,
            b'\'' | b'"' => position += 1 + memchr::memchr(byte, text.get(position + 1..)?)?,
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(position),
            b')' => depth -= 1,
            _ => {}
        }
        position += 1;
    }
    None
}

/// Takes away the backslashes that quote inside backquotes.
fn unescape(raw: &Bytes, in_quotes: bool) -> Bytes {
    let Some(first) = memchr::memchr(b'\\', raw) else { return raw.clone() };
    let mut text = BytesMut::with_capacity(raw.len());
    text.put_slice(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let quoted = match (byte, after.first()) {
            (b'\\', Some(&next @ (b'$' | b'`' | b'\\'))) => Some(next),
            (b'\\', Some(&next @ b'"')) if in_quotes => Some(next),
            _ => None,
        };
        match quoted {
            Some(next) => {
                text.put_u8(next);
                rest = &rest[1..];
            }
            None => text.put_u8(byte),
        }
    }
    text.freeze()
}
