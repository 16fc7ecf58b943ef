//! The grammar of expressions: parentheses, `!`, `-a`, `-o`, `,`.

use super::expression::{Action, Expression, Predicate, Test};

/// One word of an expression with its arguments, and the name it was written by.
#[derive(Debug)]
pub enum Token {
    Open,
    Close,
    Not(String),
    And(String),
    Or(String),
    Comma,
    One(Predicate),
}

/// The expression of these tokens; `print` is added where they print nothing themselves. The error is a message.
pub fn expression(tokens: Vec<Token>, prints: bool) -> Result<Expression, String> {
    let print = Expression::One(Predicate::Action(Action::Print { output: 0, end: b'\n' }));
    let Some(last) = tokens.last() else { return Ok(print) };
    let after_operand =
        tokens.iter().rev().nth(1).is_some_and(|token| matches!(token, Token::One(_) | Token::Close));
    match last {
        Token::Not(_) => return Err(format!("expected an expression after '{}'", name(last))),
        Token::And(_) | Token::Or(_) | Token::Comma if after_operand => {
            return Err(format!("expected an expression after '{}'", name(last)));
        }
        _ => {}
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable() };
    let expression = parser.list(None)?;
    if parser.tokens.peek().is_some() {
        return Err("you have too many ')'".to_owned());
    }
    match prints {
        true => Ok(expression),
        false => Ok(Expression::And(vec![expression, print])),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

/// Parsing from one level of precedence on; each takes the operator before, for messages.
type Level = fn(&mut Parser, Option<&str>) -> Result<Expression, String>;

impl Parser {
    fn list(&mut self, before: Option<&str>) -> Result<Expression, String> {
        self.joined(before, Parser::or, |token| matches!(token, Token::Comma), Expression::Comma)
    }

    fn or(&mut self, before: Option<&str>) -> Result<Expression, String> {
        self.joined(before, Parser::and, |token| matches!(token, Token::Or(_)), Expression::Or)
    }

    fn joined(
        &mut self,
        before: Option<&str>,
        part: Level,
        joins: fn(&Token) -> bool,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, String> {
        let mut parts = vec![part(self, before)?];
        while self.tokens.peek().is_some_and(joins) {
            let operator = self.tokens.next().map(|token| name(&token)).unwrap_or_default();
            parts.push(part(self, Some(&operator))?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn and(&mut self, before: Option<&str>) -> Result<Expression, String> {
        let mut parts = vec![self.not(before)?];
        loop {
            match self.tokens.peek() {
                Some(Token::And(_)) => {
                    let operator = self.tokens.next().map(|token| name(&token)).unwrap_or_default();
                    parts.push(self.not(Some(&operator))?);
                }
                Some(Token::Not(_) | Token::Open | Token::One(_)) => parts.push(self.not(None)?),
                _ => break,
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::And(parts) })
    }

    fn not(&mut self, before: Option<&str>) -> Result<Expression, String> {
        match self.tokens.next() {
            Some(Token::Not(name)) => Ok(Expression::Not(Box::new(self.not(Some(&name))?))),
            Some(Token::One(predicate)) => Ok(Expression::One(predicate)),
            Some(Token::Open) => self.group(),
            Some(Token::Close) => Err(match before {
                Some(name) => format!("expected an expression between '{name}' and ')'"),
                None => "invalid expression; you have too many ')'".to_owned(),
            }),
            Some(token @ (Token::And(_) | Token::Or(_) | Token::Comma)) => Err(format!(
                "invalid expression; you have used a binary operator '{}' with nothing before it.",
                name(&token)
            )),
            None => Ok(Expression::One(Predicate::Test(Test::True))),
        }
    }

    fn group(&mut self) -> Result<Expression, String> {
        match self.tokens.peek() {
            None => {
                return Err("invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra \
                    predicate after '('"
                    .to_owned());
            }
            Some(Token::Close) => {
                return Err("invalid expression; empty parentheses are not allowed.".to_owned());
            }
            Some(_) => {}
        }
        let inner = self.list(None)?;
        match self.tokens.next() {
            Some(Token::Close) => Ok(inner),
            _ => {
                Err("invalid expression; I was expecting to find a ')' somewhere but did not see one."
                    .to_owned())
            }
        }
    }
}

fn name(token: &Token) -> String {
    match token {
        Token::Not(name) | Token::And(name) | Token::Or(name) => name.clone(),
        Token::Comma => ",".to_owned(),
        Token::Open => "(".to_owned(),
        Token::Close | Token::One(_) => ")".to_owned(),
    }
}
