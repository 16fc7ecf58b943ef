//! Function definitions.

use std::sync::Arc;

use bytes::Bytes;

use super::{Operator, Parse, Parser, Token};
use crate::ast::{Command, CommandKind, Function};

impl Parser {
    /// `function name body`, behind the word.
    #[inline(never)]
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

    /// `()` and the body, behind the name that stands between `start` and `end`.
    #[inline(never)]
    pub(super) fn function_parentheses(&mut self, start: usize, end: usize) -> Parse<Command> {
        self.take_token();
        self.expect_operator(Operator::Close)?;
        let kind = self.function_body(self.cursor.slice(start, end))?;
        let mut span = self.cursor.span_from(start);
        if super::command::tells_its_end(&kind) {
            span.line = self.cursor.line_at(self.cursor.position);
        }
        Ok(Command { kind, redirections: Vec::new(), span })
    }

    fn function_body(&mut self, name: Bytes) -> Parse<CommandKind> {
        self.skip_newlines()?;
        let body = Arc::new(self.nested(Parser::compound_command)?);
        Ok(CommandKind::Function(Box::new(Function { name, body })))
    }
}
