//! `[[ ]]`.

use super::{Operator, Parse, Parser, Reserved, Token};
use crate::ErrorPlace;
use crate::ast::{BinaryTest, CommandKind, Condition, Word};
use crate::parser::Failed;
use crate::word::{Shape, Tildes, Until};

/// What stands next inside `[[ ]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// `]]`
    Close,
    Token(Token),
}

const UNARY: &[u8] = b"abcdefghknoprstuvwxzGLNORS";

impl Parser {
    /// `[[ condition ]]`, behind the brackets.
    #[inline(never)]
    pub(super) fn condition_command(&mut self) -> Parse<CommandKind> {
        self.whole_condition().map_err(|failed| match self.cursor.rest() {
            // At the end of the text bash treats it like any other error.
            [] | [b'\n'] => failed,
            _ => self.failed_in(ErrorPlace::Condition, failed),
        })
    }

    fn whole_condition(&mut self) -> Parse<CommandKind> {
        let line = self.cursor.line_at(self.cursor.position);
        let condition = self.nested(Parser::or_condition)?;
        match self.next_in_condition() {
            Next::Close => self.cursor.position = self.close_end(),
            Next::Token(Token::End) => return Err(self.unclosed_condition(line)),
            next => return Err(self.condition_error(b"syntax error in conditional expression", next, false)),
        }
        Ok(CommandKind::Condition(Box::new(condition)))
    }

    fn or_condition(&mut self) -> Parse<Condition> {
        let first = self.and_condition()?;
        let mut all = vec![first];
        while self.next_in_condition() == Next::Token(Token::Operator(Operator::Or)) {
            self.take_token();
            all.push(self.and_condition()?);
        }
        Ok(one_or(all, Condition::Or))
    }

    fn and_condition(&mut self) -> Parse<Condition> {
        let first = self.condition_term()?;
        let mut all = vec![first];
        while self.next_in_condition() == Next::Token(Token::Operator(Operator::And)) {
            self.take_token();
            all.push(self.condition_term()?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn condition_term(&mut self) -> Parse<Condition> {
        let mut negated = false;
        self.skip_condition_newlines();
        while self.take_reserved(Reserved::Bang) {
            negated = !negated;
            self.skip_condition_newlines();
        }
        let term = self.plain_condition()?;
        Ok(if negated { Condition::Not(Box::new(term)) } else { term })
    }

    /// A condition in parentheses, or one that starts with a word.
    fn plain_condition(&mut self) -> Parse<Condition> {
        match self.next_in_condition() {
            Next::Token(Token::Operator(Operator::Open)) => {
                self.take_token();
                let inner =
                    self.nested(Parser::or_condition).map_err(|failed| self.expected_inside(failed))?;
                if !self.take_operator(Operator::Close) {
                    let next = self.next_in_condition();
                    return Err(self.expected_parenthesis(next));
                }
                self.skip_condition_newlines();
                Ok(Condition::Group(Box::new(inner)))
            }
            Next::Token(Token::Word) => self.condition_words(),
            next => {
                let text = self.text_of(next);
                let line = self.cursor.line_at(self.cursor.position);
                let message = [b"unexpected token `", &text[..], b"' in conditional command"].concat();
                let failed = self.fail(line, message);
                self.mark_incomplete(next == Next::Token(Token::End));
                if let (Next::Close, Some(failure)) = (next, &mut self.failure) {
                    // bash refuses `[[ ]]` without a word.
                    failure.lines.clear();
                }
                Err(failed)
            }
        }
    }

    /// A condition that starts with a word.
    fn condition_words(&mut self) -> Parse<Condition> {
        let start = self.cursor.position;
        let first = self.condition_word(Until::Meta)?;
        let text = self.cursor.slice(start, self.cursor.position);
        if let [b'-', letter] = text[..]
            && UNARY.contains(&letter)
        {
            let operand = self.condition_operand(Until::Meta, "unary")?;
            self.skip_condition_newlines();
            return Ok(Condition::Unary(letter, operand));
        }
        let test = match self.next_in_condition() {
            Next::Close | Next::Token(Token::Operator(Operator::And | Operator::Or | Operator::Close)) => {
                return Ok(Condition::Unary(b'n', first));
            }
            Next::Token(Token::Word) => {
                let before = self.cursor.position;
                self.cursor.skip_until(super::is_meta);
                match binary_test(&self.cursor.slice(before, self.cursor.position)) {
                    Some(test) => test,
                    None => {
                        self.cursor.position = before;
                        let line = self.cursor.line_at(before);
                        return Err(self.fail(line, b"conditional binary operator expected".to_vec()));
                    }
                }
            }
            Next::Token(Token::Operator(operator @ (Operator::Less | Operator::Greater))) => {
                self.take_token();
                if operator == Operator::Less { BinaryTest::Before } else { BinaryTest::After }
            }
            next => {
                return Err(self.condition_error(b"conditional binary operator expected", next, true));
            }
        };
        let second = self.right_side(test)?;
        self.skip_condition_newlines();
        Ok(Condition::Binary(first, test, second))
    }

    fn right_side(&mut self, test: BinaryTest) -> Parse<Word> {
        let until = if test == BinaryTest::Regex { Until::Regex } else { Until::Meta };
        let patterns = matches!(test, BinaryTest::Matches | BinaryTest::MatchesSingle | BinaryTest::Differs);
        let extglob = self.options.extglob;
        self.options.extglob |= patterns;
        let word = self.condition_operand(until, "binary");
        self.options.extglob = extglob;
        word
    }

    fn condition_operand(&mut self, until: Until, operator: &str) -> Parse<Word> {
        let next = self.next_in_condition();
        let starts_regex = until == Until::Regex
            && matches!(next, Next::Token(Token::Operator(Operator::Open | Operator::Bar)));
        if next == Next::Token(Token::Word) || starts_regex {
            return self.condition_word(until);
        }
        let text = self.text_of(next);
        let line = self.cursor.line_at(self.cursor.position);
        let behind = format!("' to conditional {operator} operator");
        Err(self.fail(line, [b"unexpected argument `", &text[..], behind.as_bytes()].concat()))
    }

    fn condition_word(&mut self, until: Until) -> Parse<Word> {
        self.word_of(Shape { until, braces: false, tildes: Tildes::Start })
    }

    fn next_in_condition(&mut self) -> Next {
        match self.token() {
            Token::Word if self.at_condition_close() => Next::Close,
            token => Next::Token(token),
        }
    }

    fn at_condition_close(&self) -> bool {
        let end = self.close_end();
        self.cursor.rest().starts_with(b"]")
            && self.cursor.text.get(end - 1) == Some(&b']')
            && self.cursor.text.get(end).is_none_or(|&byte| super::is_meta(byte))
    }

    /// The position behind the `]]` at the cursor.
    fn close_end(&self) -> usize {
        self.cursor.joined(self.cursor.position + 1) + 1
    }

    fn skip_condition_newlines(&mut self) {
        while self.token() == Token::Newline {
            self.cursor.advance();
        }
    }

    /// What stands next, for a message.
    fn text_of(&mut self, next: Next) -> Vec<u8> {
        match next {
            Next::Close => b"]]".to_vec(),
            Next::Token(Token::End) => b"EOF".to_vec(),
            Next::Token(Token::Newline) => b"newline".to_vec(),
            Next::Token(Token::Operator(operator)) => operator.text().as_bytes().to_vec(),
            Next::Token(Token::Word) => {
                let start = self.cursor.position;
                match self.condition_word(Until::Meta) {
                    Ok(_) => self.cursor.slice(start, self.cursor.position).to_vec(),
                    Err(_) => Vec::new(),
                }
            }
        }
    }

    /// Fails with `message` and, unless it is a word, what stands next.
    fn condition_error(&mut self, message: &[u8], next: Next, first: bool) -> Failed {
        let line = self.cursor.line_at(self.cursor.position);
        if matches!(next, Next::Token(Token::Word)) {
            return self.fail(line, message.to_vec());
        }
        let text = self.text_of(next);
        let message = match first {
            true => [b"unexpected token `", &text[..], b"', ", message].concat(),
            false => [message, b": unexpected token `", &text[..], b"'"].concat(),
        };
        let failed = self.fail(line, message);
        self.mark_incomplete(next == Next::Token(Token::End));
        failed
    }

    /// `[[ ( ]]`: what is refused without a word otherwise is not behind a parenthesis.
    fn expected_inside(&mut self, failed: Failed) -> Failed {
        match self.failure.as_ref().is_some_and(|failure| failure.lines.is_empty()) {
            true => self.expected_parenthesis(Next::Token(Token::Word)),
            false => failed,
        }
    }

    fn expected_parenthesis(&mut self, next: Next) -> Failed {
        match next {
            Next::Token(Token::Word) => {
                let line = self.cursor.line_at(self.cursor.position);
                self.fail(line, b"expected `)'".to_vec())
            }
            _ => self.condition_error(b"expected `)'", next, true),
        }
    }
}

fn one_or(mut all: Vec<Condition>, many: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            all.push(last);
            many(all)
        }
        (None, _) => many(all),
    }
}

fn binary_test(text: &[u8]) -> Option<BinaryTest> {
    Some(match text {
        b"==" => BinaryTest::Matches,
        b"=" => BinaryTest::MatchesSingle,
        b"!=" => BinaryTest::Differs,
        b"=~" => BinaryTest::Regex,
        b"-eq" => BinaryTest::Equal,
        b"-ne" => BinaryTest::NotEqual,
        b"-lt" => BinaryTest::Less,
        b"-le" => BinaryTest::LessOrEqual,
        b"-gt" => BinaryTest::Greater,
        b"-ge" => BinaryTest::GreaterOrEqual,
        b"-nt" => BinaryTest::NewerThan,
        b"-ot" => BinaryTest::OlderThan,
        b"-ef" => BinaryTest::SameFile,
        _ => return None,
    })
}
