//! A point in time.

use std::time::Duration;

/// A point in time: seconds and nanoseconds since 1970-01-01T00:00:00Z, the resolution of POSIX `timespec`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Whole seconds; negative before 1970.
    pub seconds: i64,
    /// Nanoseconds after `seconds`, always below 10^9.
    pub nanos: u32,
}

impl Time {
    /// The time `seconds` and `nanos` after the epoch; nanoseconds past a second carry over.
    pub fn new(seconds: i64, nanos: u32) -> Self {
        Time {
            seconds: seconds.saturating_add(i64::from(nanos / 1_000_000_000)),
            nanos: nanos % 1_000_000_000,
        }
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Time) -> Duration {
        let nanos = self.total_nanos() - earlier.total_nanos();
        u64::try_from(nanos).map_or(Duration::ZERO, Duration::from_nanos)
    }

    /// Nanoseconds since the epoch.
    pub fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_carry_into_seconds() {
        assert_eq!(Time::new(1, 2_500_000_000), Time { seconds: 3, nanos: 500_000_000 });
    }

    #[test]
    fn a_duration_is_never_negative() {
        let (early, late) = (Time::new(-1, 900_000_000), Time::new(1, 0));
        assert_eq!(late.since(early), Duration::from_millis(1100));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
