//! What commands share: opening operands, GNU's messages and quoting.

mod choice;
pub mod date;
mod inputs;
mod mode;
mod owner;
mod quote;
mod report;
mod size;
mod walk;

pub use choice::{Choices, choose};
pub use inputs::{open_input, operands_or_stdin, plan_inputs};
pub use mode::{ModeChange, kind_bits, kind_letter, mode_string};
pub use owner::Accounts;
pub use quote::{quote, quote_always, quote_if_needed};
pub use report::Report;
pub use size::{BlockSize, NumberError, human, number_message, parse_size};
pub use walk::{Node, Step, Walk, WalkOptions, join};
