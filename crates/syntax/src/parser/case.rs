//! `case`.

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ast::{Case, CaseClause, CaseTerminator, CommandKind, Word};

impl Parser {
    /// `case`, behind the word.
    #[inline(never)]
    pub(super) fn case_command(&mut self) -> Parse<CommandKind> {
        if self.token() != Token::Word {
            return Err(self.unexpected_token());
        }
        let word = self.word_without_braces()?;
        self.skip_newlines()?;
        self.expect_reserved(Reserved::In)?;
        let mut clauses = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.take_reserved(Reserved::Esac) {
                break;
            }
            let (clause, last) = self.clause()?;
            clauses.push(clause);
            if last {
                self.expect_reserved(Reserved::Esac)?;
                break;
            }
        }
        Ok(CommandKind::Case(Box::new(Case { word, clauses })))
    }

    /// `pattern | pattern)`, also with a `(` in front.
    #[inline(never)]
    fn case_patterns(&mut self) -> Parse<Vec<Word>> {
        self.take_operator(Operator::Open);
        let mut patterns = Vec::new();
        loop {
            if self.token() != Token::Word {
                return Err(self.unexpected_token());
            }
            patterns.push(self.word_without_braces()?);
            if !self.take_operator(Operator::Bar) {
                break;
            }
        }
        self.expect_operator(Operator::Close)?;
        Ok(patterns)
    }

    /// A clause, and whether it has no terminator and so is the last.
    #[inline(never)]
    fn clause(&mut self) -> Parse<(CaseClause, bool)> {
        let patterns = self.case_patterns()?;
        let body = self.optional_body()?;
        let terminator = match self.token() {
            Token::Operator(Operator::DoubleSemicolon) => CaseTerminator::Break,
            Token::Operator(Operator::SemicolonAmpersand) => CaseTerminator::FallThrough,
            Token::Operator(Operator::DoubleSemicolonAmpersand) => CaseTerminator::TryNext,
            _ => return Ok((CaseClause { patterns, body, terminator: CaseTerminator::Break }, true)),
        };
        self.take_token();
        Ok((CaseClause { patterns, body, terminator }, false))
    }
}
