//! Brace expansion: finding braces in words, and what they stand for.

mod expand;
mod range;
mod structure;

pub use expand::Braces;
