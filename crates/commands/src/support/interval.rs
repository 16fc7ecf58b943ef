//! Lengths of time: `1.5m`.

use std::time::Duration;

use super::parse_seconds;

/// A number of seconds, minutes (`m`), hours (`h`) or days (`d`); none when `text` is not one. More than fits is as
/// long as can be.
pub fn parse_interval(text: &[u8]) -> Option<Duration> {
    let (number, unit) = match text.split_last()? {
        (b's', number) => (number, 1.0),
        (b'm', number) => (number, 60.0),
        (b'h', number) => (number, 3600.0),
        (b'd', number) => (number, 86_400.0),
        _ => (text, 1.0),
    };
    let seconds = parse_seconds(number)?;
    Some(Duration::try_from_secs_f64(seconds.as_secs_f64() * unit).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_multiply() {
        assert_eq!(parse_interval(b"1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_interval(b"2m"), Some(Duration::from_secs(120)));
        assert_eq!(parse_interval(b".5h"), Some(Duration::from_secs(1800)));
        assert_eq!(parse_interval(b"infinity"), Some(Duration::MAX));
        assert_eq!(parse_interval(b"1e400"), Some(Duration::MAX));
        for wrong in ["", "x", "1x", "-1", "1ms", "nan", "s"] {
            assert_eq!(parse_interval(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
