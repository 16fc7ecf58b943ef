//! Tokens of arithmetic.

use bytes::Bytes;

use super::number;
use crate::ArithmeticError;
use crate::ast::BinaryOperator;
use crate::word::{continues_name, starts_name};

/// A token of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Number(i64),
    /// A name, and the text of its subscript.
    Name(Bytes, Option<Bytes>),
    Binary(BinaryOperator),
    /// `=`, or an operator with `=` behind it.
    Assign(Option<BinaryOperator>),
    Not,
    Complement,
    Increment,
    Decrement,
    Open,
    Close,
    Question,
    Colon,
}

/// Reads a text token by token.
pub(super) struct Lexer {
    pub text: Bytes,
    /// Behind the current token.
    pub position: usize,
    /// Where the current token starts; the last one when the text is at its end.
    pub start: usize,
    pub token: Token,
}

impl Lexer {
    pub fn new(text: &Bytes) -> Self {
        Lexer { text: text.clone(), position: 0, start: 0, token: Token::End }
    }

    pub fn error(&self, message: &'static str) -> ArithmeticError {
        ArithmeticError { message, position: self.start }
    }

    /// Moves to the next token.
    pub fn read(&mut self) -> Result<(), ArithmeticError> {
        self.skip_blanks();
        let Some(&first) = self.text.get(self.position) else {
            self.token = Token::End;
            return Ok(());
        };
        self.start = self.position;
        self.token = match first {
            b'0'..=b'9' => self.number()?,
            _ if starts_name(first) => self.name()?,
            _ => self.operator(first)?,
        };
        Ok(())
    }

    pub fn skip_blanks(&mut self) {
        while matches!(self.text.get(self.position), Some(b' ' | b'\t' | b'\n')) {
            self.position += 1;
        }
    }

    fn number(&mut self) -> Result<Token, ArithmeticError> {
        let part = |byte: &u8| continues_name(*byte) || matches!(byte, b'#' | b'@');
        while self.text.get(self.position).is_some_and(part) {
            self.position += 1;
        }
        let value = number::value(&self.text[self.start..self.position]);
        value.map(Token::Number).map_err(|message| self.error(message))
    }

    fn name(&mut self) -> Result<Token, ArithmeticError> {
        while self.text.get(self.position).is_some_and(|&byte| continues_name(byte)) {
            self.position += 1;
        }
        let name = self.text.slice(self.start..self.position);
        if self.text.get(self.position) != Some(&b'[') {
            return Ok(Token::Name(name, None));
        }
        let open = self.position;
        let Some(length) = subscript_length(&self.text[open + 1..]) else {
            return Err(self.error("bad array subscript"));
        };
        let close = open + 1 + length;
        self.position = close + 1;
        Ok(Token::Name(name, Some(self.text.slice(open + 1..close))))
    }

    fn operator(&mut self, first: u8) -> Result<Token, ArithmeticError> {
        use BinaryOperator as Op;
        let second = self.text.get(self.position + 1).copied();
        let third = self.text.get(self.position + 2).copied();
        let (token, length) = match (first, second) {
            (b'<', Some(b'<')) if third == Some(b'=') => (Token::Assign(Some(Op::ShiftLeft)), 3),
            (b'>', Some(b'>')) if third == Some(b'=') => (Token::Assign(Some(Op::ShiftRight)), 3),
            (b'<', Some(b'<')) => (Token::Binary(Op::ShiftLeft), 2),
            (b'>', Some(b'>')) => (Token::Binary(Op::ShiftRight), 2),
            (b'=', Some(b'=')) => (Token::Binary(Op::Equal), 2),
            (b'!', Some(b'=')) => (Token::Binary(Op::NotEqual), 2),
            (b'<', Some(b'=')) => (Token::Binary(Op::LessOrEqual), 2),
            (b'>', Some(b'=')) => (Token::Binary(Op::GreaterOrEqual), 2),
            (b'&', Some(b'&')) => (Token::Binary(Op::And), 2),
            (b'|', Some(b'|')) => (Token::Binary(Op::Or), 2),
            (b'*', Some(b'*')) => (Token::Binary(Op::Power), 2),
            (b'+', Some(b'+')) if self.updates() => (Token::Increment, 2),
            (b'-', Some(b'-')) if self.updates() => (Token::Decrement, 2),
            (_, Some(b'=')) if assigning(first).is_some() => (Token::Assign(assigning(first)), 2),
            (b'=', _) => (Token::Assign(None), 1),
            (b'<', _) => (Token::Binary(Op::Less), 1),
            (b'>', _) => (Token::Binary(Op::Greater), 1),
            (b',', _) => (Token::Binary(Op::Comma), 1),
            (b'!', _) => (Token::Not, 1),
            (b'~', _) => (Token::Complement, 1),
            (b'(', _) => (Token::Open, 1),
            (b')', _) => (Token::Close, 1),
            (b'?', _) => (Token::Question, 1),
            (b':', _) => (Token::Colon, 1),
            _ => match assigning(first) {
                Some(operator) => (Token::Binary(operator), 1),
                None => return Err(self.error(self.unknown())),
            },
        };
        self.position += length;
        Ok(token)
    }

    /// Whether two `+` or `-` are one operator: in front of a name or behind one.
    fn updates(&self) -> bool {
        if matches!(self.token, Token::Name(..)) {
            return true;
        }
        let behind = self.text.get(self.position + 2..).unwrap_or_default().trim_ascii_start();
        behind.first().is_some_and(|&byte| starts_name(byte))
    }

    /// What a byte is that no token starts with.
    fn unknown(&self) -> &'static str {
        match self.token {
            Token::Number(_) | Token::Name(..) | Token::Close => "syntax error: invalid arithmetic operator",
            _ => "syntax error: operand expected",
        }
    }
}

/// The operator that a byte is, when `=` may follow it to assign.
fn assigning(byte: u8) -> Option<BinaryOperator> {
    Some(match byte {
        b'+' => BinaryOperator::Add,
        b'-' => BinaryOperator::Subtract,
        b'*' => BinaryOperator::Multiply,
        b'/' => BinaryOperator::Divide,
        b'%' => BinaryOperator::Remainder,
        b'&' => BinaryOperator::BitAnd,
        b'^' => BinaryOperator::BitXor,
        b'|' => BinaryOperator::BitOr,
        _ => return None,
    })
}

/// How much text stands before the `]` that closes a subscript: brackets balance, quotes hide them.
fn subscript_length(text: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    let mut position = 0;
    while let Some(&byte) = text.get(position) {
        match byte {
            b'\\' => position += 1,
            b'\'' | b'"' => {
                let rest = text.get(position + 1..)?;
                position += 1 + memchr::memchr(byte, rest)?;
            }
            b'[' => depth += 1,
            b']' if depth == 0 => return Some(position),
            b']' => depth -= 1,
            _ => {}
        }
        position += 1;
    }
    None
}
