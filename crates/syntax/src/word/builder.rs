//! Gathering the parts of a word and the facts about it.

use bytes::{Bytes, BytesMut};

use super::Shape;
use crate::ast::{Facts, Part, Span, Word};
use crate::parser::{Cursor, Parse, Parser};

/// Parts on their way to become a word.
#[derive(Default)]
pub(crate) struct Builder {
    parts: Vec<Part>,
    /// Literal text that is not yet a part: a range of the source.
    run: Option<(usize, usize)>,
    pub facts: Facts,
    /// An unquoted `{` was seen.
    pub brace: bool,
    /// An unquoted `[` was seen, which a `]` may make a pattern.
    pub bracket: bool,
}

impl Builder {
    /// Adds literal text of the source.
    pub fn literal(&mut self, cursor: &Cursor, start: usize, end: usize) {
        if start == end {
            return;
        }
        match &mut self.run {
            Some((_, run_end)) if *run_end == start => *run_end = end,
            _ => {
                self.flush(cursor);
                self.run = Some((start, end));
            }
        }
    }

    /// Adds literal text that does not stand in the source.
    pub fn text(&mut self, cursor: &Cursor, text: Bytes) {
        self.flush(cursor);
        push_text(&mut self.parts, text);
    }

    /// Adds a part other than a literal.
    pub fn part(&mut self, cursor: &Cursor, part: Part) {
        self.flush(cursor);
        self.parts.push(part);
    }

    /// The last byte, when it is unquoted literal text that ends at `position`.
    pub fn last_literal(&self, cursor: &Cursor, position: usize) -> Option<u8> {
        match self.run {
            Some((_, end)) if end == position => cursor.text.get(end.checked_sub(1)?).copied(),
            _ => None,
        }
    }

    fn flush(&mut self, cursor: &Cursor) {
        if let Some((start, end)) = self.run.take() {
            if self.parts.is_empty() {
                // Most words are one literal.
                self.parts = Vec::with_capacity(1);
            }
            push_text(&mut self.parts, cursor.slice(start, end));
        }
    }

    /// The parts, in order.
    pub fn into_parts(mut self, cursor: &Cursor) -> Vec<Part> {
        self.flush(cursor);
        self.parts
    }
}

/// Adds literal text, to the literal at the end when there is one.
pub(crate) fn push_text(parts: &mut Vec<Part>, text: Bytes) {
    match parts.last_mut() {
        Some(Part::Literal(last)) => {
            let mut joined = BytesMut::with_capacity(last.len() + text.len());
            joined.extend_from_slice(last);
            joined.extend_from_slice(&text);
            *last = joined.freeze();
        }
        _ => parts.push(Part::Literal(text)),
    }
}

impl Parser {
    /// The word of what was gathered.
    pub(crate) fn finish_word(&mut self, builder: Builder, shape: Shape, span: Span) -> Parse<Word> {
        let mut facts = builder.facts;
        let brace = builder.brace && shape.braces;
        let mut parts = builder.into_parts(&self.cursor);
        if brace {
            parts = self.structure_braces(parts)?;
            facts.brace = parts.iter().any(Part::is_brace);
        }
        shape.tildes.mark(&mut parts);
        Ok(Word::new(parts, facts, span))
    }
}

impl Word {
    /// A word of these parts. `facts` are those found while reading; the rest follows from the parts.
    pub(crate) fn new(parts: Vec<Part>, mut facts: Facts, span: Span) -> Word {
        for part in &parts {
            match part {
                Part::Literal(_) | Part::BraceList(_) | Part::BraceRange(_) => {}
                Part::Escaped(_) | Part::SingleQuoted(_) => facts.quoted = true,
                Part::DoubleQuoted(inner) => {
                    facts.quoted = true;
                    facts.expansion |= !inner.iter().all(Part::is_constant);
                }
                _ => facts.expansion = true,
            }
        }
        let constant = !facts.expansion && !facts.glob && !facts.brace;
        let literal = if constant { Some(constant_text(&parts)) } else { None };
        Word { parts, literal, facts, span }
    }

    /// A word of one part that is read as double quotes are.
    pub(crate) fn quoted(parts: Vec<Part>, facts: Facts, span: Span) -> Word {
        Word::new(vec![Part::DoubleQuoted(parts)], facts, span)
    }
}

impl Part {
    /// Whether it stands for the same text always.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Part::Literal(_) | Part::Escaped(_) | Part::SingleQuoted(_) => true,
            Part::DoubleQuoted(parts) => parts.iter().all(Part::is_constant),
            _ => false,
        }
    }

    pub(crate) fn is_brace(&self) -> bool {
        matches!(self, Part::BraceList(_) | Part::BraceRange(_))
    }
}

/// What constant parts say, quotes removed.
pub(crate) fn constant_text(parts: &[Part]) -> Bytes {
    match parts {
        [] => Bytes::new(),
        [Part::Literal(text) | Part::Escaped(text) | Part::SingleQuoted(text)] => text.clone(),
        [Part::DoubleQuoted(inner)] => constant_text(inner),
        _ => {
            let mut text = BytesMut::new();
            constant_text_into(parts, &mut text);
            text.freeze()
        }
    }
}

fn constant_text_into(parts: &[Part], text: &mut BytesMut) {
    for part in parts {
        match part {
            Part::Literal(bytes) | Part::Escaped(bytes) | Part::SingleQuoted(bytes) => {
                text.extend_from_slice(bytes);
            }
            Part::DoubleQuoted(inner) => constant_text_into(inner, text),
            _ => {}
        }
    }
}
