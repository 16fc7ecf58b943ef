//! The commands the shell can run, one folder each. A new one is a folder, a `mod` line and a row of [`ALL`].

mod awk;
mod cat;
mod checksum;
mod comm;
mod cp;
mod diff;
mod env;
mod find;
mod head;
mod ls;
mod mkdir;
mod mv;
mod paste;
mod rm;
mod sed;
mod seq;
mod support;
mod tail;
mod touch;
mod tr;
mod xargs;

use mirage_shell::command::Command;

/// Every command, in the order of their names.
#[rustfmt::skip] // A line a row, so that two additions do not meet.
pub const ALL: &[&dyn Command] = &[
    &awk::Awk,
    &cat::Cat,
    &checksum::B2,
    &checksum::MD5,
    &checksum::SHA1,
    &checksum::SHA224,
    &checksum::SHA256,
    &checksum::SHA384,
    &checksum::SHA512,
    &comm::Comm,
    &cp::Cp,
    &diff::Diff,
    &env::Env,
    &find::Find,
    &head::Head,
    &ls::DIR,
    &ls::LS,
    &ls::VDIR,
    &mkdir::Mkdir,
    &mv::Mv,
    &paste::Paste,
    &rm::Rm,
    &sed::Sed,
    &seq::Seq,
    &tail::Tail,
    &touch::Touch,
    &tr::Tr,
    &xargs::Xargs,
];
