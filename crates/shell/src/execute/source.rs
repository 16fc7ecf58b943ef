//! Parts of the tree as text, for listings and messages.

use bytes::Bytes;
use mirage_syntax::ast::{AndOr, Assignment, Word};

use super::Shell;

impl Shell {
    /// A word as it was written.
    pub(crate) fn word_text(&self, word: &Word) -> Vec<u8> {
        mirage_syntax::print_word(word)
    }

    /// An assignment as it was written.
    pub(crate) fn assignment_text(&self, assignment: &Assignment) -> Vec<u8> {
        mirage_syntax::print_assignment(assignment)
    }

    /// The value of `name=(...)` as it is written.
    pub(crate) fn literal_text(&self, assignment: &Assignment) -> Bytes {
        let text = mirage_syntax::print_assignment(assignment);
        let start = text.iter().position(|&byte| byte == b'(').unwrap_or(text.len());
        Bytes::from(text).slice(start..)
    }

    /// A job's command.
    pub(crate) fn and_or_text(&self, and_or: &AndOr) -> Bytes {
        mirage_syntax::print_and_or(and_or).into()
    }

    /// A function's definition, as `declare -f` prints it.
    pub(crate) fn function_text(&self, name: &[u8]) -> Option<Vec<u8>> {
        let function = self.state.functions.get(name)?;
        Some(mirage_syntax::print_function(name, &function.body))
    }
}
