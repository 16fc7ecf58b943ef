//! POSIX regular expressions with the GNU extensions, and Perl's for `grep -P`.
//!
//! ```
//! use mirage_pattern::regex::{Captures, Options, Regex, Syntax};
//!
//! let regex = Regex::new(br"(a|ab)(c|bcd)*", &Options { syntax: Syntax::Extended, ..Options::default() })?;
//! assert_eq!(regex.find_at(b"xabcd", 0)?, Some(1..5)); // leftmost, then longest
//! let mut captures = Captures::default();
//! assert!(regex.captures_at(b"xabcd", 0, &mut captures)?);
//! assert_eq!(captures.get(1), Some(1..2));
//! # Ok::<(), mirage_pattern::Error>(())
//! ```
//!
//! A pattern is parsed to a small tree, the tree becomes the automata's own form, and the leftmost match comes from their
//! engine. Where another way to match could be longer, the end is taken from an automaton that reports every end.
//! Back-references are matched by backtracking with a limit; passing it is an error, never a quiet "no match".
//!
//! # Limits
//!
//! - Which text a group holds, where there is a choice, is decided branch by branch from the left among the ways that give
//!   the longest match. This is what glibc does in the cases recorded here; for groups inside repetitions that can match the
//!   empty text glibc may report another one.
//! - A compiled pattern is limited to 32 MiB, and groups nest at most 200 deep: [`TooBig`](crate::ErrorKind::TooBig).

mod ast;
mod automata;
mod automaton;
mod captures;
mod compile;
mod line_engines;
mod lower;
mod names;
mod options;
mod parse;
mod parse_bracket;
mod perl;
#[cfg(test)]
mod tests;
mod translate;

pub use captures::Captures;
pub use compile::{Regex, Warning};
pub(crate) use line_engines::{LineEngines, Search};
pub use names::named_character;
pub use options::{Dialect, Options, Syntax};
