//! Redirections.

use super::{Operator, Parse, Parser, Token};
use crate::ast::{Descriptor, DuplicateSource, Facts, Redirection, RedirectionKind, Word};
use crate::word::{Shape, Tildes, Until};

impl Parser {
    /// Reads the redirections that stand next.
    pub(super) fn redirections_into(&mut self, redirections: &mut Vec<Redirection>) -> Parse<()> {
        while self.redirection_into(redirections)? {}
        Ok(())
    }

    /// Reads a redirection, and says whether one stood here.
    #[inline(never)]
    pub(super) fn redirection_into(&mut self, redirections: &mut Vec<Redirection>) -> Parse<bool> {
        let token = self.token();
        let start = self.cursor.position;
        let descriptor = match token {
            Token::Operator(operator) if operator.redirects() => Some(Descriptor::Default),
            Token::Word => self.descriptor()?,
            _ => None,
        };
        let Some(descriptor) = descriptor else { return Ok(false) };
        redirections.push(self.redirection_of(descriptor, start)?);
        Ok(true)
    }

    /// The descriptor in front of a redirection, or None when a word stands at the cursor.
    fn descriptor(&mut self) -> Parse<Option<Descriptor>> {
        let start = self.cursor.position;
        let descriptor = match self.cursor.byte() {
            Some(b'0'..=b'9') => self.descriptor_number(),
            Some(b'{') => self.descriptor_variable()?,
            _ => return Ok(None),
        };
        let redirects = matches!(self.cursor.peek(), Some(b'<' | b'>')) && self.operator().is_some();
        if descriptor.is_some() && redirects {
            return Ok(descriptor);
        }
        self.cursor.position = start;
        Ok(None)
    }

    fn descriptor_number(&mut self) -> Option<Descriptor> {
        let mut number = 0_i32;
        while let Some(byte @ b'0'..=b'9') = self.cursor.peek() {
            number = number.checked_mul(10)?.checked_add(i32::from(byte - b'0'))?;
            self.cursor.position += 1;
        }
        Some(Descriptor::Number(number as u32))
    }

    /// `{name}` or `{name[subscript]}`
    #[inline(never)]
    fn descriptor_variable(&mut self) -> Parse<Option<Descriptor>> {
        let start = self.cursor.position + 1;
        let Some((_, end)) = self.name_at(start) else { return Ok(None) };
        self.cursor.position = end;
        if self.cursor.byte() == Some(b'[') {
            self.cursor.advance();
            if self.subscript(&mut Facts::default(), Until::BlankBracket)?.is_none() {
                return Ok(None);
            }
        }
        let text = self.cursor.slice(start, self.cursor.position);
        Ok(self.cursor.take(b'}').then_some(Descriptor::Variable(text)))
    }

    #[inline(never)]
    fn redirection_of(&mut self, descriptor: Descriptor, start: usize) -> Parse<Redirection> {
        let Some((operator, end)) = self.operator() else { return Err(self.unexpected_token()) };
        self.cursor.position = end;
        let kind = match operator {
            Operator::DoubleLess => self.here_document(false)?,
            Operator::DoubleLessDash => self.here_document(true)?,
            Operator::TripleLess => RedirectionKind::HereString(self.here_string()?),
            Operator::LessAmpersand => RedirectionKind::DuplicateInput(self.duplicate_source()?),
            Operator::GreaterAmpersand => RedirectionKind::DuplicateOutput(self.duplicate_source()?),
            _ => {
                let target = self.target()?;
                match operator {
                    Operator::Less => RedirectionKind::Read(target),
                    Operator::DoubleGreater => RedirectionKind::Append(target),
                    Operator::GreaterBar => RedirectionKind::Clobber(target),
                    Operator::LessGreater => RedirectionKind::ReadWrite(target),
                    Operator::AmpersandGreater => RedirectionKind::WriteBoth(target),
                    Operator::AmpersandDoubleGreater => RedirectionKind::AppendBoth(target),
                    _ => RedirectionKind::Write(target),
                }
            }
        };
        let span = self.cursor.span_from(start);
        Ok(canonical(Redirection { descriptor, kind, span }))
    }

    fn target(&mut self) -> Parse<Word> {
        match self.token() {
            Token::Word => self.argument_word(),
            _ => Err(self.unexpected_token()),
        }
    }

    /// The text of a here-string, in which tildes are those of a value.
    fn here_string(&mut self) -> Parse<Word> {
        match self.token() {
            Token::Word => self.word_of(Shape { until: Until::Meta, braces: false, tildes: Tildes::Value }),
            _ => Err(self.unexpected_token()),
        }
    }

    fn duplicate_source(&mut self) -> Parse<DuplicateSource> {
        let word = self.target()?;
        let number = |digits: &[u8]| -> Option<u32> {
            let digits = std::str::from_utf8(digits).ok()?;
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse::<i32>().ok())?
                .map(|n| n as u32)
        };
        let plain = if word.is_quoted() { None } else { word.literal() };
        let source = match plain {
            Some(text) if &text[..] == b"-" => Some(DuplicateSource::Close),
            Some(text) => match text.strip_suffix(b"-") {
                Some(digits) => number(digits).map(DuplicateSource::Move),
                None => number(text).map(DuplicateSource::Descriptor),
            },
            None => None,
        };
        Ok(source.unwrap_or(DuplicateSource::Word(word)))
    }
}

/// Writes the descriptor as bash does: where it is the usual one it is left out, but not for `<>`, `<&` and `>&`.
fn canonical(mut redirection: Redirection) -> Redirection {
    use RedirectionKind as Kind;
    let word = |source: &DuplicateSource| matches!(source, DuplicateSource::Word(_));
    if redirection.descriptor == Descriptor::Default {
        redirection.descriptor = match &redirection.kind {
            Kind::ReadWrite(_) => Descriptor::Number(0),
            Kind::DuplicateInput(source) if !word(source) => Descriptor::Number(0),
            Kind::DuplicateOutput(source) if !word(source) => Descriptor::Number(1),
            _ => Descriptor::Default,
        };
    } else {
        let usual = match &redirection.kind {
            Kind::Read(_) | Kind::HereDocument(_) | Kind::HereString(_) => 0,
            Kind::Write(_) | Kind::Append(_) | Kind::Clobber(_) => 1,
            _ => u32::MAX,
        };
        if redirection.descriptor == Descriptor::Number(usual) {
            redirection.descriptor = Descriptor::Default;
        }
    }
    if let Kind::DuplicateInput(DuplicateSource::Close) = redirection.kind {
        redirection.kind = Kind::DuplicateOutput(DuplicateSource::Close);
    }
    redirection
}
