//! From text to words and their parts.
//!
//! Two loops read text: one where quotes, blanks and globs mean something ([`unquoted`]), one that reads as double
//! quotes do ([`quoted`]). Both leave `$` and backquotes to [`dollar`] and to [`substitution`].

mod arithmetic;
mod builder;
mod dollar;
mod escape;
mod parameter;
mod quoted;
mod subscript;
mod substitution;
mod tilde;
mod unquoted;

pub(crate) use builder::{Builder, push_text};
pub(crate) use dollar::{continues_name, starts_name};
pub use escape::decode_ansi_c;
pub(crate) use quoted::Quoting;
pub(crate) use subscript::index;
pub(crate) use tilde::Tildes;
pub(crate) use unquoted::Until;

use crate::ast::Word;
use crate::parser::{Parse, Parser};

/// What a word undergoes that its parts must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub until: Until,
    pub braces: bool,
    pub tildes: Tildes,
}

impl Parser {
    /// A word that undergoes every expansion.
    pub(crate) fn word(&mut self) -> Parse<Word> {
        self.word_of(Shape { until: Until::Meta, braces: true, tildes: Tildes::Start })
    }

    /// A word that undergoes every expansion, where one of the form of an assignment has tildes in its value.
    pub(crate) fn argument_word(&mut self) -> Parse<Word> {
        self.word_of(Shape { until: Until::Meta, braces: true, tildes: Tildes::Argument })
    }

    /// A word without brace expansion.
    pub(crate) fn word_without_braces(&mut self) -> Parse<Word> {
        self.word_of(Shape { until: Until::Meta, braces: false, tildes: Tildes::Start })
    }

    /// The word at the cursor.
    pub(crate) fn word_of(&mut self, shape: Shape) -> Parse<Word> {
        let start = self.cursor.position;
        let mut builder = Builder::default();
        self.unquoted(&mut builder, shape.until)?;
        let span = self.cursor.span_from(start);
        self.finish_word(builder, shape, span)
    }
}
