//! Mirage: one filesystem over every service an agent works with, driven by bash.

pub mod config;
mod limits;
mod outcome;

pub use limits::Limits;
pub use outcome::{Outcome, Refusal, RefusalKind, Usage};
