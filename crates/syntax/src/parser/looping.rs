//! `for`, `select`, `while` and `until`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ast::{
    ArithmeticFor, CommandKind, Facts, For, List, Loop, Operation, Parameter, ParameterName, Part,
    SpecialParameter, Word,
};

impl Parser {
    /// `while` and `until`, behind the word.
    #[inline(never)]
    pub(super) fn loop_command(&mut self) -> Parse<Loop> {
        let condition = self.body()?;
        self.expect_reserved(Reserved::Do)?;
        let body = self.body()?;
        self.expect_reserved(Reserved::Done)?;
        Ok(Loop { condition, body })
    }

    /// `for`, behind the word.
    #[inline(never)]
    pub(super) fn for_command(&mut self) -> Parse<CommandKind> {
        if self.token() == Token::Operator(Operator::Open) {
            return self.arithmetic_for();
        }
        Ok(CommandKind::For(Box::new(self.for_words()?)))
    }

    /// `select`, behind the word.
    #[inline(never)]
    pub(super) fn select_command(&mut self) -> Parse<CommandKind> {
        Ok(CommandKind::Select(Box::new(self.for_words()?)))
    }

    fn for_words(&mut self) -> Parse<For> {
        let (variable, words) = self.for_header()?;
        let body = self.loop_body()?;
        Ok(For { variable, words, body })
    }

    /// The variable and the words, up to `do`.
    #[inline(never)]
    fn for_header(&mut self) -> Parse<(Bytes, Vec<Word>)> {
        if self.token() != Token::Word {
            return Err(self.unexpected_token());
        }
        let start = self.cursor.position;
        self.word()?;
        let variable = self.cursor.slice(start, self.cursor.position);
        // `for x; do` has no list of words, `for x` and a newline may still have one.
        if self.take_operator(Operator::Semicolon) {
            self.skip_newlines()?;
            return Ok((variable, vec![self.all_arguments()]));
        }
        self.skip_newlines()?;
        let words = match self.take_reserved(Reserved::In) {
            true => self.words_of_line()?,
            false => vec![self.all_arguments()],
        };
        Ok((variable, words))
    }

    /// `"$@"`
    fn all_arguments(&mut self) -> Word {
        let span = self.cursor.span_from(self.cursor.position);
        let parameter = Parameter {
            name: ParameterName::Special(SpecialParameter::At),
            subscript: None,
            indirect: false,
            operation: Operation::Value,
            braced: false,
            text: Bytes::from_static(b"$@"),
            span,
        };
        Word::quoted(vec![Part::Parameter(Arc::new(parameter))], Facts::default(), span)
    }

    /// The words behind `in`, up to a `;` or a newline.
    fn words_of_line(&mut self) -> Parse<Vec<Word>> {
        let mut words = Vec::new();
        while self.token() == Token::Word {
            words.push(self.argument_word()?);
        }
        match self.token() {
            Token::Operator(Operator::Semicolon) => self.take_token(),
            Token::Newline => self.take_newline()?,
            _ => return Err(self.unexpected_token()),
        }
        self.skip_newlines()?;
        Ok(words)
    }

    /// `do list; done` or `{ list; }`.
    fn loop_body(&mut self) -> Parse<List> {
        let closing = match self.take_reserved(Reserved::OpenBrace) {
            true => Reserved::CloseBrace,
            false => {
                self.expect_reserved(Reserved::Do)?;
                Reserved::Done
            }
        };
        let body = self.body()?;
        self.expect_reserved(closing)?;
        Ok(body)
    }

    #[inline(never)]
    fn arithmetic_for(&mut self) -> Parse<CommandKind> {
        let [initial, condition, update] = self.arithmetic_clauses()?;
        // Optional: `;`, then newlines.
        self.take_operator(Operator::Semicolon);
        self.skip_newlines()?;
        let body = self.loop_body()?;
        Ok(CommandKind::ArithmeticFor(Box::new(ArithmeticFor { initial, condition, update, body })))
    }
}
