//! Groups, subshells, `(( ))`, `if` and `coproc`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ast::{Branch, CommandKind, Coprocess, If, List};

impl Parser {
    /// Moves over a reserved word that must stand next.
    pub(crate) fn expect_reserved(&mut self, wanted: Reserved) -> Parse<()> {
        match self.take_reserved(wanted) {
            true => Ok(()),
            false => Err(self.unexpected_token()),
        }
    }

    /// Moves over an operator that must stand next.
    pub(crate) fn expect_operator(&mut self, wanted: Operator) -> Parse<()> {
        match self.take_operator(wanted) {
            true => Ok(()),
            false => Err(self.unexpected_token()),
        }
    }

    /// `{ list; }`, behind the brace.
    #[inline(never)]
    pub(super) fn group(&mut self) -> Parse<CommandKind> {
        let list = self.body()?;
        self.expect_reserved(Reserved::CloseBrace)?;
        Ok(CommandKind::Group(list))
    }

    /// `( list )` or `(( expression ))`.
    #[inline(never)]
    pub(super) fn parenthesis(&mut self) -> Parse<CommandKind> {
        if let Some(arithmetic) = self.arithmetic_command()? {
            return Ok(CommandKind::Arithmetic(Box::new(arithmetic)));
        }
        self.take_token();
        let list = self.body()?;
        self.expect_operator(Operator::Close)?;
        Ok(CommandKind::Subshell(list))
    }

    /// `if`, behind the word.
    #[inline(never)]
    pub(super) fn if_command(&mut self) -> Parse<CommandKind> {
        let mut branches = Vec::new();
        let otherwise = loop {
            let condition = self.body()?;
            self.expect_reserved(Reserved::Then)?;
            let body = self.body()?;
            branches.push(Branch { condition, body });
            if self.take_reserved(Reserved::Elif) {
                continue;
            }
            break match self.take_reserved(Reserved::Else) {
                true => Some(self.body()?),
                false => None,
            };
        };
        self.expect_reserved(Reserved::Fi)?;
        Ok(CommandKind::If(Box::new(merge_else_if(branches, otherwise))))
    }

    /// `coproc`, behind the word.
    #[inline(never)]
    pub(super) fn coprocess(&mut self) -> Parse<CommandKind> {
        let name = self.coprocess_name()?;
        let command = match name {
            Some(_) => self.nested(Parser::compound_command)?,
            None if self.at_compound() => self.nested(Parser::compound_command)?,
            None => match self.token() {
                Token::Word if self.reserved().is_none() => self.simple()?,
                Token::Operator(operator) if operator.redirects() => self.simple()?,
                _ => return Err(self.unexpected_token()),
            },
        };
        let name = name.unwrap_or(Bytes::from_static(b"COPROC"));
        Ok(CommandKind::Coprocess(Box::new(Coprocess { name, command: Arc::new(command) })))
    }

    /// A word in front of a compound command.
    fn coprocess_name(&mut self) -> Parse<Option<Bytes>> {
        if self.token() != Token::Word || self.reserved().is_some() {
            return Ok(None);
        }
        let start = self.cursor.position;
        self.word()?;
        let name = self.cursor.slice(start, self.cursor.position);
        if self.at_compound() {
            return Ok(Some(name));
        }
        self.cursor.position = start;
        Ok(None)
    }
}

/// Makes an `else` that is nothing but another `if` a part of the chain.
fn merge_else_if(mut branches: Vec<Branch>, otherwise: Option<List>) -> If {
    let Some(mut list) = otherwise else { return If { branches, otherwise: None } };
    if !is_lone_if(&list) {
        return If { branches, otherwise: Some(list) };
    }
    let stage = list.items.pop().and_then(|mut item| item.and_or.first.stages.pop());
    match stage.map(|stage| stage.kind) {
        Some(CommandKind::If(inner)) => {
            branches.extend(inner.branches);
            If { branches, otherwise: inner.otherwise }
        }
        _ => If { branches, otherwise: Some(list) },
    }
}

fn is_lone_if(list: &List) -> bool {
    let [item] = list.items.as_slice() else { return false };
    let pipeline = &item.and_or.first;
    let [command] = pipeline.stages.as_slice() else { return false };
    !item.background
        && item.and_or.rest.is_empty()
        && !pipeline.negated
        && pipeline.time.is_none()
        && command.redirections.is_empty()
        && matches!(command.kind, CommandKind::If(_))
}
