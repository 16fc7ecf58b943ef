//! The parser and the printer against bash.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod corpus;
mod depth;
mod functions;
mod random;
mod refused;
mod steps;
mod words;
