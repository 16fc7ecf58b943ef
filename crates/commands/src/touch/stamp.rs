//! `-t STAMP`: `[[CC]YY]MMDDhhmm[.ss]`.

use mirage_vfs::Time;

use crate::support::date::{LocalTime, Zone, days_from_civil, days_in_month};

/// The moment that a stamp means; none if it is malformed.
pub fn parse(stamp: &[u8], now: Time, zone: &Zone) -> Option<Time> {
    let (digits, second) = match stamp.iter().position(|&byte| byte == b'.') {
        Some(at) => (&stamp[..at], pair(stamp.get(at + 1..).filter(|rest| rest.len() == 2)?)?),
        None => (stamp, 0),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (year, rest) = match digits.len() {
        8 => (LocalTime::new(now, zone).year, digits),
        10 => {
            let short = pair(&digits[..2])?;
            (if short < 69 { 2000 + short } else { 1900 + short }, &digits[2..])
        }
        12 => (pair(&digits[..2])? * 100 + pair(&digits[2..4])?, &digits[4..]),
        _ => return None,
    };
    let [month, day, hour, minute] = [0, 2, 4, 6].map(|at| pair(&rest[at..at + 2]).unwrap_or(-1));
    let valid = (1..=12).contains(&month)
        && (1..=i64::from(days_in_month(year, month as u32))).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !valid {
        return None;
    }
    let clock = days_from_civil(year, month as u32, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Time::new(zone.to_utc(clock, None)?, 0))
}

fn pair(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `touch -t` of coreutils 9.1 reads them in 2024.
    #[test]
    fn stamps_are_read_as_touch_does() {
        let now = Time::new(1_704_164_645, 0);
        for (stamp, expected) in [
            ("202401020304", Some(1_704_164_640)),
            ("202401020304.05", Some(1_704_164_645)),
            ("2401020304", Some(1_704_164_640)),
            ("7001010000", Some(0)),
            ("01020304", Some(1_704_164_640)),
            ("2024010203", None),
            ("202413010000", None),
            ("202402300000", None),
            ("202401022400", None),
            ("202401020304.5", None),
            ("202401020304.60", Some(1_704_164_700)),
            ("", None),
            ("x", None),
        ] {
            let parsed = parse(stamp.as_bytes(), now, &Zone::utc()).map(|time| time.seconds);
            assert_eq!(parsed, expected, "{stamp:?}");
        }
    }
}
