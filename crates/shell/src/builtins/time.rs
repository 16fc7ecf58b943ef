//! Times as `printf %(format)T` and prompts show them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime, fmt::strtime};
use mirage_vfs::Time;

/// `time` by a format of `strftime`, in the zone that `TZ` names; UTC when it names none.
pub(crate) fn format(format: &[u8], time: Time, zone: Option<&[u8]>) -> Vec<u8> {
    let format = if format.is_empty() { b"%X" } else { format };
    let name = zone.and_then(|zone| std::str::from_utf8(zone).ok()).unwrap_or_default();
    let name = name.strip_prefix(':').unwrap_or(name);
    let zone = TimeZone::get(name).or_else(|_| TimeZone::posix(name)).unwrap_or(TimeZone::UTC);
    let Ok(timestamp) = Timestamp::new(time.seconds, time.nanos as i32) else { return format.to_vec() };
    let moment = ZonedDateTime::new(timestamp, zone);
    let mut out = Vec::new();
    let mut rest = format;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        let length = directive_length(&rest[at..]);
        let directive = &rest[at..at + length];
        match one(directive, &moment) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => out.extend_from_slice(directive),
        }
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest);
    out
}

/// `%`, flags, a width, `E` or `O`, and a letter.
fn directive_length(text: &[u8]) -> usize {
    let flags = text[1..].iter().take_while(|byte| b"_-0^#".contains(byte) || byte.is_ascii_digit()).count();
    let modifier = usize::from(matches!(text.get(1 + flags), Some(b'E' | b'O')));
    (2 + flags + modifier).min(text.len())
}

fn one(directive: &[u8], moment: &ZonedDateTime) -> Option<String> {
    let &letter = directive.last()?;
    // What the C locale writes, where a library would ask the user's.
    let plain = match letter {
        b'c' => "%a %b %e %H:%M:%S %Y",
        b'x' => "%m/%d/%y",
        b'X' => "%H:%M:%S",
        b'r' => "%I:%M:%S %p",
        b'P' if directive.len() == 2 => {
            return strtime::format("%p", moment).ok().map(|text| text.to_lowercase());
        }
        b'Q' | b'f' | b'N' | b':' => return None,
        _ => {
            let text: Vec<u8> =
                directive.iter().copied().filter(|byte| !matches!(byte, b'E' | b'O')).collect();
            return strtime::format(std::str::from_utf8(&text).ok()?, moment).ok();
        }
    };
    strtime::format(plain, moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_those_of_the_c_locale() {
        let time = Time::new(1_700_000_000, 0);
        let shown =
            |text: &str, zone: &str| String::from_utf8(format(text.as_bytes(), time, Some(zone.as_bytes())));
        assert_eq!(shown("%Y-%m-%d %H:%M:%S %z", "UTC").as_deref(), Ok("2023-11-14 22:13:20 +0000"));
        assert_eq!(
            shown("%c|%x|%X|%s|%%|%j", "").as_deref(),
            Ok("Tue Nov 14 22:13:20 2023|11/14/23|22:13:20|1700000000|%|318")
        );
        assert_eq!(shown("%H %Z", "Europe/Paris").as_deref(), Ok("23 CET"));
        assert_eq!(shown("%H", "EST5").as_deref(), Ok("17"));
    }
}
