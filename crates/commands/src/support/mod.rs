//! What commands share: opening operands, GNU's messages and quoting.

mod inputs;
mod quote;
mod report;

pub use inputs::{open_input, operands_or_stdin, plan_inputs};
pub use quote::{quote, quote_always, quote_if_needed};
pub use report::Report;
