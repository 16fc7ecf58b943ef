//! A shell's descriptors by number.

use crate::io::{Descriptor, Io};

/// Descriptors by number; a clone refers to the same open descriptions, as after `fork`.
#[derive(Clone, Default)]
pub(crate) struct Descriptors(Vec<Option<Descriptor>>);

/// Numbers from here on are refused, as by a process's limit on open files.
pub(crate) const DESCRIPTOR_LIMIT: u32 = 1024;

impl Descriptors {
    pub fn of(io: Io) -> Self {
        let mut descriptors = Descriptors(vec![Some(io.stdin), Some(io.stdout), Some(io.stderr)]);
        for (number, descriptor) in io.others {
            descriptors.set(number, descriptor);
        }
        // A closed stream is an absent one to the shell.
        for slot in &mut descriptors.0 {
            slot.take_if(|descriptor| descriptor.is_closed());
        }
        descriptors
    }

    pub fn get(&self, number: u32) -> Option<&Descriptor> {
        self.0.get(number as usize)?.as_ref()
    }

    /// Puts `descriptor` at `number` and answers what was there.
    pub fn set(&mut self, number: u32, descriptor: Descriptor) -> Option<Descriptor> {
        let at = number as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        self.0[at].replace(descriptor)
    }

    /// Closes `number` and answers what was there.
    pub fn take(&mut self, number: u32) -> Option<Descriptor> {
        self.0.get_mut(number as usize)?.take()
    }

    /// The lowest free number from `first` up.
    pub fn free_from(&self, first: u32) -> u32 {
        (first..).find(|number| self.get(*number).is_none()).unwrap_or(first)
    }

    /// The highest free number from `first` down.
    pub fn free_below(&self, first: u32) -> u32 {
        (10..=first).rev().find(|number| self.get(*number).is_none()).unwrap_or(first)
    }

    /// The streams as a command gets them: a closed one of the first three reads and writes nothing but errors.
    pub fn io(&self) -> Io {
        let standard = |number| self.get(number).cloned().unwrap_or_else(Descriptor::closed);
        let others = (3..self.0.len() as u32).filter_map(|number| Some((number, self.get(number)?.clone())));
        Io { stdin: standard(0), stdout: standard(1), stderr: standard(2), others: others.collect() }
    }

    /// All of them, leaving none.
    pub fn drain(&mut self) -> impl Iterator<Item = Descriptor> {
        std::mem::take(&mut self.0).into_iter().flatten()
    }
}
