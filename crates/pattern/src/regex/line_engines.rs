//! The automata that run over blocks of lines.

use super::ast::Ast;
use super::automata::Automata;
use super::automaton::Automaton;
use super::lower::Lowering;
use super::options::Options;
use crate::error::Error;
use crate::locale::Locale;

/// How lines are told apart. A match never goes past the end of its line.
#[derive(Debug)]
pub(crate) enum LineEngines {
    /// Every line is selected.
    All,
    /// Line by line, with the expression itself.
    EachLine,
    /// What the automata find is a match.
    Exact(Automata),
    /// What they find may be one.
    Relaxed(Automata),
    /// Conditions on words, which are slow where words are more than ASCII: exact there, relaxed elsewhere.
    Words { exact: Box<Automata>, relaxed: Box<Automata> },
}

/// What to search a block with.
pub(crate) enum Search<'e> {
    All,
    EachLine,
    Exact(&'e Automaton),
    Relaxed(&'e Automaton),
}

impl LineEngines {
    /// The engines for the expression `ast`; for none, a Perl expression, lines are looked at one by one.
    pub(super) fn new(ast: Option<&Ast>, options: &Options) -> Result<Self, Error> {
        let Some(ast) = ast else { return Ok(LineEngines::EachLine) };
        if ast.matches_anywhere() {
            return Ok(LineEngines::All);
        }
        let automata = |ast: Ast| Automata::new(ast, Lowering::of_lines(options), options.terminator);
        Ok(match (ast.has_back_reference(), ast.has_word_look() && options.locale == Locale::Utf8) {
            (true, _) => LineEngines::Relaxed(automata(ast.relaxed())?),
            (false, true) => LineEngines::Words {
                exact: Box::new(automata(ast.clone())?),
                relaxed: Box::new(automata(ast.relaxed())?),
            },
            (false, false) => LineEngines::Exact(automata(ast.clone())?),
        })
    }

    /// What to search a block with, which is ASCII or not.
    pub(crate) fn search(&self, is_ascii: bool) -> Result<Search<'_>, Error> {
        Ok(match self {
            LineEngines::All => Search::All,
            LineEngines::EachLine => Search::EachLine,
            LineEngines::Exact(automata) => Search::Exact(pick(automata, is_ascii)?),
            LineEngines::Relaxed(automata) => Search::Relaxed(pick(automata, is_ascii)?),
            LineEngines::Words { exact, .. } if is_ascii => Search::Exact(exact.ascii()?),
            LineEngines::Words { relaxed, .. } => Search::Relaxed(relaxed.any()?),
        })
    }
}

fn pick(automata: &Automata, is_ascii: bool) -> Result<&Automaton, Error> {
    if is_ascii { automata.ascii() } else { automata.any() }
}
