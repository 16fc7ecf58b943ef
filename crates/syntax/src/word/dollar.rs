//! What `$` begins.

use std::sync::Arc;

use super::{Builder, Quoting, decode_ansi_c};
use crate::ast::{Operation, Parameter, ParameterName, Part, SpecialParameter};
use crate::parser::{Parse, Parser};

/// Whether a name may begin with the byte.
pub(crate) fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a name may go on with the byte.
pub(crate) fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The special parameter that a byte names.
pub(crate) fn special_parameter(byte: u8) -> Option<SpecialParameter> {
    Some(match byte {
        b'@' => SpecialParameter::At,
        b'*' => SpecialParameter::Star,
        b'#' => SpecialParameter::Count,
        b'?' => SpecialParameter::Status,
        b'-' => SpecialParameter::Flags,
        b'$' => SpecialParameter::Process,
        b'!' => SpecialParameter::LastBackground,
        b'0' => SpecialParameter::Zero,
        _ => return None,
    })
}

impl Parser {
    /// An expansion, a quoted string, or a `$` that stands for itself.
    pub(crate) fn dollar(&mut self, builder: &mut Builder, quoting: Quoting) -> Parse<()> {
        match quoting {
            Quoting::Document => self.lenient(builder, |parser, builder| parser.expansion(builder, quoting)),
            _ => self.expansion(builder, quoting),
        }
    }

    fn expansion(&mut self, builder: &mut Builder, quoting: Quoting) -> Parse<()> {
        let start = self.cursor.position;
        let (next, next_at) = self.cursor.ahead();
        match next {
            Some(b'{') => {
                self.cursor.position = next_at + 1;
                self.braced_parameter(builder, quoting, start)
            }
            Some(b'(') => self.dollar_parenthesis(builder, next_at),
            Some(b'[') => {
                self.cursor.position = next_at + 1;
                self.bracket_arithmetic(builder, start)
            }
            Some(b'\'') if quoting == Quoting::Brace => {
                self.cursor.position = next_at;
                let text = decode_ansi_c(&self.ansi_c_quotes()?);
                builder.part(&self.cursor, Part::SingleQuoted(text));
                Ok(())
            }
            Some(b'\'') if quoting == Quoting::None => {
                self.cursor.position = next_at;
                self.ansi_c_quoted(builder)
            }
            Some(b'\'') if quoting.is_arithmetic() => {
                self.cursor.position = next_at;
                let text = decode_ansi_c(&self.ansi_c_quotes()?);
                builder.text(&self.cursor, [b"'", &text[..], b"'"].concat().into());
                Ok(())
            }
            Some(b'"') if quoting == Quoting::None || quoting.is_arithmetic() => {
                self.cursor.position = next_at;
                self.double_quoted(builder)
            }
            _ => {
                self.unbraced(builder, next, next_at);
                Ok(())
            }
        }
    }

    /// `$name`, or a `$` that stands for itself.
    #[inline(never)]
    fn unbraced(&mut self, builder: &mut Builder, next: Option<u8>, next_at: usize) {
        let start = self.cursor.position;
        match next.and_then(|byte| self.unbraced_parameter(byte, next_at)) {
            Some(name) => {
                let parameter = self.plain_parameter(name, start);
                builder.part(&self.cursor, Part::Parameter(Arc::new(parameter)));
            }
            None => self.lone_dollar(builder, start),
        }
    }

    /// `$'...'`, whose parts are those of the text in single quotes as bash writes it.
    #[inline(never)]
    fn ansi_c_quoted(&mut self, builder: &mut Builder) -> Parse<()> {
        let text = decode_ansi_c(&self.ansi_c_quotes()?);
        if &text[..] != b"'" {
            let mut done = 0;
            for quote in memchr::memchr_iter(b'\'', &text) {
                builder.part(&self.cursor, Part::SingleQuoted(text.slice(done..quote)));
                builder.part(&self.cursor, Part::Escaped(text.slice(quote..quote + 1)));
                done = quote + 1;
            }
            builder.part(&self.cursor, Part::SingleQuoted(text.slice(done..)));
        } else {
            builder.part(&self.cursor, Part::Escaped(text));
        }
        Ok(())
    }

    fn lone_dollar(&mut self, builder: &mut Builder, start: usize) {
        self.cursor.position = start + 1;
        builder.literal(&self.cursor, start, start + 1);
    }

    /// The parameter of `$name` whose first byte stands at `at`.
    fn unbraced_parameter(&mut self, first: u8, at: usize) -> Option<ParameterName> {
        if starts_name(first) {
            let (name, end) = self.name_at(at)?;
            self.cursor.position = end;
            return Some(ParameterName::Variable(name));
        }
        let name = match special_parameter(first) {
            Some(special) => ParameterName::Special(special),
            None if first.is_ascii_digit() => ParameterName::Positional(usize::from(first - b'0')),
            None => return None,
        };
        self.cursor.position = at + 1;
        Some(name)
    }

    fn plain_parameter(&mut self, name: ParameterName, start: usize) -> Parameter {
        Parameter {
            name,
            subscript: None,
            indirect: false,
            operation: Operation::Value,
            braced: false,
            text: self.cursor.slice(start, self.cursor.position),
            span: self.cursor.span_from(start),
        }
    }

    /// The name at `position`, line continuations taken out of it, and the position behind it.
    pub(crate) fn name_at(&self, position: usize) -> Option<(bytes::Bytes, usize)> {
        let text = &self.cursor.text;
        if !text.get(position).is_some_and(|&byte| starts_name(byte)) {
            return None;
        }
        let mut end = position;
        while text.get(end).is_some_and(|&byte| continues_name(byte)) {
            end += 1;
        }
        if text.get(end) != Some(&b'\\') || self.cursor.joined(end) == end {
            return Some((self.cursor.slice(position, end), end));
        }
        let mut name = text.get(position..end)?.to_vec();
        loop {
            let next = self.cursor.joined(end);
            match text.get(next) {
                Some(&byte) if continues_name(byte) => {
                    name.push(byte);
                    end = next + 1;
                }
                _ => return Some((name.into(), end)),
            }
        }
    }

    /// The text of the `'...'` behind a `$`, escapes as written.
    fn ansi_c_quotes(&mut self) -> Parse<bytes::Bytes> {
        let start = self.cursor.position;
        let inner = start + 1;
        let mut position = inner;
        loop {
            match self.cursor.text.get(position) {
                None => {
                    let line = self.cursor.line_at(start);
                    return Err(self.unclosed(b'\'', line));
                }
                Some(b'\\') => position += 2,
                Some(b'\'') => break,
                Some(_) => position += 1,
            }
        }
        self.cursor.position = position + 1;
        Ok(self.cursor.slice(inner, position))
    }
}
