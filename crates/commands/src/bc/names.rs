//! Places for names.

use std::collections::{BTreeSet, HashMap};

use super::code::Slot;

/// Gives every name a place.
#[derive(Debug, Default)]
pub struct Names {
    slots: HashMap<Vec<u8>, Slot, foldhash::fast::FixedState>,
    names: Vec<Vec<u8>>,
}

impl Names {
    /// The place of `name`.
    pub fn slot(&mut self, name: &[u8]) -> Slot {
        if let Some(slot) = self.slots.get(name) {
            return *slot;
        }
        let slot = self.slots.len();
        self.slots.insert(name.to_vec(), slot);
        self.names.push(name.to_vec());
        slot
    }

    /// The name that has this place.
    pub fn name(&self, slot: Slot) -> &[u8] {
        self.names.get(slot).map_or(&[], |name| name)
    }
}

/// The three kinds of names.
#[derive(Debug, Default)]
pub struct Tables {
    pub variables: Names,
    pub arrays: Names,
    pub functions: Names,
    /// Functions that give no value.
    pub void_functions: BTreeSet<Slot>,
    /// What is said of constructs that the standard does not have.
    pub beyond_standard: BeyondStandard,
}

impl Tables {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.variables.names.len() + self.arrays.names.len() + self.functions.names.len()
    }
}

/// What is said of constructs that the standard does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BeyondStandard {
    /// Nothing.
    #[default]
    Fine,
    /// They are told, and work.
    Warning,
    /// They are errors.
    Error,
}
