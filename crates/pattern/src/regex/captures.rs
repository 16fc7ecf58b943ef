//! Where the groups of a match are.

use std::ops::Range;

/// The place of a match and of each of its groups. One value serves many searches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    pub(super) groups: Vec<Option<Range<usize>>>,
}

impl Captures {
    /// Where group `index` matched last, 0 being the whole; `None` if it took no part or does not exist.
    pub fn get(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index).cloned().flatten()
    }

    /// How many groups there are, the whole match included.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether no search has filled this value.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}
