//! The commands the shell can run, one folder each. A new one is a folder, a `mod` line and a row of [`ALL`].

mod awk;
mod base64;
mod cat;
mod checksum;
mod cmp;
mod comm;
mod cp;
mod date;
mod diff;
mod env;
mod find;
mod grep;
mod head;
mod ls;
mod mkdir;
mod mv;
mod nl;
mod paste;
mod rm;
mod sed;
mod seq;
mod sleep;
mod support;
mod tail;
mod timeout;
mod touch;
mod tr;
mod wc;
mod which;
mod xargs;
mod yes;

use mirage_shell::command::Command;

/// Every command, in the order of their names.
#[rustfmt::skip] // A line a row, so that two additions do not meet.
pub const ALL: &[&dyn Command] = &[
    &awk::Awk,
    &base64::Base32,
    &base64::Base64,
    &cat::Cat,
    &checksum::B2,
    &checksum::MD5,
    &checksum::SHA1,
    &checksum::SHA224,
    &checksum::SHA256,
    &checksum::SHA384,
    &checksum::SHA512,
    &cmp::Cmp,
    &comm::Comm,
    &cp::Cp,
    &date::Date,
    &diff::Diff,
    &env::Env,
    &find::Find,
    &grep::EGREP,
    &grep::FGREP,
    &grep::GREP,
    &head::Head,
    &ls::DIR,
    &ls::LS,
    &ls::VDIR,
    &mkdir::Mkdir,
    &mv::Mv,
    &nl::Nl,
    &paste::Paste,
    &rm::Rm,
    &sed::Sed,
    &seq::Seq,
    &sleep::Sleep,
    &tail::Tail,
    &timeout::Timeout,
    &touch::Touch,
    &tr::Tr,
    &wc::Wc,
    &which::Which,
    &xargs::Xargs,
    &yes::Yes,
];
