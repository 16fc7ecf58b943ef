//! Times: seconds since 1970, and their parts.

use super::{Native, fail, first, native, wrong};
use crate::jq::value::Value;
use crate::support::date::{DAYS, LocalTime, MONTHS, Zone, days_from_civil, format};
use mirage_vfs::Time;

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    native("now", 0, |facts, _, _| Ok(Value::Number(facts.now))),
    native("mktime", 0, |_, input, _| make_time(&input).map(|seconds| Value::Number(seconds as f64))),
    native("gmtime", 0, |_, input, _| broken_down(&input, &Zone::utc(), "gmtime")),
    native("localtime", 0, |facts, input, _| broken_down(&input, &facts.zone, "localtime")),
    native("strftime", 1, |_, input, values| format_time(&input, &first(values), &Zone::named(b"GMT"), "strftime")),
    native("strflocaltime", 1, |facts, input, values| { let zone = facts.zone.clone(); format_time(&input, &first(values), &zone, "strflocaltime") }),
    native("strptime", 1, |_, input, values| parse_time(&input, &first(values))),
];

/// The largest number of seconds that has a date here.
const FARTHEST: f64 = 60_000_000_000_000.0;

fn days(year: f64, month: f64, day: f64) -> i64 {
    // Months beyond the year count on.
    let months = year as i64 * 12 + month as i64;
    days_from_civil(months.div_euclid(12), (months.rem_euclid(12) + 1) as u32, 1) + day as i64 - 1
}

/// The numbers of a broken down time; what is missing is as in 1900.
fn parts(input: &Value, name: &str) -> Result<[f64; 8], Value> {
    let Some(elements) = input.as_array() else { return fail(format!("{name} requires array inputs")) };
    let mut parts = [1900.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    for (part, element) in parts.iter_mut().zip(elements) {
        match element.as_number() {
            Some(number) if number.abs() < FARTHEST => *part = number,
            _ => return fail(format!("{name} requires parsed datetime inputs")),
        }
    }
    Ok(parts)
}

/// Seconds since 1970 of a broken down time, taken as universal.
fn seconds_of(parts: &[f64; 8]) -> i64 {
    let [year, month, day, hour, minute, second, ..] = *parts;
    days(year, month, day) * 86_400 + hour as i64 * 3600 + minute as i64 * 60 + second.floor() as i64
}

fn make_time(input: &Value) -> Result<i64, Value> {
    parts(input, "mktime").map(|parts| seconds_of(&parts))
}

fn broken_down(input: &Value, zone: &Zone, name: &str) -> Result<Value, Value> {
    let Some(number) = input.as_number() else { return fail(format!("{name}() requires numeric inputs")) };
    if number.is_nan() || number.abs() > FARTHEST {
        return fail("error converting number of seconds since epoch to datetime");
    }
    let seconds = number.floor();
    let offset = zone.offset_at(seconds as i64).seconds;
    Ok(from_seconds(seconds as i64 + i64::from(offset), number - seconds))
}

/// The parts of a time: year, month, day, hour, minute, second, day of the week, day of the year.
fn from_seconds(seconds: i64, fraction: f64) -> Value {
    let time = LocalTime::new(Time { seconds, nanos: 0 }, &Zone::utc());
    let day = seconds.div_euclid(86_400);
    let second = f64::from(time.second) + fraction;
    let first_day = days_from_civil(time.year, 1, 1);
    let numbers = [
        time.year as f64,
        f64::from(time.month) - 1.0,
        f64::from(time.day),
        f64::from(time.hour),
        f64::from(time.minute),
        second,
        (day + 4).rem_euclid(7) as f64,
        (day - first_day) as f64,
    ];
    Value::array(numbers.into_iter().map(Value::Number).collect())
}

fn format_time(input: &Value, pattern: &Value, zone: &Zone, name: &str) -> Result<Value, Value> {
    let seconds = match input {
        Value::Number(_) | Value::Literal(_) => input.as_number().unwrap_or(0.0).floor() as i64,
        Value::Array(_) => {
            let parts = parts(input, name)
                .map_err(|_| Value::string(format!("{name}/1 requires parsed datetime inputs")))?;
            let seconds = seconds_of(&parts);
            zone.to_utc(seconds, None).unwrap_or(seconds)
        }
        _ => return fail(format!("{name}/1 requires parsed datetime inputs")),
    };
    let Some(pattern) = pattern.as_str() else { return fail(format!("{name}/1 requires a string format")) };
    let time = LocalTime::new(Time { seconds, nanos: 0 }, zone);
    Ok(Value::text(&format(&time, pattern.as_bytes())))
}

/// What is read of a time.
#[derive(Default)]
struct Read {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    afternoon: Option<bool>,
    epoch: Option<i64>,
}

fn parse_time(input: &Value, pattern: &Value) -> Result<Value, Value> {
    let Some(text) = input.as_str() else {
        return wrong(input, "strptime/1 requires string inputs and arguments");
    };
    let Some(pattern) = pattern.as_str() else {
        return wrong(input, "strptime/1 requires string inputs and arguments");
    };
    let mut read = Read::default();
    match read.pattern(text, pattern) {
        Some("") => Ok(read.finish()),
        Some(_) | None => fail(format!("date \"{text}\" does not match format \"{pattern}\"")),
    }
}

impl Read {
    /// Reads `text` by `pattern`; answers what is left.
    fn pattern<'a>(&mut self, text: &'a str, pattern: &str) -> Option<&'a str> {
        let mut rest = text;
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            if character.is_whitespace() {
                rest = rest.trim_start();
            } else if character != '%' {
                rest = rest.strip_prefix(character)?;
            } else {
                let mut directive = characters.next()?;
                while matches!(directive, 'E' | 'O' | '-' | '_' | '0' | '^' | '#') {
                    directive = characters.next()?;
                }
                rest = self.directive(rest, directive)?;
            }
        }
        Some(rest)
    }

    fn directive<'a>(&mut self, text: &'a str, directive: char) -> Option<&'a str> {
        let blank = text.trim_start();
        match directive {
            'Y' => take(blank, 4, &mut self.year),
            'm' => take(blank, 2, &mut self.month).filter(|_| within(self.month, 1, 12)),
            'd' | 'e' => take(blank, 2, &mut self.day).filter(|_| within(self.day, 1, 31)),
            'j' => take(blank, 3, &mut self.day_of_year).filter(|_| within(self.day_of_year, 1, 366)),
            'H' | 'k' => number(blank, 2, 23, &mut self.hour),
            'I' | 'l' => number(blank, 2, 12, &mut self.hour),
            'M' => number(blank, 2, 59, &mut self.minute),
            'S' => number(blank, 2, 61, &mut self.second),
            'y' => {
                let mut short = 0;
                let rest = number(blank, 2, 99, &mut short)?;
                self.year = Some(if short < 69 { 2000 + short } else { 1900 + short });
                Some(rest)
            }
            's' => take(blank, 20, &mut self.epoch),
            'p' | 'P' => {
                let half = blank.get(..2)?.to_ascii_lowercase();
                self.afternoon = Some(match half.as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
                blank.get(2..)
            }
            'a' | 'A' => name(blank, DAYS).map(|(_, rest)| rest),
            'b' | 'B' | 'h' => {
                let (at, rest) = name(blank, MONTHS)?;
                self.month = Some(at as i64 + 1);
                Some(rest)
            }
            'u' | 'w' => number(blank, 1, 7, &mut 0),
            'U' | 'W' | 'V' => number(blank, 2, 53, &mut 0),
            'C' | 'g' => number(blank, 2, 99, &mut 0),
            'T' => self.pattern(text, "%H:%M:%S"),
            'R' => self.pattern(text, "%H:%M"),
            'r' => self.pattern(text, "%I:%M:%S %p"),
            'D' | 'x' => self.pattern(text, "%m/%d/%y"),
            'X' => self.pattern(text, "%H:%M:%S"),
            'F' => self.pattern(text, "%Y-%m-%d"),
            'c' => self.pattern(text, "%a %b %e %H:%M:%S %Y"),
            'n' | 't' => Some(blank),
            'z' => zone(blank),
            'Z' => Some(text.trim_start_matches(|character: char| character.is_ascii_alphabetic())),
            '%' => text.strip_prefix('%'),
            _ => None,
        }
    }

    fn finish(&self) -> Value {
        if let Some(epoch) = self.epoch {
            return from_seconds(epoch, 0.0);
        }
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let year = self.year.unwrap_or(1900);
        let seconds = hour * 3600 + self.minute * 60 + self.second;
        if let (Some(day), None) = (self.day_of_year, self.day) {
            return from_seconds((days_from_civil(year, 1, 1) + day - 1) * 86_400 + seconds, 0.0);
        }
        let month = self.month.unwrap_or(1);
        let day = self.day.unwrap_or(0);
        let days = days_from_civil(year, month as u32, 1) + day - 1;
        // A day that is not there is told as it was read.
        let first_day = days_from_civil(year, 1, 1);
        let numbers = [
            year,
            month - 1,
            day,
            hour,
            self.minute,
            self.second,
            (days + 4).rem_euclid(7),
            days - first_day,
        ];
        Value::array(numbers.into_iter().map(|number| Value::Number(number as f64)).collect())
    }
}

fn within(number: Option<i64>, least: i64, most: i64) -> bool {
    number.is_some_and(|number| (least..=most).contains(&number))
}

fn take<'a>(text: &'a str, most: usize, into: &mut Option<i64>) -> Option<&'a str> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text.get(sign..)?.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    *into = Some(text[..sign + digits].parse().ok()?);
    text.get(sign + digits..)
}

fn number<'a>(text: &'a str, most: usize, largest: i64, into: &mut i64) -> Option<&'a str> {
    let mut read = None;
    let rest = take(text, most, &mut read)?;
    *into = read.filter(|number| (0..=largest).contains(number))?;
    Some(rest)
}

/// Which of `names` stands there, whole or as its first three letters.
fn name<'a>(text: &'a str, names: &[&str]) -> Option<(usize, &'a str)> {
    let lower = text.to_ascii_lowercase();
    let whole = names.iter().position(|name| lower.starts_with(name)).map(|at| (at, names[at].len()));
    let short = || names.iter().position(|name| lower.starts_with(&name[..3])).map(|at| (at, 3));
    let (at, length) = whole.or_else(short)?;
    Some((at, text.get(length..)?))
}

/// `Z`, `+0100`, `+01:00`: it is read and passed over.
fn zone(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let digits = text.strip_prefix(['+', '-'])?;
    let count = digits.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    (count >= 2).then(|| digits.get(count.min(5)..)).flatten()
}
