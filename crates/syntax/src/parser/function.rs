//! Function definitions.

use std::sync::Arc;

use bytes::Bytes;

use super::{Operator, Parse, Parser, Token};
use crate::ast::{CommandKind, Function};

impl Parser {
    /// `function name body`, behind the word.
    pub(super) fn function_keyword(&mut self) -> Parse<CommandKind> {
        if self.token() != Token::Word {
            return Err(self.unexpected_token());
        }
        let start = self.cursor.position;
        self.word()?;
        let name = self.cursor.slice(start, self.cursor.position);
        // `function f ( list )` has a subshell for a body, `function f ()` has none yet.
        if self.token() == Token::Operator(Operator::Open) {
            let open = self.cursor.position;
            self.take_token();
            if !self.take_operator(Operator::Close) {
                self.cursor.position = open;
            }
        }
        self.function_body(name)
    }

    /// `()` and the body, behind the name.
    pub(super) fn function_parentheses(&mut self, name: Bytes) -> Parse<CommandKind> {
        self.take_token();
        self.expect_operator(Operator::Close)?;
        self.function_body(name)
    }

    fn function_body(&mut self, name: Bytes) -> Parse<CommandKind> {
        self.skip_newlines()?;
        let body = Arc::new(self.compound_command()?);
        Ok(CommandKind::Function(Box::new(Function { name, body })))
    }
}
