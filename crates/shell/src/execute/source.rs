//! Parts of the tree as text, for listings and messages.

use bytes::Bytes;
use mirage_syntax::ast::{AndOr, Assignment, Word};

use super::Shell;

impl Shell {
    /// A word as it was written.
    pub(crate) fn word_text(&self, word: &Word) -> Vec<u8> {
        let _ = word;
        Vec::new()
    }

    /// An assignment as it was written.
    pub(crate) fn assignment_text(&self, assignment: &Assignment) -> Vec<u8> {
        assignment.name.to_vec()
    }

    /// A job's command.
    pub(crate) fn and_or_text(&self, and_or: &AndOr) -> Bytes {
        let _ = and_or;
        Bytes::new()
    }

    /// A function's definition, as `declare -f` prints it.
    pub(crate) fn function_text(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.state.functions.get(name).map(|_| name.to_vec())
    }
}
