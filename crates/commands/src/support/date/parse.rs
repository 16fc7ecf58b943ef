//! Dates as people write them: `touch -d`, `date -d`, `find -newermt`.

use mirage_vfs::Time;

use super::calendar::days_from_civil;
use super::format::LocalTime;
use super::lex::{Meridian, Number, Token, Unit, tokens};
use super::zone::Zone;

/// The moment that `text` means to somebody in `zone` at `now`: `2024-01-02 03:04:05`, `next friday`, `3 days ago`,
/// `@1704164645`, `12/31 5pm PST`. None if it can not be understood.
pub fn parse(text: &[u8], now: Time, zone: &Zone) -> Option<Time> {
    let trimmed = text.trim_ascii_start();
    if let Some(rest) = trimmed.strip_prefix(b"TZ=\"") {
        let (name, rest) = quoted(rest)?;
        return parse(rest, now, &Zone::named(&name));
    }
    if let Some(seconds) = trimmed.strip_prefix(b"@") {
        return since_epoch(seconds);
    }
    let local = LocalTime::new(now, zone);
    let mut date = Date::at(&local);
    let tokens = tokens(text, &zone.abbreviations(now.seconds))?;
    let mut rest = &tokens[..];
    while !rest.is_empty() {
        rest = date.item(rest)?;
    }
    date.resolve(&local, zone)
}

/// A quoted name with its escapes undone, and what follows.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut name = Vec::new();
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some((name, &text[at + 1..])),
            b'\\' => {
                name.push(*text.get(at + 1).filter(|byte| b"\\\"".contains(byte))?);
                at += 2;
            }
            byte => {
                name.push(*byte);
                at += 1;
            }
        }
    }
}

fn since_epoch(text: &[u8]) -> Option<Time> {
    let tokens = tokens(text, &[])?;
    let [Token::Number(number)] = tokens[..] else { return None };
    match (number.sign < 0, number.nanos) {
        (true, Some(nanos)) if nanos > 0 => {
            Some(Time::new(number.value.checked_sub(1)?, 1_000_000_000 - nanos))
        }
        (_, nanos) => Some(Time::new(number.value, nanos.unwrap_or(0))),
    }
}

/// What the items of a date said so far.
#[derive(Default)]
struct Date {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    meridian: Option<Meridian>,
    zone: Option<i64>,
    local_zone: Option<bool>,
    weekday: Option<i64>,
    weekday_ordinal: i64,
    relative: Relative,
    dates: u32,
    times: u32,
    days: u32,
    zones: u32,
    relatives: u32,
    year_was_given: bool,
}

#[derive(Clone, Copy, Default)]
struct Relative {
    years: i64,
    months: i64,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: i64,
    nanos: i64,
}

impl Date {
    fn at(local: &LocalTime) -> Self {
        Date {
            year: local.year,
            month: i64::from(local.month),
            day: i64::from(local.day),
            hour: i64::from(local.hour),
            minute: i64::from(local.minute),
            second: i64::from(local.second),
            nanos: local.time.nanos,
            ..Date::default()
        }
    }

    /// Takes the item that `tokens` start with; answers the rest.
    fn item<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        if let Some(rest) = self.date(tokens) {
            return Some(rest);
        }
        if let Some(rest) = self.time(tokens) {
            return Some(rest);
        }
        if let Some(rest) = self.day(tokens) {
            return Some(rest);
        }
        if let Some(rest) = self.relative(tokens) {
            return Some(rest);
        }
        if let Some(rest) = self.zone(tokens) {
            return Some(rest);
        }
        match tokens {
            [Token::Number(number), rest @ ..] if number.sign == 0 && number.nanos.is_none() => {
                self.bare_number(*number)?;
                Some(rest)
            }
            _ => None,
        }
    }

    fn date<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        use Token::{Month, Number as N, Sign};
        let plain = |number: &Number| number.sign == 0 && number.nanos.is_none();
        let signed = |number: &Number| number.sign != 0 && number.nanos.is_none();
        let (date, rest) = match tokens {
            [N(one), Sign(b'/'), N(two), Sign(b'/'), N(three), rest @ ..]
                if plain(one) && plain(two) && plain(three) =>
            {
                let date = match one.digits >= 4 {
                    true => (Some(*one), two.value, three.value),
                    false => (Some(*three), one.value, two.value),
                };
                (date, rest)
            }
            [N(month), Sign(b'/'), N(day), rest @ ..] if plain(month) && plain(day) => {
                ((None, month.value, day.value), rest)
            }
            [N(year), N(month), N(day), rest @ ..]
                if plain(year) && signed(month) && signed(day) && month.sign < 0 && day.sign < 0 =>
            {
                // Right behind such a date a `T` is no zone: a time must follow.
                let rest = match rest {
                    [Token::T, N(_), Sign(b':') | N(Number { sign: -1 | 1, .. }), ..] => &rest[1..],
                    [Token::T, ..] => return None,
                    rest => rest,
                };
                ((Some(*year), -month.value, -day.value), rest)
            }
            [N(day), Month(month), N(year), rest @ ..] if plain(day) && signed(year) => {
                ((Some(Number { value: -year.value, ..*year }), i64::from(*month), day.value), rest)
            }
            [Month(month), N(day), N(year), rest @ ..] if signed(day) && signed(year) => {
                ((Some(Number { value: -year.value, ..*year }), i64::from(*month), -day.value), rest)
            }
            [Month(month), N(day), Sign(b','), N(year), rest @ ..] if plain(day) && plain(year) => {
                ((Some(*year), i64::from(*month), day.value), rest)
            }
            [Month(month), N(day), rest @ ..] if plain(day) => ((None, i64::from(*month), day.value), rest),
            [N(day), Month(month), N(year), rest @ ..] if plain(day) && plain(year) => {
                ((Some(*year), i64::from(*month), day.value), rest)
            }
            [N(day), Month(month), rest @ ..] if plain(day) => ((None, i64::from(*month), day.value), rest),
            _ => return None,
        };
        let (year, month, day) = date;
        if let Some(year) = year {
            self.set_year(year);
        }
        (self.month, self.day) = (month, day);
        self.dates += 1;
        Some(rest)
    }

    fn set_year(&mut self, year: Number) {
        self.year_was_given = true;
        self.year = match (year.digits, year.value) {
            (..=2, 0..=68) => year.value + 2000,
            (..=2, 69..=99) => year.value + 1900,
            (_, value) => value,
        };
    }

    fn time<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        use Token::{Meridian as M, Number as N, Sign};
        let plain = |number: &Number| number.sign == 0 && number.nanos.is_none();
        let (hour, minute, second, rest) = match tokens {
            [N(hour), M(_), ..] if plain(hour) => (hour, 0, None, &tokens[1..]),
            [N(hour), N(zone), rest @ ..] if plain(hour) && zone.sign != 0 && !starts_unit(rest) => {
                (hour, 0, None, &tokens[1..])
            }
            [N(hour), Sign(b':'), N(minute), Sign(b':'), N(second), rest @ ..]
                if plain(hour) && plain(minute) && second.sign == 0 =>
            {
                (hour, minute.value, Some(*second), rest)
            }
            [N(hour), Sign(b':'), N(minute), rest @ ..] if plain(hour) && plain(minute) => {
                (hour, minute.value, None, rest)
            }
            _ => return None,
        };
        (self.hour, self.minute) = (hour.value, minute);
        self.second = second.map_or(0, |second| second.value);
        self.nanos = second.and_then(|second| second.nanos).unwrap_or(0);
        self.times += 1;
        self.meridian = None;
        match rest {
            [M(meridian), rest @ ..] => {
                self.meridian = Some(*meridian);
                Some(rest)
            }
            // A signed number right behind a time is a zone, whatever follows.
            [N(number), after @ ..] if number.sign != 0 && number.nanos.is_none() => {
                self.zones += 1;
                let (offset, rest) = zone_offset(number, after)?;
                self.zone = Some(offset);
                Some(rest)
            }
            rest => Some(rest),
        }
    }

    fn zone<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        let (offset, rest) = match tokens {
            [Token::LocalZone(summer), rest @ ..] => {
                self.zones += 1;
                let dst = matches!(rest.first(), Some(Token::Summer));
                self.local_zone = Some(*summer || dst);
                return Some(if dst { &rest[1..] } else { rest });
            }
            [Token::Zone(offset), Token::Summer, rest @ ..] => (offset + 3600, rest),
            [Token::Zone(offset), Token::Number(number), rest @ ..]
                if number.sign != 0 && number.nanos.is_none() && !starts_unit(rest) =>
            {
                let (more, rest) = zone_offset(number, rest)?;
                (offset + more, rest)
            }
            [Token::Zone(offset), rest @ ..] => (*offset, rest),
            [Token::SummerZone(offset), rest @ ..] => (offset + 3600, rest),
            [Token::T, rest @ ..] => (-7 * 3600, rest),
            [Token::Summer, rest @ ..] => {
                self.local_zone = Some(true);
                self.zones += 1;
                return Some(rest);
            }
            _ => return None,
        };
        self.zones += 1;
        self.zone = Some(offset);
        Some(rest)
    }

    fn day<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        let (ordinal, day, rest) = match tokens {
            [Token::Day(day), Token::Sign(b','), rest @ ..] => (0, day, rest),
            [Token::Day(day), rest @ ..] => (0, day, rest),
            [Token::Ordinal(ordinal), Token::Day(day), rest @ ..] => (*ordinal, day, rest),
            [Token::Number(number), Token::Day(day), rest @ ..]
                if number.sign == 0 && number.nanos.is_none() =>
            {
                (number.value, day, rest)
            }
            _ => return None,
        };
        (self.weekday, self.weekday_ordinal) = (Some(*day), ordinal);
        self.days += 1;
        Some(rest)
    }

    fn relative<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        let (unit, size, count, nanos, rest) = match tokens {
            [Token::DayShift(days), rest @ ..] => {
                self.relatives += 1;
                self.relative.days += days;
                return Some(rest);
            }
            [Token::Unit(unit, size), rest @ ..] => (*unit, *size, 1, 0, rest),
            [Token::Ordinal(ordinal), Token::Unit(unit, size), rest @ ..] => {
                (*unit, *size, *ordinal, 0, rest)
            }
            [Token::Number(number), Token::Unit(unit, size), rest @ ..]
                if number.nanos.is_none() || *unit == Unit::Second =>
            {
                let nanos = i64::from(number.nanos.unwrap_or(0));
                (*unit, *size, number.value, if number.sign < 0 { -nanos } else { nanos }, rest)
            }
            _ => return None,
        };
        let (direction, rest) = match rest {
            [Token::Direction(direction), rest @ ..] => (*direction, rest),
            rest => (1, rest),
        };
        let count = count.checked_mul(size)?.checked_mul(direction)?;
        let sum = match unit {
            Unit::Year => &mut self.relative.years,
            Unit::Month => &mut self.relative.months,
            Unit::Day => &mut self.relative.days,
            Unit::Hour => &mut self.relative.hours,
            Unit::Minute => &mut self.relative.minutes,
            Unit::Second => &mut self.relative.seconds,
        };
        *sum = sum.checked_add(count)?;
        self.relative.nanos += nanos * direction;
        self.relatives += 1;
        Some(rest)
    }

    /// A number alone: a year after a date, a date of eight digits, or a time of up to four.
    fn bare_number(&mut self, number: Number) -> Option<()> {
        if self.dates > 0
            && !self.year_was_given
            && self.relatives == 0
            && (self.times > 0 || number.digits > 2)
        {
            self.set_year(number);
        } else if number.digits > 4 {
            self.dates += 1;
            self.set_year(Number { value: number.value / 10_000, digits: number.digits - 4, ..number });
            self.month = number.value / 100 % 100;
            self.day = number.value % 100;
        } else {
            self.times += 1;
            (self.hour, self.minute) = match number.digits {
                ..=2 => (number.value, 0),
                _ => (number.value / 100, number.value % 100),
            };
            (self.second, self.nanos, self.meridian) = (0, 0, None);
        }
        Some(())
    }

    fn resolve(mut self, local: &LocalTime, zone: &Zone) -> Option<Time> {
        if self.dates > 1 || self.times > 1 || self.days > 1 || self.zones > 1 {
            return None;
        }
        let keeps_time = self.times > 0 || self.relatives > 0 && self.dates == 0 && self.days == 0;
        match keeps_time {
            true => self.hour = to_hour(self.hour, self.meridian)?,
            false => (self.hour, self.minute, self.second, self.nanos) = (0, 0, 0, 0),
        }
        let valid = (1..=12).contains(&self.month)
            && (1..=i64::from(super::days_in_month(self.year, self.month as u32))).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second);
        if !valid {
            return None;
        }
        let mut day = self.day;
        if let Some(weekday) = self.weekday.filter(|_| self.dates == 0) {
            let days = days_from_civil(self.year, self.month as u32, self.day);
            let today = (days + 4).rem_euclid(7);
            let passed = i64::from(self.weekday_ordinal > 0 && today != weekday);
            day += (weekday - today).rem_euclid(7) + 7 * (self.weekday_ordinal - passed);
        }
        let months = self.month - 1 + self.relative.months;
        let year = self.year.checked_add(self.relative.years)?.checked_add(months.div_euclid(12))?;
        if year.abs() > 2_000_000_000 {
            return None;
        }
        let day = day.checked_add(self.relative.days)?;
        let days = days_from_civil(year, months.rem_euclid(12) as u32 + 1, day);
        let clock = days.checked_mul(86_400)? + self.hour * 3600 + self.minute * 60 + self.second;
        let daylight = match (self.local_zone, keeps_time && self.times == 0 && self.zones == 0) {
            (None, true) => Some(local.offset.daylight),
            (summer, _) => summer,
        };
        let moment = match self.zone {
            Some(offset) => clock - offset,
            None => zone.to_utc(clock, daylight)?,
        };
        let seconds =
            self.relative.hours.checked_mul(3600)?.checked_add(self.relative.minutes.checked_mul(60)?)?;
        let seconds = moment.checked_add(seconds)?.checked_add(self.relative.seconds)?;
        let nanos = i64::from(self.nanos) + self.relative.nanos;
        Some(Time::new(
            seconds.checked_add(nanos.div_euclid(1_000_000_000))?,
            nanos.rem_euclid(1_000_000_000) as u32,
        ))
    }
}

fn to_hour(hour: i64, meridian: Option<Meridian>) -> Option<i64> {
    match meridian {
        None => Some(hour),
        Some(_) if !(1..=12).contains(&hour) => None,
        Some(Meridian::Am) => Some(hour % 12),
        Some(Meridian::Pm) => Some(hour % 12 + 12),
    }
}

fn starts_unit(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Unit(..), ..])
}

/// `+2`, `-0530`, `+5:30` in seconds, and what follows.
fn zone_offset<'t>(number: &Number, after: &'t [Token]) -> Option<(i64, &'t [Token])> {
    let (minutes, rest) = match after {
        [Token::Sign(b':'), Token::Number(minutes), rest @ ..] if minutes.sign == 0 => {
            (Some(minutes.value), rest)
        }
        rest => (None, rest),
    };
    let magnitude = number.value.abs();
    let total = match (minutes, number.digits) {
        (Some(minutes), _) => magnitude * 60 + minutes,
        (None, ..=2) => magnitude * 60,
        (None, _) => magnitude / 100 * 60 + magnitude % 100,
    };
    if total > 24 * 60 {
        return None;
    }
    Some((if number.sign < 0 { -total } else { total } * 60, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A date and what `date -u -d DATE +%s.%N` of coreutils 9.1 made of it, a line each.
    const RECORDED: &str = include_str!("recorded.txt");

    /// When the answers were recorded.
    const NOW: Time = Time { seconds: 1_795_626_180, nanos: 0 };

    #[test]
    fn dates_are_understood_as_date_does() {
        for line in RECORDED.lines() {
            let (text, expected) = line.rsplit_once('|').expect("a date and an answer");
            let answer = parse(text.as_bytes(), NOW, &Zone::utc())
                .map_or("bad".to_owned(), |time| format!("{}.{:09}", time.seconds, time.nanos));
            assert_eq!(answer, expected, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_comes_from_now() {
        let at =
            |text: &str| parse(text.as_bytes(), NOW, &Zone::utc()).map(|time| time.seconds - NOW.seconds);
        for (text, difference) in [
            ("now", 0),
            ("", -61_380),
            ("1 hour ago", -3600),
            ("yesterday", -86_400),
            ("+2 weeks", 14 * 86_400),
        ] {
            assert_eq!(at(text), Some(difference), "{text}");
        }
    }

    #[test]
    fn a_clock_time_is_of_the_sessions_zone() {
        let zone = Zone::named(b"Europe/Paris");
        let at = |text: &str| parse(text.as_bytes(), NOW, &zone).map(|time| time.seconds);
        assert_eq!(at("2024-07-01 12:00"), Some(1_719_828_000));
        assert_eq!(at("2024-01-01 12:00"), Some(1_704_106_800));
        assert_eq!(at("2024-03-31 02:30"), None, "the clocks skip it");
    }
}
