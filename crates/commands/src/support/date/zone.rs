//! Time zones: `TZ` as a session has it.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use mirage_shell::command::Environment;

use super::calendar::civil_from_days;

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    zone: TimeZone,
    /// What an unknown zone is called; it is UTC under its own name.
    name: Option<String>,
}

/// What a zone says of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Seconds east of Greenwich.
    pub seconds: i32,
    /// `UTC`, `CEST`.
    pub abbreviation: String,
    /// Whether daylight saving time is in force.
    pub daylight: bool,
}

impl Zone {
    /// Universal time.
    pub fn utc() -> Self {
        Zone { zone: TimeZone::UTC, name: None }
    }

    /// The zone that the variable `TZ` names: a POSIX rule (`EST5EDT,M3.2.0,M11.1.0`) or an entry of the time zone
    /// database (`Europe/Paris`). UTC without one; an unknown name is UTC under that name, as in the C library.
    pub fn of(environment: &Environment) -> Self {
        environment.get(b"TZ").map_or_else(Zone::utc, |value| Zone::named(value))
    }

    /// The zone called `name`.
    pub fn named(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name.strip_prefix(b":").unwrap_or(name)).into_owned();
        if name.is_empty() {
            return Zone::utc();
        }
        match TimeZone::get(&name).or_else(|_| TimeZone::posix(&name)) {
            Ok(zone) => Zone { zone, name: None },
            Err(_) => {
                let letters: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
                Zone { zone: TimeZone::UTC, name: Some(letters).filter(|letters| letters.len() >= 3) }
            }
        }
    }

    /// What the zone says at `seconds` since the epoch. Moments outside the years that its rules cover take the nearest.
    pub fn offset_at(&self, seconds: i64) -> Offset {
        let limits = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
        let within = seconds.clamp(*limits.start(), *limits.end());
        let timestamp = Timestamp::from_second(within).unwrap_or(Timestamp::UNIX_EPOCH);
        let info = self.zone.to_offset_info(timestamp);
        Offset {
            seconds: info.offset().seconds(),
            abbreviation: self.name.clone().unwrap_or_else(|| info.abbreviation().to_owned()),
            daylight: info.dst().is_dst(),
        }
    }

    /// What the zone is called, with whether that is summer time: now and half a year from now.
    pub fn abbreviations(&self, now: i64) -> Vec<(String, bool)> {
        const HALF_YEAR: i64 = 182 * 86_400;
        let names = [now, now + HALF_YEAR].map(|moment| self.offset_at(moment));
        names.into_iter().map(|offset| (offset.abbreviation, offset.daylight)).collect()
    }

    /// The moment when clocks of this zone show `seconds`, counted as if they were UTC. A time that a change of clocks
    /// skips is `None`; one that comes twice is the first, or the second where `daylight` is known to be over.
    pub fn to_utc(&self, seconds: i64, daylight: Option<bool>) -> Option<i64> {
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let second_of_day = seconds.rem_euclid(86_400);
        let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day))
        else {
            return Some(seconds - i64::from(self.offset_at(seconds).seconds));
        };
        let (hour, minute) = ((second_of_day / 3600) as i8, (second_of_day / 60 % 60) as i8);
        let Ok(local) = civil::DateTime::new(year, month, day, hour, minute, (second_of_day % 60) as i8, 0)
        else {
            return Some(seconds - i64::from(self.offset_at(seconds).seconds));
        };
        let offset = match self.zone.to_ambiguous_timestamp(local).offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { offset } => offset,
            jiff::tz::AmbiguousOffset::Fold { before, after } if daylight == Some(false) => {
                let _ = before;
                after
            }
            jiff::tz::AmbiguousOffset::Fold { before, .. } => before,
            jiff::tz::AmbiguousOffset::Gap { .. } => return None,
        };
        Some(seconds - i64::from(offset.seconds()))
    }
}
