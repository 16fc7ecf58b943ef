//! Dates: time zones, `date`'s formats, and the dates people write.

mod calendar;
mod format;
mod lex;
mod parse;
mod zone;

pub use calendar::{days_from_civil, days_in_month};
pub use format::{LocalTime, format};
pub use lex::{DAYS, MONTHS};
pub use parse::parse;
pub use zone::Zone;
