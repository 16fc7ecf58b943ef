//! The lists inside substitutions, and `((...))` clauses.

use super::{Cursor, Operator, Parse, Parser, Token};
use crate::ErrorPlace;
use crate::ast::{Arithmetic, Facts, List, Warning};
use crate::word::Quoting;

/// What a failed attempt must not change.
pub(crate) struct Checkpoint {
    position: usize,
    depth: u32,
    warnings: usize,
    pending: usize,
    in_substitution: bool,
}

impl Parser {
    /// The state before an attempt that may fail.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            position: self.cursor.position,
            depth: self.depth,
            warnings: self.warnings.len(),
            pending: self.pending.len(),
            in_substitution: self.in_substitution,
        }
    }

    /// Forgets an attempt that failed.
    pub(crate) fn restore(&mut self, checkpoint: Checkpoint) {
        self.cursor.position = checkpoint.position;
        self.depth = checkpoint.depth;
        self.warnings.truncate(checkpoint.warnings);
        self.pending.truncate(checkpoint.pending);
        self.in_substitution = checkpoint.in_substitution;
        self.failure = None;
    }

    /// The list of `$(...)` and its like, behind the `(` at `open`, with the `)`.
    pub(crate) fn list_in_parentheses(&mut self, open: usize) -> Parse<List> {
        self.closed_list(open).map_err(|failed| self.failed_in(ErrorPlace::Substitution, failed))
    }

    fn closed_list(&mut self, open: usize) -> Parse<List> {
        let outer = std::mem::take(&mut self.pending);
        let was_inside = std::mem::replace(&mut self.in_substitution, true);
        let list = self.optional_body();
        self.in_substitution = was_inside;
        let list = list?;
        if self.token() == Token::End {
            self.read_documents()?;
        }
        let inner = std::mem::replace(&mut self.pending, outer);
        match self.token() {
            Token::Operator(Operator::Close) => self.take_token(),
            Token::End => {
                // What was tried as an expression first is missed where it started.
                let line = match self.not_arithmetic.contains(&(open as u32)) {
                    true => self.cursor.line_at(open),
                    false => self.last_line(),
                };
                return Err(self.unclosed(b')', line));
            }
            _ => return Err(self.unexpected_token()),
        }
        if !inner.is_empty() {
            let line = self.cursor.line_at(self.cursor.position);
            let message =
                format!("warning: command substitution: {} unterminated here-document", inner.len());
            self.warnings.push(Warning { line, message: message.into() });
            self.pending.extend(inner);
        }
        Ok(list)
    }

    /// The list that is a whole text of its own, or None when it is not well formed.
    pub(crate) fn list_of(&mut self, text: Cursor) -> Option<List> {
        let outer = std::mem::replace(&mut self.cursor, text);
        let pending = std::mem::take(&mut self.pending);
        let expanding = std::mem::take(&mut self.expanding);
        let not_arithmetic = std::mem::take(&mut self.not_arithmetic);
        let bad_substitutions = std::mem::take(&mut self.bad_substitutions);
        let was_inside = std::mem::replace(&mut self.in_substitution, false);
        let warnings = self.warnings.len();
        let depth = self.depth;
        let list = self.whole_list();
        self.depth = depth;
        self.warnings.truncate(warnings);
        self.in_substitution = was_inside;
        self.bad_substitutions = bad_substitutions;
        self.not_arithmetic = not_arithmetic;
        self.expanding = expanding;
        self.pending = pending;
        self.cursor = outer;
        self.failure = None;
        list.ok()
    }

    fn whole_list(&mut self) -> Parse<List> {
        let list = self.optional_body()?;
        match self.token() {
            Token::End => self.read_documents()?,
            _ => return Err(self.unexpected_token()),
        }
        Ok(list)
    }

    /// The three expressions of `for ((a; b; c))`, from the first parenthesis on.
    pub(super) fn arithmetic_clauses(&mut self) -> Parse<[Arithmetic; 3]> {
        let open = self.cursor.position;
        let line = self.cursor.line_at(open);
        let (second, second_at) = self.cursor.ahead();
        if second != Some(b'(') {
            return Err(self.unexpected_token());
        }
        self.cursor.position = second_at + 1;
        let mut clauses = Vec::with_capacity(3);
        loop {
            while matches!(self.cursor.peek(), Some(b' ' | b'\t' | b'\n')) {
                self.cursor.advance();
            }
            let start = self.cursor.position;
            let clause = self.arithmetic_text(Quoting::Clause, &mut Facts::default())?;
            clauses.push(if self.cursor.position > start { clause } else { Arithmetic::one() });
            match self.cursor.byte() {
                Some(b';') => self.cursor.advance(),
                None => return Err(self.unclosed(b')', line)),
                _ => break,
            }
        }
        self.cursor.advance();
        if !self.cursor.take(b')') {
            return Err(self.unexpected_token());
        }
        clauses.try_into().map_err(|clauses: Vec<Arithmetic>| {
            let text = self.cursor.slice(open, self.cursor.position);
            self.wrong_clauses(clauses.len(), &text, line)
        })
    }
}
