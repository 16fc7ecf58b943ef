//! Commands, by the token they start with.

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ast::{Command, CommandKind};

impl Parser {
    /// One stage of a pipeline with its redirections.
    pub(crate) fn command(&mut self) -> Parse<Command> {
        let token = self.expand_alias();
        match token {
            Token::Operator(Operator::Open) => self.compound(None),
            Token::Operator(operator) if operator.redirects() => self.simple(),
            Token::Word => match self.reserved() {
                Some((reserved, end)) => self.compound(Some((reserved, end))),
                None => self.simple(),
            },
            _ => Err(self.unexpected_token()),
        }
    }

    /// A command that is not a simple one, and what is redirected behind it.
    fn compound(&mut self, reserved: Option<(Reserved, usize)>) -> Parse<Command> {
        let start = self.cursor.position;
        let kind = match reserved {
            None => self.parenthesis()?,
            Some((reserved, end)) => {
                if !self.starts_command(reserved) {
                    return Err(self.unexpected_token());
                }
                self.cursor.position = end;
                self.keyword(reserved)?
            }
        };
        let end = self.cursor.position;
        let mut redirections = Vec::new();
        if !matches!(kind, CommandKind::Function(_) | CommandKind::Coprocess(_)) {
            self.redirections_into(&mut redirections)?;
        }
        let mut span = self.cursor.span_from(start);
        if tells_its_end(&kind) {
            span.line = self.cursor.line_at(end);
        }
        Ok(Command { kind, redirections, span })
    }

    fn starts_command(&self, reserved: Reserved) -> bool {
        !reserved.closes()
            && !matches!(reserved, Reserved::In | Reserved::Bang | Reserved::Time | Reserved::CloseCondition)
    }

    /// The command that a reserved word begins, behind the word.
    #[inline(never)]
    fn keyword(&mut self, reserved: Reserved) -> Parse<CommandKind> {
        match reserved {
            Reserved::If => self.if_command(),
            Reserved::For => self.nested(Parser::for_command),
            Reserved::Select => self.nested(Parser::select_command),
            Reserved::While => Ok(CommandKind::While(Box::new(self.loop_command()?))),
            Reserved::Until => Ok(CommandKind::Until(Box::new(self.loop_command()?))),
            Reserved::Case => self.nested(Parser::case_command),
            Reserved::OpenBrace => self.group(),
            Reserved::Function => self.function_keyword(),
            Reserved::OpenCondition => self.condition_command(),
            Reserved::Coproc => self.coprocess(),
            _ => Err(self.unexpected_token()),
        }
    }

    /// Whether a compound command starts here.
    pub(crate) fn at_compound(&mut self) -> bool {
        match self.token() {
            Token::Operator(Operator::Open) => true,
            Token::Word => self.reserved().is_some_and(|(reserved, _)| {
                self.starts_command(reserved) && !matches!(reserved, Reserved::Function | Reserved::Coproc)
            }),
            _ => false,
        }
    }

    /// A command that must be a compound one: a function's body.
    pub(crate) fn compound_command(&mut self) -> Parse<Command> {
        match self.at_compound() {
            true => {
                let reserved = self.reserved();
                self.compound(reserved)
            }
            false => Err(self.unexpected_token()),
        }
    }
}

/// Whether messages of the command tell the line it ends on: bash has read it all before it looks at what is wrong.
pub(super) fn tells_its_end(kind: &CommandKind) -> bool {
    let is_name = |name: &[u8]| {
        !name[..1].iter().any(u8::is_ascii_digit)
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    match kind {
        CommandKind::Arithmetic(_) => true,
        CommandKind::For(each) | CommandKind::Select(each) => !is_name(&each.variable),
        CommandKind::Function(function) => function.name.contains(&b'$'),
        _ => false,
    }
}
