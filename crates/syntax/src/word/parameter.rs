//! `${...}`.

use std::sync::Arc;

use super::dollar::{special_parameter, starts_name};
use super::{Builder, Quoting, Shape, Tildes, Until};
use crate::ast::{
    Anchor, CaseChange, DefaultAction, Facts, Operation, Parameter, ParameterName, Part, SpecialParameter,
    Subscript, Word,
};
use crate::parser::{Parse, Parser};

/// What `${...}` says, or None when it means nothing.
type Meaning<T> = Parse<Option<T>>;

impl Parser {
    /// `${...}` whose `$` stands at `start`, behind the brace.
    #[inline(never)]
    pub(super) fn braced_parameter(
        &mut self,
        builder: &mut Builder,
        quoting: Quoting,
        start: usize,
    ) -> Parse<()> {
        let inner = self.cursor.position;
        if let Some(end) = self.known_bad(start) {
            self.cursor.position = end;
            return self.bad_substitution(builder, start);
        }
        let mut facts = Facts::default();
        let parameter = self.nested(|parser| parser.parameter(&mut facts, quoting, start))?;
        match parameter {
            Some(parameter) => {
                builder.facts.add(facts);
                builder.part(&self.cursor, Part::Parameter(parameter));
                Ok(())
            }
            None => {
                self.cursor.position = inner;
                self.skip_braces(quoting, start)?;
                self.bad_substitutions.push((start as u32, self.cursor.position as u32));
                self.bad_substitution(builder, start)
            }
        }
    }

    /// The end of `${...}` at `start` that was found to mean nothing before.
    fn known_bad(&self, start: usize) -> Option<usize> {
        let known = self.bad_substitutions.iter().rev().find(|(at, _)| *at as usize == start)?;
        Some(known.1 as usize)
    }

    fn bad_substitution(&mut self, builder: &mut Builder, start: usize) -> Parse<()> {
        let text = self.cursor.slice(start, self.cursor.position);
        builder.part(&self.cursor, Part::BadSubstitution(text));
        Ok(())
    }

    /// Moves behind the `}` that closes the brace, whatever stands in between.
    #[inline(never)]
    fn skip_braces(&mut self, quoting: Quoting, start: usize) -> Parse<()> {
        let mut skipped = Builder::default();
        match quoting {
            Quoting::None => self.nested(|parser| parser.unquoted(&mut skipped, Until::Brace))?,
            _ => self.nested(|parser| parser.quoted(&mut skipped, quoting.inside_braces()))?,
        }
        if self.cursor.byte() == Some(b'}') {
            self.cursor.advance();
            return Ok(());
        }
        let line = self.cursor.line_at(start);
        Err(self.unclosed(b'}', line))
    }

    #[inline(never)]
    fn parameter(&mut self, facts: &mut Facts, quoting: Quoting, start: usize) -> Meaning<Arc<Parameter>> {
        let Some((name, indirect, length)) = self.parameter_name() else { return Ok(None) };
        let mut subscript = None;
        if matches!(name, ParameterName::Variable(_)) && self.cursor.peek() == Some(b'[') {
            self.cursor.advance();
            subscript = self.subscript(facts, Until::BraceBracket)?;
            if subscript.as_ref().is_none_or(Subscript::is_empty) {
                return Ok(None);
            }
        }
        let is_count = name == ParameterName::Special(SpecialParameter::Count);
        let operation = match (length, self.cursor.peek()) {
            (true, Some(b'}')) => Operation::Length,
            (true, _) => return Ok(None),
            (false, None) => {
                let line = self.cursor.line_at(start);
                return Err(self.unclosed(b'}', line));
            }
            (false, Some(byte)) => match self.operation(byte, facts, quoting)? {
                Some(operation) if is_count && !fits_count(&operation) => return Ok(None),
                Some(operation) => operation,
                None => return Ok(None),
            },
        };
        if self.cursor.byte() != Some(b'}') {
            return Ok(None);
        }
        self.cursor.advance();
        let variable = matches!(name, ParameterName::Variable(_));
        let (indirect, operation) = match operation {
            Operation::Names { .. } if !indirect || !variable || subscript.is_some() => return Ok(None),
            Operation::Names { .. } => (false, operation),
            Operation::Value if indirect && matches!(subscript, Some(Subscript::At | Subscript::Star)) => {
                (false, Operation::Keys)
            }
            _ => (indirect, operation),
        };
        let text = self.cursor.slice(start, self.cursor.position);
        let span = self.cursor.span_from(start);
        Ok(Some(Arc::new(Parameter { name, subscript, indirect, operation, braced: true, text, span })))
    }

    /// The name, whether it is indirect, and whether its length is asked for.
    fn parameter_name(&mut self) -> Option<(ParameterName, bool, bool)> {
        let first = self.cursor.peek()?;
        let (second, second_at) = self.cursor.ahead();
        match (first, second) {
            (b'#', Some(b'}')) => {
                self.cursor.advance();
                Some((ParameterName::Special(SpecialParameter::Count), false, false))
            }
            (b'#', Some(byte)) if names_parameter(byte) && self.is_length(byte, second_at) => {
                self.cursor.position = second_at;
                Some((self.simple_name()?, false, true))
            }
            (b'!', Some(byte)) if names_parameter(byte) && self.is_indirect(byte, second_at) => {
                self.cursor.position = second_at;
                Some((self.simple_name()?, true, false))
            }
            _ => Some((self.simple_name()?, false, false)),
        }
    }

    /// Whether `${#` asks for the length of what follows; otherwise it is `$#` with an operation.
    fn is_length(&self, byte: u8, at: usize) -> bool {
        let behind = self.cursor.text.get(self.cursor.joined(at + 1));
        match byte {
            b'@' => !behind.is_some_and(u8::is_ascii_alphabetic),
            b'*' => true,
            _ if starts_name(byte) || byte.is_ascii_digit() => true,
            _ => behind == Some(&b'}'),
        }
    }

    /// Whether `${!` is an indirection; otherwise it is `$!` with an operation.
    fn is_indirect(&self, byte: u8, at: usize) -> bool {
        let behind = self.cursor.text.get(self.cursor.joined(at + 1)).copied();
        match byte {
            b'-' | b'?' => behind == Some(b'}'),
            b'#' => matches!(behind, Some(b'}' | b':' | b'-' | b'=' | b'?' | b'+' | b'/' | b'%' | b'@')),
            _ => true,
        }
    }

    /// The parameter that a name stands for.
    pub(crate) fn simple_name(&mut self) -> Option<ParameterName> {
        let first = self.cursor.peek()?;
        let start = self.cursor.position;
        if starts_name(first) {
            let (name, end) = self.name_at(start)?;
            self.cursor.position = end;
            return Some(ParameterName::Variable(name));
        }
        if first.is_ascii_digit() {
            self.cursor.skip_until(|byte| !byte.is_ascii_digit());
            let digits = self.cursor.slice(start, self.cursor.position);
            let number = std::str::from_utf8(&digits).ok()?.parse().unwrap_or(usize::MAX);
            return Some(match number {
                0 => ParameterName::Special(SpecialParameter::Zero),
                _ => ParameterName::Positional(number),
            });
        }
        let special = special_parameter(first)?;
        self.cursor.advance();
        Some(ParameterName::Special(special))
    }

    #[inline(never)]
    fn operation(&mut self, byte: u8, facts: &mut Facts, quoting: Quoting) -> Meaning<Operation> {
        match byte {
            b'}' => Ok(Some(Operation::Value)),
            b':' => {
                let (second, second_at) = self.cursor.ahead();
                match second.and_then(default_action) {
                    Some(action) => {
                        self.cursor.position = second_at + 1;
                        self.default(action, true, facts, quoting)
                    }
                    None => {
                        self.cursor.advance();
                        self.slice(facts)
                    }
                }
            }
            b'#' => {
                let longest = self.doubled(byte);
                let pattern = self.pattern(Until::Brace, facts)?;
                Ok(Some(Operation::RemovePrefix { longest, pattern }))
            }
            b'%' => {
                let longest = self.doubled(byte);
                let pattern = self.pattern(Until::Brace, facts)?;
                Ok(Some(Operation::RemoveSuffix { longest, pattern }))
            }
            b'/' => self.replace(facts),
            b'^' | b',' | b'~' => self.case(byte, facts),
            b'@' => Ok(self.transform()),
            b'*' => Ok(self.names()),
            _ => match default_action(byte) {
                Some(action) => {
                    self.cursor.advance();
                    self.default(action, false, facts, quoting)
                }
                None => Ok(None),
            },
        }
    }

    /// Moves over one or two of `byte`: whether there were two.
    fn doubled(&mut self, byte: u8) -> bool {
        self.cursor.advance();
        self.cursor.take(byte)
    }

    #[inline(never)]
    fn default(
        &mut self,
        action: DefaultAction,
        colon: bool,
        facts: &mut Facts,
        quoting: Quoting,
    ) -> Meaning<Operation> {
        let start = self.cursor.position;
        let mut builder = Builder::default();
        let word = match quoting {
            Quoting::None => {
                self.nested(|parser| parser.unquoted(&mut builder, Until::Brace))?;
                let span = self.cursor.span_from(start);
                let tildes = if action == DefaultAction::Assign { Tildes::Value } else { Tildes::Start };
                let shape = Shape { until: Until::Brace, braces: false, tildes };
                let word = self.finish_word(builder, shape, span)?;
                facts.glob |= word.facts.glob;
                word
            }
            _ => {
                self.nested(|parser| parser.quoted(&mut builder, quoting.inside_braces()))?;
                let span = self.cursor.span_from(start);
                let inner = builder.facts;
                Word::new(builder.into_parts(&self.cursor), inner, span)
            }
        };
        facts.substitution |= word.facts.substitution;
        Ok(Some(Operation::Default { action, colon, word }))
    }

    /// A pattern or a replacement. Single quotes quote here even inside double quotes.
    fn pattern(&mut self, until: Until, facts: &mut Facts) -> Parse<Word> {
        self.pattern_with(until, Tildes::Start, facts)
    }

    fn pattern_with(&mut self, until: Until, tildes: Tildes, facts: &mut Facts) -> Parse<Word> {
        let word = self.word_of(Shape { until, braces: false, tildes })?;
        facts.substitution |= word.facts.substitution;
        Ok(word)
    }

    #[inline(never)]
    fn slice(&mut self, facts: &mut Facts) -> Meaning<Operation> {
        if self.cursor.peek() == Some(b'}') {
            // `${x:}` means nothing.
            return Ok(None);
        }
        let offset = self.arithmetic_text(Quoting::Slice, facts)?;
        let length = match self.cursor.byte() {
            Some(b':') => {
                self.cursor.advance();
                Some(Box::new(self.arithmetic_text(Quoting::SliceLength, facts)?))
            }
            _ => None,
        };
        Ok(Some(Operation::Slice { offset, length }))
    }

    #[inline(never)]
    fn replace(&mut self, facts: &mut Facts) -> Meaning<Operation> {
        self.cursor.advance();
        let anchor = match self.cursor.peek() {
            Some(b'/') => Anchor::Every,
            Some(b'#') => Anchor::Start,
            Some(b'%') => Anchor::End,
            _ => Anchor::First,
        };
        if anchor != Anchor::First {
            self.cursor.advance();
        }
        // A `/` that comes first is the pattern itself.
        let pattern = match self.cursor.byte() {
            Some(b'/') if anchor == Anchor::Every => self.pattern_from_slash(facts)?,
            // A tilde behind `#` or `%` does not begin the word.
            Some(b'~') if matches!(anchor, Anchor::Start | Anchor::End) => {
                self.pattern_with(Until::Slash, Tildes::Never, facts)?
            }
            _ => self.pattern(Until::Slash, facts)?,
        };
        let replacement = match self.cursor.byte() {
            Some(b'/') => {
                self.cursor.advance();
                Some(Box::new(self.pattern(Until::Brace, facts)?))
            }
            _ => None,
        };
        Ok(Some(Operation::Replace { anchor, pattern, replacement }))
    }

    /// A pattern whose first byte is a `/` that does not end it.
    fn pattern_from_slash(&mut self, facts: &mut Facts) -> Parse<Word> {
        let start = self.cursor.position;
        let mut builder = Builder::default();
        self.cursor.advance();
        builder.literal(&self.cursor, start, start + 1);
        self.unquoted(&mut builder, Until::Slash)?;
        let span = self.cursor.span_from(start);
        facts.substitution |= builder.facts.substitution;
        self.finish_word(builder, Shape { until: Until::Slash, braces: false, tildes: Tildes::Never }, span)
    }

    #[inline(never)]
    fn case(&mut self, byte: u8, facts: &mut Facts) -> Meaning<Operation> {
        let all = self.doubled(byte);
        let change = match byte {
            b'^' => CaseChange::Upper,
            b',' => CaseChange::Lower,
            _ => CaseChange::Toggle,
        };
        let pattern = match self.cursor.byte() {
            Some(b'}') => None,
            _ => Some(self.pattern(Until::Brace, facts)?),
        };
        Ok(Some(Operation::Case { change, all, pattern }))
    }

    /// `*}`, behind a prefix.
    fn names(&mut self) -> Option<Operation> {
        let (closing, closing_at) = self.cursor.ahead();
        self.cursor.position = closing_at;
        (closing == Some(b'}')).then_some(Operation::Names { separate: false })
    }

    fn transform(&mut self) -> Option<Operation> {
        let (letter, letter_at) = self.cursor.ahead();
        let letter = letter?;
        let closing = self.cursor.joined(letter_at + 1);
        // `${!prefix@}`; without the `!` it means nothing, which the caller finds.
        if letter == b'}' {
            self.cursor.position = letter_at;
            return Some(Operation::Names { separate: true });
        }
        if self.cursor.text.get(closing) != Some(&b'}') {
            return None;
        }
        self.cursor.position = closing;
        Some(Operation::Transform(letter))
    }
}

/// Whether `$#` may have the operation: `${#=}`, `${#%}` and `${#^}` look like the length of what is no parameter.
fn fits_count(operation: &Operation) -> bool {
    match operation {
        Operation::Default { action: DefaultAction::Assign | DefaultAction::Alternative, colon, word } => {
            *colon || !word.parts().is_empty()
        }
        Operation::RemoveSuffix { longest, pattern } => *longest || !pattern.parts().is_empty(),
        Operation::Replace { anchor, pattern, replacement } => {
            *anchor != Anchor::First || !pattern.parts().is_empty() || replacement.is_some()
        }
        Operation::Case { .. } => false,
        _ => true,
    }
}

/// Whether a parameter may begin with the byte.
fn names_parameter(byte: u8) -> bool {
    starts_name(byte) || byte.is_ascii_digit() || special_parameter(byte).is_some()
}

fn default_action(byte: u8) -> Option<DefaultAction> {
    Some(match byte {
        b'-' => DefaultAction::Use,
        b'=' => DefaultAction::Assign,
        b'?' => DefaultAction::Fail,
        b'+' => DefaultAction::Alternative,
        _ => return None,
    })
}
