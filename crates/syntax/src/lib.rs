//! The bash language: bytes to syntax tree. Pure: no I/O, no async.
//!
//! [`Parser`] reads one complete command at a time, as bash does, so that what stands in front of a syntax error
//! still runs. The tree ([`ast`]) is what the shell executes.

pub mod ast;
mod error;

pub use error::{ArithmeticError, ErrorLine, SyntaxError};
