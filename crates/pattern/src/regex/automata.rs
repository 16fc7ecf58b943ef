//! One expression as automata for ASCII text and for any text.
//!
//! Most text is ASCII, where characters are bytes: an automaton for it is built and run in a fraction of what the tables of
//! Unicode cost. The one for any text is made when the first text that needs it comes.

use super::ast::Ast;
use super::automaton::Automaton;
use super::lower::Lowering;
use crate::error::Error;
use crate::locale::Locale;
use std::sync::OnceLock;

/// Longer texts are not looked through to find out whether they are ASCII: the caller may ask again and again.
const SHORT: usize = 4096;

/// The automata of an expression in its surroundings.
#[derive(Debug)]
pub(crate) struct Automata {
    ast: Ast,
    lowering: Lowering,
    terminator: u8,
    ambiguous: bool,
    /// For ASCII text, where that is another one.
    ascii: Option<Box<Automaton>>,
    any: OnceLock<Result<Box<Automaton>, Error>>,
}

impl Automata {
    /// Prepares the automata. Errors: [`TooBig`](crate::ErrorKind::TooBig).
    pub(super) fn new(ast: Ast, lowering: Lowering, terminator: u8) -> Result<Self, Error> {
        let ambiguous = ast.is_ambiguous();
        let has_ascii = lowering.locale == Locale::Utf8 && ast.knows_characters(lowering.ignore_case);
        let mut automata =
            Automata { ast, lowering, terminator, ambiguous, ascii: None, any: OnceLock::new() };
        if has_ascii {
            automata.ascii = Some(automata.build(Lowering { locale: Locale::C, ..lowering })?);
        } else {
            automata.any()?;
        }
        Ok(automata)
    }

    fn build(&self, lowering: Lowering) -> Result<Box<Automaton>, Error> {
        Ok(Box::new(Automaton::new(lowering.lower(&self.ast), self.terminator, self.ambiguous)?))
    }

    /// The automaton for any text.
    pub(crate) fn any(&self) -> Result<&Automaton, Error> {
        match self.any.get_or_init(|| self.build(self.lowering)) {
            Ok(automaton) => Ok(automaton),
            Err(error) => Err(error.clone()),
        }
    }

    /// The automaton for a text that is ASCII.
    pub(crate) fn ascii(&self) -> Result<&Automaton, Error> {
        match &self.ascii {
            Some(ascii) => Ok(ascii),
            None => self.any(),
        }
    }

    /// The automaton for one text.
    pub(crate) fn for_text(&self, text: &[u8]) -> Result<&Automaton, Error> {
        match &self.ascii {
            Some(ascii) if text.len() <= SHORT && text.is_ascii() => Ok(ascii),
            _ => self.any(),
        }
    }
}
