//! The commands the shell can run, one folder each. A new one is a folder, a `mod` line and a row of [`ALL`].

mod cat;
mod find;
mod head;
mod ls;
mod mkdir;
mod rm;
mod sed;
mod support;
mod tail;

use mirage_shell::command::Command;

/// Every command, in the order of their names.
#[rustfmt::skip] // A line a row, so that two additions do not meet.
pub const ALL: &[&dyn Command] = &[
    &cat::Cat,
    &find::Find,
    &head::Head,
    &ls::DIR,
    &ls::LS,
    &ls::VDIR,
    &mkdir::Mkdir,
    &rm::Rm,
    &sed::Sed,
    &tail::Tail,
];
