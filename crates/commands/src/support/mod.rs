//! What commands share: opening operands, GNU's messages and quoting.

mod ask;
mod choice;
pub mod date;
mod inputs;
mod measure;
mod mode;
mod names;
mod owner;
mod quote;
mod quoting;
mod remove;
mod report;
mod size;
mod version;
mod walk;
mod width;

pub use ask::ask;
pub use choice::{Choices, choose};
pub use inputs::{open_input, operands_or, operands_or_stdin, plan_inputs};
pub use measure::file_size;
pub use mode::{ModeChange, kind_bits, kind_letter, kind_name, mode_string};
pub use names::{last_component, parents, without_trailing_slashes};
pub use owner::Accounts;
pub use quote::{quote, quote_always, quote_if_needed};
pub use quoting::{QUOTING_STYLES, QuotingStyle, with_question_marks};
pub use remove::{RemoveOptions, Remover};
pub use report::Report;
pub use size::{BlockSize, NumberError, human, number_message, parse_size};
pub use version::compare_versions;
pub use walk::{Node, Step, Walk, WalkOptions, join};
pub use width::display_width;
