//! Which lines of a block an expression selects.
//!
//! A block is whole lines, each with its terminator except perhaps the last. The expression is run over the whole block, and
//! the bounds of a line are looked for only around a match, so the cost of lines that do not match is that of the search.

mod block;
mod searcher;
#[cfg(test)]
mod tests;

pub use block::Block;
pub use searcher::LineSearcher;
