//! Lists, and-or lists and pipelines.

use std::sync::Arc;

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ast::{
    AndOr, AndOrOperator, Command, CommandKind, Descriptor, DuplicateSource, Layout, List, ListItem,
    Pipeline, Redirection, RedirectionKind, Span, Time,
};

impl Parser {
    /// The list of a line: up to the newline behind it, which is left.
    pub(super) fn line(&mut self) -> Parse<List> {
        let mut list = List::default();
        loop {
            let and_or = self.and_or()?;
            let (separated, background) = self.separator();
            list.items.push(ListItem { and_or, background, newline: Layout(false) });
            if !separated || matches!(self.token(), Token::End | Token::Newline) {
                return Ok(list);
            }
        }
    }

    /// `;` or `&`: whether one stood there, and whether it was `&`.
    fn separator(&mut self) -> (bool, bool) {
        if self.take_operator(Operator::Semicolon) {
            return (true, false);
        }
        let background = self.take_operator(Operator::Ampersand);
        (background, background)
    }

    /// The list inside a compound command: over lines, up to what closes it, which is left. Never empty.
    pub(crate) fn body(&mut self) -> Parse<List> {
        self.skip_newlines()?;
        let mut list = List::default();
        self.nested(|parser| parser.body_into(&mut list))?;
        Ok(list)
    }

    /// Like [`body`](Parser::body), but nothing at all is a list too.
    pub(crate) fn optional_body(&mut self) -> Parse<List> {
        self.skip_newlines()?;
        match self.at_closing() {
            true => Ok(List::default()),
            false => self.body(),
        }
    }

    fn body_into(&mut self, list: &mut List) -> Parse<()> {
        loop {
            let and_or = self.and_or()?;
            let (separated, background) = self.separator();
            let newline = !separated && self.token() == Token::Newline;
            list.items.push(ListItem { and_or, background, newline: Layout(newline) });
            if !separated && !newline {
                return Ok(());
            }
            self.skip_newlines()?;
            if self.at_closing() {
                return Ok(());
            }
        }
    }

    /// Whether the list around the cursor can go no further.
    fn at_closing(&mut self) -> bool {
        match self.expand_alias() {
            Token::End => true,
            Token::Operator(
                Operator::Close
                | Operator::DoubleSemicolon
                | Operator::SemicolonAmpersand
                | Operator::DoubleSemicolonAmpersand,
            ) => true,
            Token::Word => self.reserved().is_some_and(|(reserved, _)| reserved.closes()),
            _ => false,
        }
    }

    fn and_or(&mut self) -> Parse<AndOr> {
        let mut and_or = AndOr { first: self.pipeline()?, rest: Vec::new() };
        loop {
            let operator = match self.token() {
                Token::Operator(Operator::And) => AndOrOperator::And,
                Token::Operator(Operator::Or) => AndOrOperator::Or,
                _ => return Ok(and_or),
            };
            self.take_token();
            self.skip_newlines()?;
            let pipeline = self.pipeline()?;
            and_or.rest.push((operator, pipeline));
        }
    }

    /// Moves over the operator that stands next.
    pub(crate) fn take_token(&mut self) {
        if let Some((_, end)) = self.operator() {
            self.cursor.position = end;
        }
    }

    fn pipeline(&mut self) -> Parse<Pipeline> {
        self.expand_alias();
        let start = self.cursor.position;
        let mut pipeline = Pipeline { negated: false, time: None, stages: Vec::new(), span: Span::default() };
        let prefixed = self.prefixes(&mut pipeline);
        if !(prefixed && self.ends_bare_prefix()) {
            self.stages(&mut pipeline.stages)?;
        }
        pipeline.span = self.cursor.span_from(start);
        Ok(pipeline)
    }

    /// `!` and `time`, in any order and number: whether there was any.
    fn prefixes(&mut self, pipeline: &mut Pipeline) -> bool {
        let mut prefixed = false;
        loop {
            if self.take_reserved(Reserved::Bang) {
                pipeline.negated = !pipeline.negated;
            } else if self.take_reserved(Reserved::Time) {
                let posix = self.take_plain(b"-p");
                // As in bash, `--` alone asks for the same format.
                let posix = self.take_plain(b"--") || posix;
                pipeline.time = Some(if posix { Time::Posix } else { Time::Format });
            } else {
                return prefixed;
            }
            prefixed = true;
        }
    }

    /// Whether `!` and `time` stand alone.
    fn ends_bare_prefix(&mut self) -> bool {
        matches!(self.token(), Token::End | Token::Newline | Token::Operator(Operator::Semicolon))
    }

    /// Moves over a word that is exactly `text`.
    fn take_plain(&mut self, text: &[u8]) -> bool {
        self.skip_blanks();
        let end = self.cursor.joined(self.cursor.position + text.len());
        let ends = self.cursor.text.get(end).is_none_or(|&byte| super::is_meta(byte));
        let found = ends && self.cursor.rest().starts_with(text);
        if found {
            self.cursor.position = end;
        }
        found
    }

    fn stages(&mut self, stages: &mut Vec<Command>) -> Parse<()> {
        loop {
            let mut command = self.command()?;
            let operator = self.token();
            let merges = operator == Token::Operator(Operator::BarAmpersand);
            if merges {
                let redirection = self.merged_stderr();
                redirect(&mut command, redirection);
            }
            stages.push(command);
            if !merges && operator != Token::Operator(Operator::Bar) {
                return Ok(());
            }
            self.take_token();
            self.skip_newlines()?;
        }
    }

    /// What `|&` adds to the command in front of it.
    #[inline(never)]
    fn merged_stderr(&mut self) -> Redirection {
        let span = self.cursor.span_from(self.cursor.position);
        let kind = RedirectionKind::DuplicateOutput(DuplicateSource::Descriptor(1));
        Redirection { descriptor: Descriptor::Number(2), kind, span }
    }
}

/// Adds a redirection to a command, or to the one inside it that takes those written behind it.
fn redirect(command: &mut Command, redirection: Redirection) {
    let inner = match &mut command.kind {
        CommandKind::Function(function) => Arc::get_mut(&mut function.body),
        CommandKind::Coprocess(coprocess) => Arc::get_mut(&mut coprocess.command),
        _ => None,
    };
    match inner {
        Some(inner) => redirect(inner, redirection),
        None => command.redirections.push(redirection),
    }
}
