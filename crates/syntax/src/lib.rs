//! The bash language: bytes to syntax tree. Pure: no I/O, no async.
//!
//! [`Parser`] reads one complete command at a time, as bash does, so that what stands in front of a syntax error
//! still runs. The tree ([`ast`]) is what the shell executes.

mod arithmetic;
pub mod ast;
mod braces;
mod error;
mod parser;
mod print;
mod text;
mod word;

pub use arithmetic::parse_arithmetic;
pub use braces::Braces;
pub use error::{ArithmeticError, ErrorLine, ErrorPlace, SyntaxError};
pub use parser::{Aliases, Parser, ParserOptions};
pub use print::{
    print_and_or, print_assignment, print_command, print_function, print_list, print_parts, print_pipeline,
    print_word, single_quoted,
};
pub use text::{parse_array, parse_quoted, parse_reference, parse_subscript, parse_word};
pub use word::decode_ansi_c;
