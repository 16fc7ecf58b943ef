//! The words and numbers of a date.

/// One piece of a date.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(Number),
    Month(u32),
    /// 0 is Sunday.
    Day(i64),
    /// `next`, `last`, `third`.
    Ordinal(i64),
    /// So many of a unit.
    Unit(Unit, i64),
    /// `tomorrow`, `today`.
    DayShift(i64),
    /// -1 is `ago`, 1 is `hence`.
    Direction(i64),
    /// Twelve hours are added to hours below twelve in the afternoon.
    Meridian(Meridian),
    /// Seconds east of Greenwich.
    Zone(i64),
    /// The same for a zone that is named after its summer time.
    SummerZone(i64),
    /// The session's own zone, by its abbreviation; whether in summer time.
    LocalZone(bool),
    /// `DST` after a zone.
    Summer,
    /// Between date and time; also a military zone.
    T,
    /// `/`, `:`, `,` and whatever else is no word.
    Sign(u8),
}

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub value: i64,
    /// How many digits it was written with: `05` is no year of four digits.
    pub digits: usize,
    /// Whether there was a sign in front; -1, 1, or 0 for none.
    pub sign: i8,
    /// Billionths, where there was a decimal point; not negative.
    pub nanos: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meridian {
    Am,
    Pm,
}

const HOUR: i64 = 3600;

/// In small letters, as they are compared.
pub const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// In small letters, as they are compared; the week starts on Sunday.
pub const DAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Other spellings of days, and of one month.
const SPELLINGS: &[(&str, Token)] = &[
    ("sept", Token::Month(9)),
    ("tues", Token::Day(2)),
    ("wednes", Token::Day(3)),
    ("thur", Token::Day(4)),
    ("thurs", Token::Day(4)),
];

const ZONES: &[(&str, Token)] = &[
    ("gmt", Token::Zone(0)),
    ("ut", Token::Zone(0)),
    ("utc", Token::Zone(0)),
    ("wet", Token::Zone(0)),
    ("west", Token::SummerZone(0)),
    ("bst", Token::SummerZone(0)),
    ("art", Token::Zone(-3 * HOUR)),
    ("brt", Token::Zone(-3 * HOUR)),
    ("brst", Token::SummerZone(-3 * HOUR)),
    ("nst", Token::Zone(-3 * HOUR - 1800)),
    ("ndt", Token::SummerZone(-3 * HOUR - 1800)),
    ("ast", Token::Zone(-4 * HOUR)),
    ("adt", Token::SummerZone(-4 * HOUR)),
    ("clt", Token::Zone(-4 * HOUR)),
    ("clst", Token::SummerZone(-4 * HOUR)),
    ("est", Token::Zone(-5 * HOUR)),
    ("edt", Token::SummerZone(-5 * HOUR)),
    ("cst", Token::Zone(-6 * HOUR)),
    ("cdt", Token::SummerZone(-6 * HOUR)),
    ("mst", Token::Zone(-7 * HOUR)),
    ("mdt", Token::SummerZone(-7 * HOUR)),
    ("pst", Token::Zone(-8 * HOUR)),
    ("pdt", Token::SummerZone(-8 * HOUR)),
    ("akst", Token::Zone(-9 * HOUR)),
    ("akdt", Token::SummerZone(-9 * HOUR)),
    ("hst", Token::Zone(-10 * HOUR)),
    ("hast", Token::Zone(-10 * HOUR)),
    ("hadt", Token::SummerZone(-10 * HOUR)),
    ("sst", Token::Zone(-12 * HOUR)),
    ("wat", Token::Zone(HOUR)),
    ("cet", Token::Zone(HOUR)),
    ("cest", Token::SummerZone(HOUR)),
    ("met", Token::Zone(HOUR)),
    ("mez", Token::Zone(HOUR)),
    ("mest", Token::SummerZone(HOUR)),
    ("mesz", Token::SummerZone(HOUR)),
    ("eet", Token::Zone(2 * HOUR)),
    ("eest", Token::SummerZone(2 * HOUR)),
    ("cat", Token::Zone(2 * HOUR)),
    ("sast", Token::Zone(2 * HOUR)),
    ("eat", Token::Zone(3 * HOUR)),
    ("msk", Token::Zone(3 * HOUR)),
    ("msd", Token::SummerZone(3 * HOUR)),
    ("ist", Token::Zone(5 * HOUR + 1800)),
    ("sgt", Token::Zone(8 * HOUR)),
    ("kst", Token::Zone(9 * HOUR)),
    ("jst", Token::Zone(9 * HOUR)),
    ("gst", Token::Zone(10 * HOUR)),
    ("nzst", Token::Zone(12 * HOUR)),
    ("nzdt", Token::SummerZone(12 * HOUR)),
    ("dst", Token::Summer),
];

const UNITS: &[(&str, Token)] = &[
    ("year", Token::Unit(Unit::Year, 1)),
    ("month", Token::Unit(Unit::Month, 1)),
    ("fortnight", Token::Unit(Unit::Day, 14)),
    ("week", Token::Unit(Unit::Day, 7)),
    ("day", Token::Unit(Unit::Day, 1)),
    ("hour", Token::Unit(Unit::Hour, 1)),
    ("minute", Token::Unit(Unit::Minute, 1)),
    ("min", Token::Unit(Unit::Minute, 1)),
    ("second", Token::Unit(Unit::Second, 1)),
    ("sec", Token::Unit(Unit::Second, 1)),
];

const RELATIVES: &[(&str, Token)] = &[
    ("tomorrow", Token::DayShift(1)),
    ("yesterday", Token::DayShift(-1)),
    ("today", Token::DayShift(0)),
    ("now", Token::DayShift(0)),
    ("last", Token::Ordinal(-1)),
    ("this", Token::Ordinal(0)),
    ("next", Token::Ordinal(1)),
    ("first", Token::Ordinal(1)),
    ("third", Token::Ordinal(3)),
    ("fourth", Token::Ordinal(4)),
    ("fifth", Token::Ordinal(5)),
    ("sixth", Token::Ordinal(6)),
    ("seventh", Token::Ordinal(7)),
    ("eighth", Token::Ordinal(8)),
    ("ninth", Token::Ordinal(9)),
    ("tenth", Token::Ordinal(10)),
    ("eleventh", Token::Ordinal(11)),
    ("twelfth", Token::Ordinal(12)),
    ("ago", Token::Direction(-1)),
    ("hence", Token::Direction(1)),
];

/// The tokens of `text`; none if a word is unknown. `local` are the abbreviations of the session's zone, with whether each is
/// summer time's.
pub fn tokens(text: &[u8], local: &[(String, bool)]) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            _ if byte.is_ascii_whitespace() => at += 1,
            b'(' => at = skip_comment(text, at)?,
            b'0'..=b'9' => found.push(number(text, &mut at, 0)?),
            b'+' | b'-' => {
                let mut sign: i8 = 1;
                while let Some(&byte) = text.get(at) {
                    match byte {
                        b'-' => sign = -1,
                        b'+' => sign = 1,
                        byte if byte.is_ascii_whitespace() => {}
                        _ => break,
                    }
                    at += 1;
                }
                if text.get(at).is_some_and(u8::is_ascii_digit) {
                    found.push(number(text, &mut at, sign)?);
                }
                // A sign that belongs to no number means nothing.
            }
            _ if byte.is_ascii_alphabetic() => {
                let length =
                    text[at..].iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.').count();
                let word = String::from_utf8_lossy(&text[at..at + length]).to_ascii_lowercase();
                found.push(self::word(&word, local)?);
                at += length;
            }
            _ => {
                found.push(Token::Sign(byte));
                at += 1;
            }
        }
    }
    Some(found)
}

fn skip_comment(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(text.len())
}

fn number(text: &[u8], at: &mut usize, sign: i8) -> Option<Token> {
    let digits = text[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let magnitude: i64 = std::str::from_utf8(&text[*at..*at + digits]).ok()?.parse().ok()?;
    *at += digits;
    let mut nanos = None;
    if matches!(text.get(*at), Some(b'.' | b',')) && text.get(*at + 1).is_some_and(u8::is_ascii_digit) {
        let fraction = text[*at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let shown = &text[*at + 1..*at + 1 + fraction];
        let digit = |place: usize| u32::from(shown.get(place).map_or(0, |byte| byte - b'0'));
        nanos = Some((0..9).fold(0, |sum, place| sum * 10 + digit(place)));
        *at += 1 + fraction;
    }
    let value = if sign < 0 { -magnitude } else { magnitude };
    Some(Token::Number(Number { value, digits, sign, nanos }))
}

fn find(table: &[(&str, Token)], word: &str) -> Option<Token> {
    table.iter().find(|(known, _)| *known == word).map(|(_, token)| token.clone())
}

fn word(word: &str, local: &[(String, bool)]) -> Option<Token> {
    match word {
        "am" | "a.m." => return Some(Token::Meridian(Meridian::Am)),
        "pm" | "p.m." => return Some(Token::Meridian(Meridian::Pm)),
        _ => {}
    }
    let name = word.strip_suffix('.').filter(|name| name.len() == 3).unwrap_or(word);
    let named = |names: &[&str]| {
        names.iter().position(|known| *known == word || name.len() == 3 && known[..3] == *name)
    };
    if let Some(month) = named(MONTHS) {
        return Some(Token::Month(month as u32 + 1));
    }
    if let Some(day) = named(DAYS) {
        return Some(Token::Day(day as i64));
    }
    if let Some(token) = find(SPELLINGS, word) {
        return Some(token);
    }
    // UTC and GMT mean themselves, whatever the session's zone is called.
    if let Some(token) = ["gmt", "ut", "utc"].contains(&word).then(|| find(ZONES, word)).flatten() {
        return Some(token);
    }
    if let Some((_, summer)) = local.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
        return Some(Token::LocalZone(*summer));
    }
    if let Some(token) = find(ZONES, word).or_else(|| find(UNITS, word)) {
        return Some(token);
    }
    if let Some(token) = word.strip_suffix('s').and_then(|singular| find(UNITS, singular)) {
        return Some(token);
    }
    if let Some(token) = find(RELATIVES, word) {
        return Some(token);
    }
    if let [letter] = word.as_bytes() {
        return military(*letter);
    }
    let without_dots: String = word.chars().filter(|&character| character != '.').collect();
    if without_dots.len() < word.len() { find(ZONES, &without_dots) } else { None }
}

/// The zones that have a letter.
fn military(letter: u8) -> Option<Token> {
    let hours = |letter: u8, first: u8, start: i64| start + i64::from(letter - first);
    Some(match letter {
        b'a'..=b'i' => Token::Zone(hours(letter, b'a', 1) * HOUR),
        b'k'..=b'm' => Token::Zone(hours(letter, b'k', 10) * HOUR),
        b'n'..=b's' => Token::Zone(-hours(letter, b'n', 1) * HOUR),
        b't' => Token::T,
        b'u'..=b'y' => Token::Zone(-hours(letter, b'u', 8) * HOUR),
        b'z' => Token::Zone(0),
        _ => return None,
    })
}
