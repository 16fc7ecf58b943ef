//! The commands there are.

use std::collections::HashMap;

use super::DynCommand;

/// The commands of a workspace by name.
#[derive(Default)]
pub struct Registry {
    commands: HashMap<&'static str, &'static dyn DynCommand, foldhash::fast::FixedState>,
}

impl Registry {
    /// A registry of these commands, each under its spec's name.
    pub fn new(commands: impl IntoIterator<Item = &'static dyn DynCommand>) -> Self {
        Registry { commands: commands.into_iter().map(|command| (command.spec().name, command)).collect() }
    }

    /// The command called `name`.
    pub fn get(&self, name: &[u8]) -> Option<&'static dyn DynCommand> {
        self.commands.get(std::str::from_utf8(name).ok()?).copied()
    }

    /// Every name, in order.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.commands.keys().copied().collect();
        names.sort_unstable();
        names
    }
}
