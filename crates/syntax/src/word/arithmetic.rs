//! Arithmetic expressions as parts of words and of commands.

use std::sync::Arc;

use bytes::Bytes;

use super::builder::constant_text;
use super::{Builder, Quoting};
use crate::arithmetic;
use crate::ast::{Arithmetic, Facts, Part, Span, Word};
use crate::parser::{Parse, Parser};

impl Arithmetic {
    /// The expression of a text that is read as double quotes are.
    pub(crate) fn new(text: Word) -> Arithmetic {
        let constant = text.parts.iter().all(Part::is_constant);
        let expression = match constant {
            true => arithmetic::parse(&constant_text(&text.parts)).ok().map(Arc::new),
            false => None,
        };
        Arithmetic { text, expression, brackets: false }
    }

    /// The expression `1`.
    pub(crate) fn one() -> Arithmetic {
        let text = vec![Part::Literal(Bytes::from_static(b"1"))];
        Arithmetic::new(Word::quoted(text, Facts::default(), Span::default()))
    }
}

impl Parser {
    /// An expression up to what ends it, which is left.
    #[inline(never)]
    pub(crate) fn arithmetic_text(&mut self, quoting: Quoting, facts: &mut Facts) -> Parse<Arithmetic> {
        let start = self.cursor.position;
        let mut builder = Builder::default();
        self.nested(|parser| parser.quoted(&mut builder, quoting))?;
        let inner = builder.facts;
        facts.substitution |= inner.substitution;
        let span = self.cursor.span_from(start);
        let parts = builder.into_parts(&self.cursor);
        Ok(Arithmetic::new(Word::quoted(parts, inner, span)))
    }

    /// `$((...))` or `$(...)`, whose `(` stands at `open`.
    #[inline(never)]
    pub(super) fn dollar_parenthesis(&mut self, builder: &mut Builder, open: usize) -> Parse<()> {
        let start = self.cursor.position;
        let mut facts = Facts::default();
        self.cursor.position = open;
        if let Some(arithmetic) = self.double_parentheses(&mut facts)? {
            builder.facts.add(facts);
            builder.part(&self.cursor, Part::Arithmetic(Arc::new(arithmetic)));
            return Ok(());
        }
        self.cursor.position = start;
        self.command_substitution(builder, open)
    }

    /// `((...))` as a command, or None when it turns out to be a subshell.
    pub(crate) fn arithmetic_command(&mut self) -> Parse<Option<Arithmetic>> {
        let start = self.cursor.position;
        let arithmetic = self.double_parentheses(&mut Facts::default())?;
        if arithmetic.is_none() {
            self.cursor.position = start;
        }
        Ok(arithmetic)
    }

    /// An expression between double parentheses. None when the two `(` do not belong together.
    #[inline(never)]
    fn double_parentheses(&mut self, facts: &mut Facts) -> Parse<Option<Arithmetic>> {
        let start = self.cursor.position;
        let (second, second_at) = self.cursor.ahead();
        if second != Some(b'(') || self.not_arithmetic.contains(&(start as u32)) {
            return Ok(None);
        }
        let line = self.cursor.line_at(start);
        self.cursor.position = second_at + 1;
        let arithmetic = self.arithmetic_text(Quoting::Parenthesis, facts)?;
        if !self.cursor.take(b')') {
            return Err(self.unclosed(b')', line));
        }
        if self.cursor.take(b')') {
            return Ok(Some(arithmetic));
        }
        self.not_arithmetic.push(start as u32);
        Ok(None)
    }

    /// `$[...]`, whose `$` stands at `start`, behind the bracket.
    #[inline(never)]
    pub(super) fn bracket_arithmetic(&mut self, builder: &mut Builder, start: usize) -> Parse<()> {
        let mut facts = Facts::default();
        let mut arithmetic = self.arithmetic_text(Quoting::Bracket, &mut facts)?;
        arithmetic.brackets = true;
        if !self.cursor.take(b']') {
            let line = self.cursor.line_at(start);
            return Err(self.unclosed(b']', line));
        }
        builder.facts.add(facts);
        builder.part(&self.cursor, Part::Arithmetic(Arc::new(arithmetic)));
        Ok(())
    }
}
