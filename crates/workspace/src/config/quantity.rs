//! Sizes and durations as people write them.

use std::time::Duration;

/// Suffixes of sizes with what they stand for: powers of 1000 and of 1024.
const SIZE_UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Suffixes of durations in seconds; without one the number is seconds.
const DURATION_UNITS: &[(&str, f64)] =
    &[("", 1.0), ("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

/// Bytes: `10MB` is 10^7 of them, `10MiB` 10 x 2^20, `1.5GB` a fraction.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let factor = SIZE_UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    let bytes = match (number.parse::<u64>(), factor) {
        (Ok(number), Some(factor)) => number.checked_mul(factor),
        // A fraction is rounded down to whole bytes.
        (Err(_), Some(factor)) => number
            .parse::<f64>()
            .ok()
            .filter(|_| number.contains('.'))
            .map(|number| (number * factor as f64) as u64),
        (_, None) => None,
    };
    bytes.ok_or_else(|| format!("not a size (as 10MB or 10MiB): {text}"))
}

/// A duration: `30s`, `15m`, `1.5h`, `250ms`, or seconds.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let factor = DURATION_UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    let seconds = number.parse::<f64>().ok().filter(|_| !number.is_empty()).zip(factor);
    seconds
        .and_then(|(number, factor)| Duration::try_from_secs_f64(number * factor).ok())
        .ok_or_else(|| format!("not a duration (as 30s, 15m or seconds): {text}"))
}

/// The leading digits and dot, and what follows them without space.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_decimal_unless_they_say_i() {
        for (text, bytes) in [
            ("0", 0),
            ("123", 123),
            ("10MB", 10_000_000),
            ("10MiB", 10 << 20),
            ("1.5kB", 1_500),
            ("2 GiB", 2 << 30),
            ("7B", 7),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_size_is_refused() {
        for text in
            ["", "MB", "10mb", "10M", "-1", "1e3", "1.2.3", "99999999999999999999", "18446744073709551615kB"]
        {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_seconds_unless_they_say_otherwise() {
        for (text, millis) in [
            ("30", 30_000),
            ("30s", 30_000),
            ("15m", 900_000),
            ("0.5", 500),
            ("250ms", 250),
            ("1h", 3_600_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "1w", "-1s", "."] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
