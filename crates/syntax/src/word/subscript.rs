//! `[...]` behind the name of an array.

use bytes::{BufMut, Bytes, BytesMut};

use super::builder::push_text;
use super::{Builder, Shape, Tildes, Until};
use crate::ast::{Arithmetic, Facts, Index, Part, Subscript, Word};
use crate::parser::{Parse, Parser};

impl Parser {
    /// The subscript behind a `[`, with its `]`. None when no `]` stands before what else ends it.
    pub(crate) fn subscript(&mut self, facts: &mut Facts, until: Until) -> Parse<Option<Subscript>> {
        let start = self.cursor.position;
        let key =
            self.nested(|parser| parser.word_of(Shape { until, braces: false, tildes: Tildes::Never }))?;
        if self.cursor.byte() != Some(b']') {
            return Ok(None);
        }
        facts.substitution |= key.facts.substitution;
        let text = self.cursor.slice(start, self.cursor.position);
        self.cursor.advance();
        Ok(Some(match &text[..] {
            b"@" => Subscript::At,
            b"*" => Subscript::Star,
            _ => Subscript::Index(Box::new(index(key))),
        }))
    }

    /// A word that starts with a name and a bracket where an assignment might have stood: up to the `]`, blanks are
    /// part of it.
    pub(crate) fn word_with_subscript(&mut self, start: usize, open: usize, shape: Shape) -> Parse<Word> {
        let mut builder = Builder::default();
        builder.bracket = true;
        builder.literal(&self.cursor, start, open + 1);
        self.cursor.position = open + 1;
        self.nested(|parser| parser.unquoted(&mut builder, Until::Bracket))?;
        self.unquoted(&mut builder, shape.until)?;
        let span = self.cursor.span_from(start);
        self.finish_word(builder, shape, span)
    }
}

/// A subscript for one element, whose key is known.
pub(crate) fn index(mut key: Word) -> Index {
    // Globs mean nothing here, so `a[*x]` is constant too.
    if key.facts.glob {
        let facts = Facts { glob: false, ..key.facts };
        key = Word::new(std::mem::take(&mut key.parts), facts, key.span);
    }
    let text = Word::quoted(as_arithmetic(&key.parts), key.facts, key.span);
    Index { key, number: Arithmetic::new(text) }
}

/// The same text read as an arithmetic expression: double quotes vanish, single quotes stand for themselves.
fn as_arithmetic(parts: &[Part]) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Part::Literal(text) => push_text(&mut out, text.clone()),
            Part::DoubleQuoted(inner) => out.extend_from_slice(inner),
            Part::SingleQuoted(text) => push_text(&mut out, joined(&[b"'", text, b"'"])),
            Part::Escaped(text) => match &text[..] {
                b"$" | b"`" | b"\"" | b"\\" => out.push(part.clone()),
                _ => push_text(&mut out, joined(&[b"\\", text])),
            },
            _ => out.push(part.clone()),
        }
    }
    out
}

fn joined(pieces: &[&[u8]]) -> Bytes {
    let mut text = BytesMut::new();
    for piece in pieces {
        text.put_slice(piece);
    }
    text.freeze()
}
