//! The formats of `date +FORMAT`, `ls --time-style=+FORMAT` and `find -printf '%T...'`.

use mirage_vfs::Time;

use super::Zone;
use super::calendar::{civil_from_days, days_from_civil, is_leap_year};
use super::zone::Offset;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment as the clocks of a zone show it.
#[derive(Clone, Debug)]
pub struct LocalTime {
    /// The moment.
    pub time: Time,
    /// The zone at this moment.
    pub offset: Offset,
    /// The year; 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 is Sunday.
    pub weekday: u32,
    /// 0 is 1 January.
    pub yearday: u32,
}

impl LocalTime {
    /// `time` in `zone`.
    pub fn new(time: Time, zone: &Zone) -> Self {
        let offset = zone.offset_at(time.seconds);
        let local = time.seconds.saturating_add(i64::from(offset.seconds));
        let days = local.div_euclid(86_400);
        let second_of_day = local.rem_euclid(86_400) as u32;
        let (year, month, day) = civil_from_days(days);
        LocalTime {
            time,
            offset,
            year,
            month,
            day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            weekday: (days + 4).rem_euclid(7) as u32,
            yearday: (days - days_from_civil(year, 1, 1)) as u32,
        }
    }

    /// The year and number of the week by ISO 8601: weeks start on Monday, the first one has 4 January.
    fn iso_week(&self) -> (i64, i64) {
        let monday_based = i64::from((self.weekday + 6) % 7);
        let week = (i64::from(self.yearday) - monday_based + 10) / 7;
        match week {
            0 => (self.year - 1, weeks_in(self.year - 1)),
            week if week > weeks_in(self.year) => (self.year + 1, 1),
            week => (self.year, week),
        }
    }
}

/// How many weeks an ISO year has.
fn weeks_in(year: i64) -> i64 {
    let weekday = (days_from_civil(year, 1, 1) + 4).rem_euclid(7);
    if weekday == 4 || weekday == 3 && is_leap_year(year) { 53 } else { 52 }
}

/// `local` in the form that `format` describes. What is no directive stands for itself.
pub fn format(local: &LocalTime, format: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(at) = memchr::memchr(b'%', rest) {
        text.extend_from_slice(&rest[..at]);
        let (directive, after) = Directive::parse(&rest[at..]);
        directive.print(local, &mut text);
        rest = after;
    }
    text.extend_from_slice(rest);
    text
}

/// One directive: `%`, flags, width, modifier, letter.
struct Directive<'a> {
    /// The last of the flags `_ - 0 +`.
    pad: Option<u8>,
    upper: bool,
    swap: bool,
    width: Option<usize>,
    colons: usize,
    letter: u8,
    source: &'a [u8],
}

impl<'a> Directive<'a> {
    /// The directive that `text` starts with, and what follows it.
    fn parse(text: &'a [u8]) -> (Self, &'a [u8]) {
        let mut directive = Directive {
            pad: None,
            upper: false,
            swap: false,
            width: None,
            colons: 0,
            letter: 0,
            source: text,
        };
        let mut at = 1;
        while let Some(&flag) = text.get(at) {
            match flag {
                b'_' | b'-' | b'0' | b'+' => directive.pad = Some(flag),
                b'^' => directive.upper = true,
                b'#' => directive.swap = true,
                _ => break,
            }
            at += 1;
        }
        while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
            let width =
                directive.width.unwrap_or(0).saturating_mul(10).saturating_add(usize::from(digit - b'0'));
            directive.width = Some(width.min(1 << 20));
            at += 1;
        }
        let modifier = text.get(at).copied().filter(|byte| matches!(byte, b'E' | b'O'));
        at += usize::from(modifier.is_some());
        while text.get(at) == Some(&b':') {
            directive.colons += 1;
            at += 1;
        }
        let letter = text.get(at).copied().unwrap_or(0);
        let modified: &[u8] = match modifier {
            Some(b'E') => b"cCnpPqrRstTuxXyYzZ",
            Some(_) => b"bBCdegGhHIjklmMnNpPrRsStTuUVwWyzZ",
            None => &[letter],
        };
        let fits = match letter {
            _ if !modified.contains(&letter) => false,
            b'%' => at == 1,
            b'z' => directive.colons <= 3,
            _ => directive.colons == 0,
        };
        let known = b"%aAbBcCdDeFgGhHIjklmMnNpPqrRsStTuUVwWxXyYzZ".contains(&letter);
        let end = match letter {
            0 => text.len().min(at),
            b'%' if at > 1 => at,
            _ => at + 1,
        };
        directive.letter = if fits && known { letter } else { 0 };
        directive.source = &text[..end];
        (directive, &text[end..])
    }

    fn print(&self, local: &LocalTime, text: &mut Vec<u8>) {
        let (iso_year, iso_week) = local.iso_week();
        let hour12 = (local.hour + 11) % 12 + 1;
        let day_name = DAYS[local.weekday as usize % 7];
        let month_name = MONTHS[(local.month as usize + 11) % 12];
        let number = |value: u32| i64::from(value);
        match self.letter {
            0 => self.string(self.source, text),
            b'%' => text.push(b'%'),
            b'n' => self.string(b"\n", text),
            b't' => self.string(b"\t", text),
            b'a' => self.name(&day_name[..3], text),
            b'A' => self.name(day_name, text),
            b'b' | b'h' => self.name(&month_name[..3], text),
            b'B' => self.name(month_name, text),
            b'p' => self.name_swapping_down(if local.hour < 12 { "AM" } else { "PM" }, text),
            b'P' => self.string(if local.hour < 12 { b"am" } else { b"pm" }, text),
            b'Z' => self.name_swapping_down(&local.offset.abbreviation, text),
            b'c' => self.composed(local, b"%a %b %e %H:%M:%S %Y", text),
            b'D' | b'x' => self.composed(local, b"%m/%d/%y", text),
            b'R' => self.composed(local, b"%H:%M", text),
            b'T' | b'X' => self.composed(local, b"%H:%M:%S", text),
            b'r' => self.composed(local, b"%I:%M:%S %p", text),
            b'F' => self.full_date(local, text),
            b'C' => self.century(local.year, text),
            b'd' => self.number(number(local.day), 2, b'0', text),
            b'e' => self.number(number(local.day), 2, b'_', text),
            b'g' => self.number((iso_year % 100).abs(), 2, b'0', text),
            b'G' => self.number(iso_year, 4, b'0', text),
            b'H' => self.number(number(local.hour), 2, b'0', text),
            b'I' => self.number(number(hour12), 2, b'0', text),
            b'j' => self.number(number(local.yearday) + 1, 3, b'0', text),
            b'k' => self.number(number(local.hour), 2, b'_', text),
            b'l' => self.number(number(hour12), 2, b'_', text),
            b'm' => self.number(number(local.month), 2, b'0', text),
            b'M' => self.number(number(local.minute), 2, b'0', text),
            b'N' => self.nanoseconds(local.time.nanos, text),
            b'q' => self.number(number((local.month - 1) / 3 + 1), 1, b'0', text),
            b's' => self.number(local.time.seconds, 1, b'0', text),
            b'S' => self.number(number(local.second), 2, b'0', text),
            b'u' => self.number(number((local.weekday + 6) % 7 + 1), 1, b'0', text),
            b'w' => self.number(number(local.weekday), 1, b'0', text),
            b'U' => self.number(number((local.yearday + 7 - local.weekday) / 7), 2, b'0', text),
            b'W' => self.number(number((local.yearday + 7 - (local.weekday + 6) % 7) / 7), 2, b'0', text),
            b'V' => self.number(iso_week, 2, b'0', text),
            b'y' => self.number((local.year % 100).abs(), 2, b'0', text),
            b'Y' => self.number(local.year, 4, b'0', text),
            _ => self.zone_offset(local.offset.seconds, text),
        }
    }

    /// Text, padded on the left to the width.
    fn string(&self, value: &[u8], text: &mut Vec<u8>) {
        let fill = if matches!(self.pad, Some(b'0' | b'+')) { b'0' } else { b' ' };
        let width = if self.pad == Some(b'-') { 0 } else { self.width.unwrap_or(0) };
        text.extend(std::iter::repeat_n(fill, width.saturating_sub(value.len())));
        match self.upper {
            true => text.extend(value.iter().map(u8::to_ascii_uppercase)),
            false => text.extend_from_slice(value),
        }
    }

    fn name(&self, name: &str, text: &mut Vec<u8>) {
        match self.swap {
            true => self.string(name.to_uppercase().as_bytes(), text),
            false => self.string(name.as_bytes(), text),
        }
    }

    fn name_swapping_down(&self, name: &str, text: &mut Vec<u8>) {
        match self.swap {
            true => self.string(name.to_lowercase().as_bytes(), text),
            false => self.string(name.as_bytes(), text),
        }
    }

    fn composed(&self, local: &LocalTime, parts: &[u8], text: &mut Vec<u8>) {
        self.string(&format(local, parts), text);
    }

    /// A number of at least `digits` characters, its sign included.
    fn number(&self, value: i64, digits: usize, pad: u8, text: &mut Vec<u8>) {
        let pad = self.pad.unwrap_or(pad);
        let magnitude = value.unsigned_abs().to_string();
        let width = self.width.unwrap_or(digits).max(if self.pad.is_none() { digits } else { 0 });
        let natural = if matches!(self.letter, b'C') { 2 } else { 4 };
        let wants_plus =
            pad == b'+' && value >= 0 && (magnitude.len() > natural || self.width.unwrap_or(0) > natural);
        let sign = match value < 0 {
            true => "-",
            false if wants_plus => "+",
            false => "",
        };
        let fill = width.saturating_sub(magnitude.len() + sign.len());
        match pad {
            b'-' => text.extend_from_slice(sign.as_bytes()),
            b'_' => {
                text.extend(std::iter::repeat_n(b' ', fill));
                text.extend_from_slice(sign.as_bytes());
            }
            _ => {
                text.extend_from_slice(sign.as_bytes());
                text.extend(std::iter::repeat_n(b'0', fill));
            }
        }
        text.extend_from_slice(magnitude.as_bytes());
    }

    /// The year without its last two digits; a negative year below a hundred keeps its sign.
    fn century(&self, year: i64, text: &mut Vec<u8>) {
        match year < 0 && year > -100 {
            true => text.extend_from_slice(b"-0"),
            false => self.number(year / 100, 2, b'0', text),
        }
    }

    fn full_date(&self, local: &LocalTime, text: &mut Vec<u8>) {
        let (pad, width) = match (self.pad, self.width) {
            (None, None) => (b'+', 4),
            (pad, width) => (pad.unwrap_or(b'0'), width.unwrap_or(0).saturating_sub(6)),
        };
        let year = Directive { pad: Some(pad), width: Some(width), letter: b'Y', ..*self };
        year.number(local.year, 0, pad, text);
        text.extend_from_slice(&format(local, b"-%m-%d"));
    }

    /// The fraction of the second to as many digits as the width says.
    fn nanoseconds(&self, nanos: u32, text: &mut Vec<u8>) {
        let digits = format!("{nanos:09}");
        let width = self.width.unwrap_or(9);
        let mut shown: Vec<u8> = digits.bytes().chain(std::iter::repeat(b'0')).take(width.max(1)).collect();
        if self.pad == Some(b'_') {
            let kept = shown.iter().rposition(|&digit| digit != b'0').map_or(1, |at| at + 1);
            shown[kept..].fill(b' ');
        }
        text.extend_from_slice(&shown);
    }

    /// `+hhmm`, with colons `+hh:mm`, `+hh:mm:ss`, or the shortest that is exact.
    fn zone_offset(&self, seconds: i32, text: &mut Vec<u8>) {
        let total = seconds.unsigned_abs();
        let (hours, minutes, seconds_left) = (total / 3600, total / 60 % 60, total % 60);
        let tail = match self.colons {
            0 => format!("{minutes:02}"),
            1 => format!(":{minutes:02}"),
            2 => format!(":{minutes:02}:{seconds_left:02}"),
            _ if seconds_left > 0 => format!(":{minutes:02}:{seconds_left:02}"),
            _ if minutes > 0 => format!(":{minutes:02}"),
            _ => String::new(),
        };
        let sign = if seconds < 0 { b'-' } else { b'+' };
        let pad = self.pad.unwrap_or(b'0');
        // Without leading zeros the hours and minutes are one number: 0 is `0`, not `000`.
        let digits = match self.colons == 0 && matches!(pad, b'-' | b'_') {
            true => (hours * 100 + minutes).to_string(),
            false => format!("{hours}{tail}"),
        };
        let width =
            self.width.unwrap_or(tail.len() + 3).max(if self.pad.is_none() { tail.len() + 3 } else { 0 });
        let fill = width.saturating_sub(digits.len() + 1);
        match pad {
            b'-' => text.push(sign),
            b'_' => {
                text.extend(std::iter::repeat_n(b' ', fill));
                text.push(sign);
            }
            _ => {
                text.push(sign);
                text.extend(std::iter::repeat_n(b'0', fill));
            }
        }
        text.extend_from_slice(digits.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let local = LocalTime::new(Time::new(1_704_164_645, 12_300_000), &Zone::utc());
        String::from_utf8_lossy(&format(&local, text.as_bytes())).into_owned()
    }

    /// What `date -u -d @1704164645.0123` of coreutils 9.1 answers.
    #[test]
    fn directives_print_as_date_does() {
        for (directive, expected) in [
            ("%10Y", "0000002024"),
            ("%-10d", "2"),
            ("%_10d", "         2"),
            ("%-d", "2"),
            ("%_d", " 2"),
            ("%10a", "       Tue"),
            ("%010a", "0000000Tue"),
            ("%^a", "TUE"),
            ("%#a", "TUE"),
            ("%#Z", "utc"),
            ("%#p", "am"),
            ("%P", "am"),
            ("%N", "012300000"),
            ("%3N", "012"),
            ("%-N", "012300000"),
            ("%_N", "0123     "),
            ("%12N", "012300000000"),
            ("%10D", "  01/02/24"),
            ("%c", "Tue Jan  2 03:04:05 2024"),
            ("%12F", "002024-01-02"),
            ("%_12F", "  2024-01-02"),
            ("%-12F", "2024-01-02"),
            ("%+12F", "+02024-01-02"),
            ("%F", "2024-01-02"),
            ("%+F", "2024-01-02"),
            ("%+Y", "2024"),
            ("%+8Y", "+0002024"),
            ("%C", "20"),
            ("%3C", "020"),
            ("%G-W%V-%u", "2024-W01-2"),
            ("%g %U %W %w", "24 00 01 2"),
            ("%j", "002"),
            ("%_j", "  2"),
            ("%s", "1704164645"),
            ("%15s", "000001704164645"),
            ("%z", "+0000"),
            ("%:z", "+00:00"),
            ("%::z", "+00:00:00"),
            ("%:::z", "+00"),
            ("%_z", "   +0"),
            ("%-z", "+0"),
            ("%10z", "+000000000"),
            ("%_10z", "        +0"),
            ("%10:z", "+000000:00"),
            ("%:10z", "%:10z"),
            ("%_10:z", "     +0:00"),
            ("%10Z", "       UTC"),
            ("%q", "1"),
            ("%k|%l|%e", " 3| 3| 2"),
            ("%0k", "03"),
            ("%r", "03:04:05 AM"),
            ("%R %T", "03:04 03:04:05"),
            ("%x %X", "01/02/24 03:04:05"),
            ("%5%", "   %5%"),
            ("%Ey", "24"),
            ("%Od", "02"),
            ("%Q", "%Q"),
            ("%10Q", "      %10Q"),
            ("%EQ", "%EQ"),
            ("%#B", "JANUARY"),
            ("%-10B", "January"),
            ("%0-d", "2"),
            ("%-0d", "02"),
            ("%010T", "0003:04:05"),
            ("%^c", "TUE JAN  2 03:04:05 2024"),
            ("%::::z", "%::::z"),
            ("%:d", "%:d"),
            ("%10::z", "+000:00:00"),
            ("%_:z", " +0:00"),
            ("%-::z", "+0:00:00"),
            ("%", "%"),
            ("a%", "a%"),
            ("%5n", "    \n"),
        ] {
            assert_eq!(shown(directive), expected, "{directive}");
        }
    }

    #[test]
    fn years_far_away_keep_their_digits() {
        let year = |years: i64| LocalTime::new(Time::new((years - 1970) * 31_556_952, 0), &Zone::utc());
        let text = |years, format_text: &str| {
            String::from_utf8_lossy(&format(&year(years), format_text.as_bytes())).into_owned()
        };
        assert_eq!(text(-5, "%Y %F %G %C %y %_Y %-Y"), "-005 -005-01-01 -006 -0 05   -5 -5");
        assert_eq!(text(99, "%Y %F %C %y %+F %_Y"), "0098 0098-12-31 00 98 98-12-31   98");
        assert_eq!(text(12_345, "%Y %F %C %+Y %12F"), "12344 +12344-12-31 123 +12344 012344-12-31");
        assert_eq!(text(-12_345, "%Y %F %C %y"), "-12346 -12346-12-31 -123 46");
    }

    #[test]
    fn zones_print_their_offsets() {
        for (zone, expected) in [
            ("UTC+5:30", "-0530 -05:30 -05:30:00 -05:30 UTC  -530 -530 -5:30 18:30"),
            ("XYZ-3:15:20", "+0315 +03:15 +03:15:20 +03:15:20 XYZ  +315 +315 +3:15 03:15"),
            ("<-03>3", "-0300 -03:00 -03:00:00 -03 -03  -300 -300 -3:00 21:00"),
        ] {
            let local = LocalTime::new(Time::new(0, 0), &Zone::named(zone.as_bytes()));
            let text = format(&local, b"%z %:z %::z %:::z %Z %_z %-z %-:z %H:%M");
            assert_eq!(String::from_utf8_lossy(&text), expected, "{zone}");
        }
    }
}
