//! Assignments.

use super::{Parse, Parser, Token};
use crate::ErrorPlace;
use crate::ast::{ArrayElement, Assignment, AssignmentValue, Facts, Subscript, Word};
use crate::word::{Builder, Shape, Tildes, Until};

/// Where an assignment may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In front of the command's name.
    Front,
    /// Behind the name of a command that takes assignments as arguments.
    Argument,
}

/// What stands in front of an assignment's value.
struct Target {
    name: bytes::Bytes,
    subscript: Option<Subscript>,
    append: bool,
}

impl Parser {
    /// The assignment at the cursor, or None when a word stands there.
    #[inline(never)]
    pub(super) fn assignment(&mut self, place: Place) -> Parse<Option<Assignment>> {
        let start = self.cursor.position;
        let Some(target) = self.assignment_target(place)? else {
            self.cursor.position = start;
            return Ok(None);
        };
        let value = self.assignment_value(place)?;
        let span = self.cursor.span_from(start);
        let Target { name, subscript, append } = target;
        Ok(Some(Assignment { name, subscript, append, value, span }))
    }

    /// The name, the subscript and the sign.
    fn assignment_target(&mut self, place: Place) -> Parse<Option<Target>> {
        let start = self.cursor.position;
        let Some((name, end)) = self.name_at(start) else { return Ok(None) };
        self.cursor.position = end;
        let mut subscript = None;
        if self.cursor.peek() == Some(b'[') {
            let line = self.cursor.line_at(start);
            self.cursor.advance();
            let until = match place {
                Place::Front => Until::Bracket,
                Place::Argument => Until::BlankBracket,
            };
            subscript = self.subscript(&mut Facts::default(), until)?;
            if subscript.is_none() {
                return match place {
                    Place::Front => Err(self.unclosed(b']', line)),
                    Place::Argument => Ok(None),
                };
            }
        }
        Ok(self.assignment_sign().map(|append| Target { name, subscript, append }))
    }

    /// Moves over `=` or `+=`: whether it was `+=`. None when neither stands here.
    fn assignment_sign(&mut self) -> Option<bool> {
        if self.cursor.take(b'=') {
            return Some(false);
        }
        if self.cursor.peek() == Some(b'+') {
            let (sign, at) = self.cursor.ahead();
            if sign == Some(b'=') {
                self.cursor.position = at + 1;
                return Some(true);
            }
        }
        None
    }

    fn assignment_value(&mut self, place: Place) -> Parse<AssignmentValue> {
        if self.cursor.peek() != Some(b'(') {
            return Ok(AssignmentValue::Scalar(self.assigned_word(place)?));
        }
        let start = self.cursor.position;
        let elements = self.array()?;
        if self.cursor.peek().is_none_or(super::is_meta) {
            return Ok(AssignmentValue::Array(elements));
        }
        // `x=(a b)c` assigns a text.
        self.cursor.position = start;
        let mut builder = Builder::default();
        self.parenthesized(&mut builder)?;
        self.unquoted(&mut builder, Until::Meta)?;
        let span = self.cursor.span_from(start);
        let shape = Shape { until: Until::Meta, braces: false, tildes: Tildes::Never };
        Ok(AssignmentValue::Scalar(self.finish_word(builder, shape, span)?))
    }

    /// The word behind a `=`. An argument has its braces expanded before the command sees an assignment.
    fn assigned_word(&mut self, place: Place) -> Parse<Word> {
        self.word_of(Shape { until: Until::Meta, braces: place == Place::Argument, tildes: Tildes::Value })
    }

    /// `(...)`
    fn array(&mut self) -> Parse<Vec<ArrayElement>> {
        let line = self.cursor.line_at(self.cursor.position);
        self.cursor.advance();
        let mut elements = Vec::new();
        let read = self.nested(|parser| parser.elements_into(&mut elements));
        read.map_err(|failed| self.end_inside_array(failed))?;
        match self.token() {
            Token::Operator(super::Operator::Close) => self.take_token(),
            Token::End => {
                let failed = self.unclosed(b')', line);
                return Err(self.failed_in(ErrorPlace::Array, failed));
            }
            _ => {
                let failed = self.unexpected_token();
                return Err(self.failed_in(ErrorPlace::Array, failed));
            }
        }
        Ok(elements)
    }

    /// The elements of an array literal, up to what ends it.
    pub(crate) fn elements_into(&mut self, elements: &mut Vec<ArrayElement>) -> Parse<()> {
        loop {
            self.skip_newlines()?;
            if self.token() != Token::Word {
                return Ok(());
            }
            elements.push(self.element()?);
        }
    }

    fn element(&mut self) -> Parse<ArrayElement> {
        let start = self.cursor.position;
        if self.cursor.byte() == Some(b'[') {
            self.cursor.advance();
            let Some(subscript) = self.subscript(&mut Facts::default(), Until::Bracket)? else {
                let line = self.cursor.line_at(start);
                return Err(self.unclosed(b']', line));
            };
            if let Some(append) = self.assignment_sign() {
                let value = self.assigned_word(Place::Front)?;
                return Ok(ArrayElement::Keyed { subscript, append, value });
            }
            self.cursor.position = start;
        }
        Ok(ArrayElement::Word(self.word()?))
    }
}
