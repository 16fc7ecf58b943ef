//! Arithmetic expressions: `$((...))`, `((...))`, `let`, subscripts.

mod expression;
mod number;
mod token;

use bytes::Bytes;

use crate::ArithmeticError;
use crate::ast::Expression;

/// Parses an expression. Blanks alone mean 0.
pub fn parse_arithmetic(text: &[u8]) -> Result<Expression, ArithmeticError> {
    match text.trim_ascii() {
        [] => Ok(Expression::Number(0)),
        _ => parse(&Bytes::copy_from_slice(text)),
    }
}

/// The same, sharing memory with `text`.
pub(crate) fn parse(text: &Bytes) -> Result<Expression, ArithmeticError> {
    expression::Parser::new(text, 0).whole()
}
