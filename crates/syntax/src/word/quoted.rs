//! Text that is read as double quotes are.

use super::Builder;
use crate::ast::Part;
use crate::parser::{Parse, Parser};

/// Which text around an expansion it is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Not quoted at all.
    None,
    /// `"..."`
    DoubleQuotes,
    /// The word of a `${x-word}` inside double quotes: up to `}`.
    Brace,
    /// The word of a `${x-word}` in a here-document: up to `}`.
    DocumentBrace,
    /// A here-document, or text that is only known when it runs: up to the end.
    Document,
    /// `$((...))` and `((...))`: up to the `)` that closes it.
    Parenthesis,
    /// `$[...]` or the number of a subscript: up to the `]` that closes it.
    Bracket,
    /// The offset of `${x:offset:length}`: up to `:` or `}`.
    Slice,
    /// The length of `${x:offset:length}`: up to `}`.
    SliceLength,
    /// A clause of `for ((a; b; c))`: up to `;` or the `)` that closes it.
    Clause,
}

impl Quoting {
    /// How the word of `${x-word}` reads where this holds.
    pub fn inside_braces(self) -> Quoting {
        match self {
            Quoting::Document | Quoting::DocumentBrace => Quoting::DocumentBrace,
            _ => Quoting::Brace,
        }
    }

    /// Whether it is an arithmetic expression.
    pub fn is_arithmetic(self) -> bool {
        use Quoting as Q;
        matches!(self, Q::Parenthesis | Q::Bracket | Q::Slice | Q::SliceLength | Q::Clause)
    }

    fn ends_at_brace(self) -> bool {
        matches!(self, Quoting::Brace | Quoting::DocumentBrace)
    }
}

const ALWAYS: u8 = 1;
const QUOTE: u8 = 2;
const BRACE: u8 = 4;
const ARITHMETIC: u8 = 8;
const SINGLE: u8 = 16;

/// What a byte may mean in quoted text.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    classes[b'\\' as usize] = ALWAYS;
    classes[b'$' as usize] = ALWAYS;
    classes[b'`' as usize] = ALWAYS;
    classes[b'"' as usize] = QUOTE;
    classes[b'\'' as usize] = SINGLE;
    classes[b'}' as usize] = BRACE | ARITHMETIC;
    classes[b'{' as usize] = ARITHMETIC;
    classes[b'(' as usize] = ARITHMETIC;
    classes[b')' as usize] = ARITHMETIC;
    classes[b'[' as usize] = ARITHMETIC;
    classes[b']' as usize] = ARITHMETIC;
    classes[b':' as usize] = ARITHMETIC;
    classes[b'?' as usize] = ARITHMETIC;
    classes[b';' as usize] = ARITHMETIC;
    classes
};

/// How many openings of each kind wait for their closing.
#[derive(Default)]
struct Open {
    parentheses: u32,
    brackets: u32,
    /// `?` of a conditional expression, whose `:` does not end a slice's offset.
    questions: u32,
}

impl Parser {
    /// `"..."`
    pub(crate) fn double_quoted(&mut self, builder: &mut Builder) -> Parse<()> {
        let start = self.cursor.position;
        self.cursor.advance();
        let mut inner = Builder::default();
        self.nested(|parser| parser.quoted(&mut inner, Quoting::DoubleQuotes))?;
        if self.cursor.byte().is_none() {
            let line = self.cursor.line_at(start);
            return Err(self.unclosed(b'"', line));
        }
        self.cursor.advance();
        builder.facts.add(inner.facts);
        let part = Part::DoubleQuoted(inner.into_parts(&self.cursor));
        builder.part(&self.cursor, part);
        Ok(())
    }

    /// Reads text up to what ends it, which is left.
    pub(crate) fn quoted(&mut self, builder: &mut Builder, quoting: Quoting) -> Parse<()> {
        let stops = match quoting {
            Quoting::None | Quoting::DoubleQuotes => ALWAYS | QUOTE,
            Quoting::Document => ALWAYS,
            Quoting::Brace if !self.options.posix => ALWAYS | QUOTE | BRACE | SINGLE,
            Quoting::Brace | Quoting::DocumentBrace => ALWAYS | QUOTE | BRACE,
            _ => ALWAYS | QUOTE | ARITHMETIC | SINGLE,
        };
        let mut open = Open::default();
        loop {
            let start = self.cursor.position;
            self.cursor.skip_until(|byte| CLASSES[usize::from(byte)] & stops != 0);
            builder.literal(&self.cursor, start, self.cursor.position);
            let Some(byte) = self.cursor.byte() else { return Ok(()) };
            match byte {
                b'\\' => self.backslash(builder, quoting),
                b'$' => self.dollar(builder, quoting)?,
                b'`' => self.backquoted(builder, quoting)?,
                b'"' if quoting == Quoting::DoubleQuotes => return Ok(()),
                b'"' => self.double_quoted(builder)?,
                b'\'' => self.apostrophes(builder)?,
                b'}' if quoting.ends_at_brace() => return Ok(()),
                _ if ends_arithmetic(byte, quoting, &mut open) => return Ok(()),
                _ => {
                    let start = self.cursor.position;
                    self.cursor.advance();
                    builder.literal(&self.cursor, start, self.cursor.position);
                }
            }
        }
    }

    /// A backslash, which quotes only what means something in double quotes.
    fn backslash(&mut self, builder: &mut Builder, quoting: Quoting) {
        let start = self.cursor.position;
        let quotes = match self.cursor.text.get(start + 1) {
            Some(b'\n') => {
                self.cursor.position += 2;
                return;
            }
            Some(b'$' | b'`' | b'\\') => true,
            Some(b'"') => quoting != Quoting::Document,
            Some(b'}') => quoting.ends_at_brace(),
            _ => false,
        };
        let end = (start + 2).min(self.cursor.text.len());
        self.cursor.position = end;
        match quotes {
            true => builder.part(&self.cursor, Part::Escaped(self.cursor.slice(start + 1, end))),
            false => builder.literal(&self.cursor, start, end),
        }
    }

    /// `'...'` where single quotes quote nothing but must be closed, and nothing between them closes anything else.
    fn apostrophes(&mut self, builder: &mut Builder) -> Parse<()> {
        let start = self.cursor.position;
        self.single_quotes()?;
        let end = self.cursor.position;
        let whole = self.cursor.text.clone();
        self.cursor.text = whole.slice(..end);
        self.cursor.position = start;
        let result = self.nested(|parser| parser.quoted(builder, Quoting::Document));
        self.cursor.text = whole;
        self.cursor.position = end;
        result
    }
}

/// Whether `byte` ends an arithmetic expression; counts what it opens and closes.
fn ends_arithmetic(byte: u8, quoting: Quoting, open: &mut Open) -> bool {
    match (byte, quoting) {
        (b'(', _) => open.parentheses += 1,
        (b')', Quoting::Parenthesis | Quoting::Clause) if open.parentheses == 0 => return true,
        (b')', _) => open.parentheses = open.parentheses.saturating_sub(1),
        (b'[', _) => open.brackets += 1,
        (b']', Quoting::Bracket) if open.brackets == 0 => return true,
        (b']', _) => open.brackets = open.brackets.saturating_sub(1),
        (b';', Quoting::Clause) => return open.parentheses == 0,
        (b'}', Quoting::Slice | Quoting::SliceLength) => return true,
        (b'?', Quoting::Slice) => open.questions += 1,
        (b':', Quoting::Slice) if open.parentheses == 0 && open.questions == 0 => return true,
        (b':', Quoting::Slice) => open.questions = open.questions.saturating_sub(1),
        _ => {}
    }
    false
}
