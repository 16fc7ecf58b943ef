//! How often a row is measured.

use std::time::{Duration, Instant};

/// Fewer rounds have no median.
const LEAST: u32 = 3;
/// More rounds say nothing new.
const MOST: u32 = 15;
/// After this long the least number of rounds has to do.
const LONG: Duration = Duration::from_secs(6);

/// Calls `round` until there are enough rounds.
pub fn run<E>(mut round: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    let began = Instant::now();
    let mut done = 0;
    while done < LEAST || (done < MOST && began.elapsed() < LONG) {
        round()?;
        done += 1;
    }
    Ok(())
}

/// The median of what the rounds of one side gave.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
