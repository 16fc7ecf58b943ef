//! Dates: time zones, `date`'s formats, and the dates people write.

mod calendar;
mod format;
mod zone;

pub use calendar::{days_from_civil, days_in_month};
pub use format::{LocalTime, format};
pub use zone::Zone;
