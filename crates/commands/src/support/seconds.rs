//! Lengths of time in seconds, as options take them: `0.5`, `1e-3`.

use std::time::Duration;

/// So many seconds, at least 0; `inf` and what is past counting is the longest there is. None for anything else.
pub fn parse_seconds(text: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(text.trim_ascii_start()).ok()?;
    let seconds: f64 = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))? as f64,
        None => text.parse().ok()?,
    };
    match seconds >= 0.0 {
        true => Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_decimal_fractions() {
        for (text, millis) in [
            ("1", Some(1000)),
            (" 0.25", Some(250)),
            ("1e-3", Some(1)),
            (".5", Some(500)),
            ("0x2", Some(2000)),
            ("", None),
            ("1x", None),
            ("-1", None),
            ("nan", None),
        ] {
            assert_eq!(parse_seconds(text.as_bytes()), millis.map(Duration::from_millis), "{text:?}");
        }
        assert_eq!(parse_seconds(b"inf"), Some(Duration::MAX));
    }
}
