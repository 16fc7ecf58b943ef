//! Shell patterns and POSIX regular expressions over bytes. Pure: no I/O, no async.
//!
//! | module | answers | used by |
//! |---|---|---|
//! | [`glob`] | does this name match `*.rs`, what does `${x##*/}` remove, where is the next `p` of `${x//p/r}` | the shell, `find -name` |
//! | [`regex`] | where does this POSIX (or Perl) expression match, and its groups | `grep`, `sed`, `[[ =~ ]]`, `find -regex`, `expr` |
//! | [`lines`] | which lines of a block does an expression select | `grep`, the addresses of `sed` |
//!
//! Haystacks and patterns are bytes. In [`Locale::Utf8`] a well-formed UTF-8 sequence is one character and every other byte
//! stands for itself; in [`Locale::C`] every byte is a character.

mod bracket;
mod error;
pub mod glob;
pub mod lines;
mod locale;
pub mod regex;

pub use error::{Error, ErrorKind};
pub use locale::Locale;
