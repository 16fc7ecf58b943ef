//! Shell patterns: `*`, `?`, bracket expressions and the extended forms `?(..) *(..) +(..) @(..) !(..)`.
//!
//! A pattern comes in pieces, because in the shell a quoted `*` is a star and an unquoted one is a pattern:
//!
//! ```
//! use mirage_pattern::glob::{Glob, GlobBuilder, Options};
//!
//! let mut builder = GlobBuilder::new(Options::default());
//! builder.active(b"*").literal(b"*.rs"); // the word *'*.rs'
//! let glob = builder.build()?;
//! assert!(glob.is_match(b"a*.rs") && !glob.is_match(b"a.rs"));
//!
//! let glob = Glob::new(br"\*.[ch]", Options::default())?; // backslash escapes
//! assert!(glob.is_match(b"*.c"));
//! assert_eq!(Glob::new(b"*/", Options::default())?.longest_prefix(b"a/b/c"), Some(4)); // ${x##*/}
//! # Ok::<(), mirage_pattern::Error>(())
//! ```
//!
//! Matching never fails and never blows up: without groups it is linear in the haystack for each `*`, with groups it walks
//! sets of positions. A haystack that is not well-formed UTF-8 is matched byte by byte, as bash does.

mod components;
mod groups;
mod parse;
mod pattern;
mod runs;
mod subject;
#[cfg(test)]
mod tests;

pub use components::{Component, PathPattern};
pub use parse::GlobBuilder;
pub use pattern::{Glob, Options};
