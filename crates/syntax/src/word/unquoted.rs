//! Text in which quotes, globs and blanks mean something.

use bytes::Bytes;

use super::{Builder, Quoting};
use crate::ast::Part;
use crate::parser::{Parse, Parser, is_meta};

/// Where unquoted text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// At a blank or an operator: a word of a command.
    Meta,
    /// At `}`: the word of `${x-word}`.
    Brace,
    /// At `/` or `}`: the pattern of `${x/pattern/replacement}`.
    Slash,
    /// At the `]` that closes a subscript; blanks are text.
    Bracket,
    /// At the `]` that closes a subscript or at a blank.
    BlankBracket,
    /// At the `]` that closes a subscript inside `${...}`, or at `}`.
    BraceBracket,
    /// At the `)` that closes the parenthesis of an extended pattern, or of a regular expression.
    Parenthesis,
    /// At a blank, where parentheses balance: a regular expression of `[[`.
    Regex,
    /// At the end of the text.
    End,
}

const META: u8 = 1;
const SPECIAL: u8 = 2;
const GLOB: u8 = 4;
const BRACE: u8 = 8;
const SLASH: u8 = 16;
const PARENTHESIS: u8 = 32;

/// What a byte may mean in unquoted text.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'(' | b')' => META | PARENTHESIS,
            b'<' | b'>' => META | SPECIAL,
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' => META,
            b'\\' | b'\'' | b'"' | b'$' | b'`' => SPECIAL,
            b'*' | b'?' => GLOB,
            b'[' | b']' => GLOB,
            b'{' | b'}' => BRACE,
            b'/' => SLASH,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl Until {
    /// The classes of bytes that may mean something.
    fn classes(self) -> u8 {
        SPECIAL
            | GLOB
            | BRACE
            | match self {
                Until::Meta | Until::Regex | Until::BlankBracket => META,
                Until::Slash => SLASH | PARENTHESIS,
                _ => PARENTHESIS,
            }
    }

    fn ends_at_bracket(self) -> bool {
        matches!(self, Until::Bracket | Until::BlankBracket | Until::BraceBracket)
    }

    /// Whether the operators and blanks end it.
    fn ends_at_meta(self, byte: u8) -> bool {
        match self {
            Until::Meta | Until::BlankBracket => is_meta(byte),
            Until::Regex => is_meta(byte) && byte != b'|',
            _ => false,
        }
    }
}

impl Parser {
    /// Reads text up to what ends it, which is left.
    pub(crate) fn unquoted(&mut self, builder: &mut Builder, until: Until) -> Parse<()> {
        let stops = until.classes();
        let mut brackets = 0_u32;
        loop {
            let start = self.cursor.position;
            self.cursor.skip_until(|byte| CLASSES[usize::from(byte)] & stops != 0);
            builder.literal(&self.cursor, start, self.cursor.position);
            let Some(byte) = self.cursor.byte() else { return Ok(()) };
            match byte {
                b'\\' => self.escaped(builder),
                b'\'' => self.single_quoted(builder)?,
                b'"' => self.double_quoted(builder)?,
                b'`' => self.backquoted(builder, Quoting::None)?,
                b'$' => self.dollar(builder, Quoting::None)?,
                b'<' | b'>' if until != Until::Regex && self.at_process_substitution() => {
                    self.process_substitution(builder)?;
                }
                b'}' if matches!(until, Until::Brace | Until::Slash | Until::BraceBracket) => return Ok(()),
                b'/' if until == Until::Slash => return Ok(()),
                b')' if until == Until::Parenthesis => return Ok(()),
                b'(' if self.opens_pattern(builder, until) => self.parenthesized(builder)?,
                b']' if until.ends_at_bracket() => {
                    if brackets == 0 {
                        return Ok(());
                    }
                    brackets -= 1;
                    self.plain(builder);
                }
                _ if until.ends_at_meta(byte) => return Ok(()),
                _ => {
                    match byte {
                        b'[' if until.ends_at_bracket() => brackets += 1,
                        b'*' | b'?' => builder.facts.glob = true,
                        b'[' => builder.bracket = true,
                        b']' => builder.facts.glob |= builder.bracket,
                        b'{' => builder.brace = true,
                        _ => {}
                    }
                    self.plain(builder);
                }
            }
        }
    }

    /// A byte that stands for itself after all.
    fn plain(&mut self, builder: &mut Builder) {
        let start = self.cursor.position;
        self.cursor.advance();
        builder.literal(&self.cursor, start, self.cursor.position);
    }

    /// A backslash and what it quotes.
    fn escaped(&mut self, builder: &mut Builder) {
        let start = self.cursor.position;
        match self.cursor.text.get(start + 1) {
            Some(b'\n') => self.cursor.position += 2,
            Some(_) => {
                self.cursor.position += 2;
                let part = Part::Escaped(self.cursor.slice(start + 1, start + 2));
                builder.part(&self.cursor, part);
            }
            // At the very end it quotes nothing and stands for itself.
            None => {
                self.cursor.position += 1;
                let part = Part::Escaped(self.cursor.slice(start, start + 1));
                builder.part(&self.cursor, part);
            }
        }
    }

    /// `'...'`
    pub(crate) fn single_quoted(&mut self, builder: &mut Builder) -> Parse<()> {
        let text = self.single_quotes()?;
        builder.part(&self.cursor, Part::SingleQuoted(text));
        Ok(())
    }

    /// The text between the single quotes at the cursor.
    pub(crate) fn single_quotes(&mut self) -> Parse<Bytes> {
        let start = self.cursor.position;
        let inner = start + 1;
        let length = self.cursor.text.get(inner..).and_then(|rest| memchr::memchr(b'\'', rest));
        let Some(length) = length else {
            let line = self.cursor.line_at(start);
            return Err(self.unclosed(b'\'', line));
        };
        self.cursor.position = inner + length + 1;
        Ok(self.cursor.slice(inner, inner + length))
    }

    /// Whether the `(` at the cursor belongs to the text together with all up to its `)`.
    fn opens_pattern(&self, builder: &mut Builder, until: Until) -> bool {
        if matches!(until, Until::Parenthesis | Until::Regex) {
            return true;
        }
        let before = builder.last_literal(&self.cursor, self.cursor.position);
        let opens = self.options.extglob && matches!(before, Some(b'?' | b'*' | b'+' | b'@' | b'!'));
        builder.facts.glob |= opens;
        // Inside `${...}` parentheses hide nothing: `${x/@(a/b)}` has a pattern and a replacement.
        opens && matches!(until, Until::Meta | Until::BlankBracket)
    }

    /// `(...)` as a part of the text around it; blanks and operators in it are text.
    pub(crate) fn parenthesized(&mut self, builder: &mut Builder) -> Parse<()> {
        let line = self.cursor.line_at(self.cursor.position);
        self.plain(builder);
        self.enter()?;
        self.unquoted(builder, Until::Parenthesis)?;
        self.leave();
        if self.cursor.byte().is_none() {
            return Err(self.unclosed(b')', line));
        }
        self.plain(builder);
        Ok(())
    }
}
