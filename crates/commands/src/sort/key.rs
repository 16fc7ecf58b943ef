//! Keys: which part of a line is compared, and how. `-k 2,3.1nr` and the options that stand for a whole line.

use mirage_shell::command::Locale;

use super::number::is_blank;
use crate::support::quote;

/// How the bytes of a key are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub kind: Kind,
    /// Which bytes count.
    pub ignore: Ignore,
    /// Letters count as their capitals.
    pub fold: bool,
    pub reverse: bool,
    /// Blanks before the start are no part of it.
    pub blanks_start: bool,
    /// Blanks before the last field are not counted in its characters.
    pub blanks_end: bool,
    /// Every kind that was asked for, for the message that refuses two.
    asked: Asked,
}

/// What a key is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Numeric,
    General,
    Human,
    Month,
    Version,
    Random,
}

/// Bytes that are passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ignore {
    #[default]
    Nothing,
    /// All but blanks, letters and digits.
    NotDictionary,
    /// All that ASCII does not print.
    NotPrinting,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    numeric: bool,
    general: bool,
    human: bool,
    month: bool,
    version: bool,
    random: bool,
}

impl Style {
    /// Takes the option letter `letter`; `end` says that it stands behind the end of a key. False for no such letter.
    pub fn take(&mut self, letter: u8, place: Place) -> bool {
        match letter {
            b'b' => {
                self.blanks_start |= place != Place::End;
                self.blanks_end |= place != Place::Start;
            }
            b'd' => self.ignore = Ignore::NotDictionary,
            b'f' => self.fold = true,
            b'g' => self.asked.general = true,
            b'h' => self.asked.human = true,
            // After -d it changes nothing.
            b'i' if self.ignore == Ignore::Nothing => self.ignore = Ignore::NotPrinting,
            b'i' => {}
            b'M' => self.asked.month = true,
            b'n' => self.asked.numeric = true,
            b'R' => self.asked.random = true,
            b'r' => self.reverse = true,
            b'V' => self.asked.version = true,
            _ => return false,
        }
        self.kind = self.asked.kind();
        true
    }

    /// Whether anything but the end of a whole line's comparison is asked for.
    pub fn is_plain(&self) -> bool {
        *self == Style { reverse: self.reverse, ..Style::default() }
    }

    /// The message for kinds that exclude each other, if there are some.
    pub fn conflict(&self) -> Option<Vec<u8>> {
        let Asked { numeric, general, human, month, version, random } = self.asked;
        let others = version || random || self.ignore != Ignore::Nothing;
        if [numeric, general, human, month, others].into_iter().filter(|asked| *asked).count() < 2 {
            return None;
        }
        let letters = [
            ('d', self.ignore == Ignore::NotDictionary),
            ('f', self.fold),
            ('g', general),
            ('h', human),
            ('i', self.ignore == Ignore::NotPrinting),
            ('M', month),
            ('n', numeric),
            ('R', random),
            ('V', version),
        ];
        let given: String =
            letters.into_iter().filter(|(_, asked)| *asked).map(|(letter, _)| letter).collect();
        Some(format!("options '-{given}' are incompatible").into_bytes())
    }

    /// What a key without options of its own takes over.
    pub fn inherit(&mut self, global: &Style) {
        if *self == Style::default() {
            *self = *global;
        }
    }
}

impl Asked {
    fn kind(self) -> Kind {
        match self {
            Asked { numeric: true, .. } => Kind::Numeric,
            Asked { general: true, .. } => Kind::General,
            Asked { human: true, .. } => Kind::Human,
            Asked { month: true, .. } => Kind::Month,
            Asked { random: true, .. } => Kind::Random,
            Asked { version: true, .. } => Kind::Version,
            _ => Kind::Text,
        }
    }
}

/// Where an option letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An option of the whole command.
    Global,
    /// Behind the start of a key.
    Start,
    /// Behind the end of a key.
    End,
}

/// A part of a line. Fields and characters are counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    field: usize,
    character: usize,
    /// None is the end of the line.
    end: Option<End>,
    pub style: Style,
}

/// The end of a key: so many whole fields, then so many characters of the next one; 0 are all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    field: usize,
    characters: usize,
}

impl Key {
    /// The whole line.
    pub fn whole(style: Style) -> Self {
        Key { style, ..Key::default() }
    }

    /// Parses `F[.C][OPTIONS][,F[.C][OPTIONS]]`; else the message.
    pub fn parse(spec: &[u8], locale: Locale) -> Result<Self, Vec<u8>> {
        let bad = |what: &str| {
            Err([what.as_bytes(), b": invalid field specification ", &quote(spec, locale)].concat())
        };
        let mut key = Key::default();
        let (field, mut rest) = count(spec, "invalid number at field start", locale)?;
        let Some(field) = field.checked_sub(1) else { return bad("field number is zero") };
        key.field = field;
        if let Some((b'.', after)) = rest.split_first() {
            let (character, after) = count(after, "invalid number after '.'", locale)?;
            let Some(character) = character.checked_sub(1) else { return bad("character offset is zero") };
            (key.character, rest) = (character, after);
        }
        rest = key.take_letters(rest, Place::Start);
        if let Some((b',', after)) = rest.split_first() {
            let (field, after) = count(after, "invalid number after ','", locale)?;
            let Some(field) = field.checked_sub(1) else { return bad("field number is zero") };
            let (mut characters, mut after) = (0, after);
            if let Some((b'.', digits)) = after.split_first() {
                (characters, after) = count(digits, "invalid number after '.'", locale)?;
            }
            key.end = Some(End { field, characters });
            rest = key.take_letters(after, Place::End);
        }
        match rest.is_empty() {
            true => Ok(key),
            false => bad("stray character in field spec"),
        }
    }

    fn take_letters<'a>(&mut self, mut text: &'a [u8], place: Place) -> &'a [u8] {
        while let Some((&letter, rest)) = text.split_first()
            && self.style.take(letter, place)
        {
            text = rest;
        }
        text
    }

    /// The part of `line` that this key is, fields being separated by `separator` or else by where blanks begin.
    pub fn of<'a>(&self, line: &'a [u8], separator: Option<u8>) -> &'a [u8] {
        let start = self.start(line, separator);
        let end = self.end.map_or(line.len(), |end| self.limit(end, line, separator));
        &line[start..end.max(start)]
    }

    fn start(&self, line: &[u8], separator: Option<u8>) -> usize {
        let mut at = match separator {
            Some(separator) => after_separators(line, self.field, separator).unwrap_or(line.len()),
            None => after_blank_fields(line, self.field),
        };
        if self.style.blanks_start {
            at = after_blanks(line, at);
        }
        at.saturating_add(self.character).min(line.len())
    }

    fn limit(&self, end: End, line: &[u8], separator: Option<u8>) -> usize {
        if end.characters == 0 {
            return match separator {
                Some(separator) => match after_separators(line, end.field.saturating_add(1), separator) {
                    Some(after) => after - 1,
                    None => line.len(),
                },
                None => after_blank_fields(line, end.field.saturating_add(1)),
            };
        }
        let mut at = match separator {
            Some(separator) => after_separators(line, end.field, separator).unwrap_or(line.len()),
            None => after_blank_fields(line, end.field),
        };
        if self.style.blanks_end {
            at = after_blanks(line, at);
        }
        at.saturating_add(end.characters).min(line.len())
    }
}

/// Where the field behind `fields` separators starts; none when there are not so many.
fn after_separators(line: &[u8], fields: usize, separator: u8) -> Option<usize> {
    match fields {
        0 => Some(0),
        _ => memchr::memchr_iter(separator, line).nth(fields - 1).map(|at| at + 1),
    }
}

/// Where the first `fields` fields end, each being blanks and what follows up to the next blank.
fn after_blank_fields(line: &[u8], fields: usize) -> usize {
    let mut at = 0;
    for _ in 0..fields {
        if at == line.len() {
            break;
        }
        at = after_blanks(line, at);
        at += line[at..].iter().take_while(|byte| !is_blank(**byte)).count();
    }
    at
}

fn after_blanks(line: &[u8], at: usize) -> usize {
    at + line[at..].iter().take_while(|byte| is_blank(**byte)).count()
}

/// The number that `text` starts with, and what follows. One past counting is the largest there is.
fn count<'a>(text: &'a [u8], what: &str, locale: Locale) -> Result<(usize, &'a [u8]), Vec<u8>> {
    let trimmed = text.trim_ascii_start();
    let digits = trimmed.strip_prefix(b"+").unwrap_or(trimmed);
    let (digits, rest) = super::number::split_digits(digits);
    if digits.is_empty() {
        return Err([what.as_bytes(), b": invalid count at start of ", &quote(text, locale)].concat());
    }
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    Ok((number.unwrap_or(usize::MAX), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part<'a>(spec: &str, line: &'a str, separator: Option<u8>) -> &'a str {
        let key = Key::parse(spec.as_bytes(), Locale::C).expect("a key");
        std::str::from_utf8(key.of(line.as_bytes(), separator)).expect("ASCII")
    }

    #[test]
    fn fields_begin_with_their_blanks() {
        for (spec, expected) in [
            ("1", "one  two three"),
            ("1,1", "one"),
            ("2", "  two three"),
            ("2,2", "  two"),
            ("2b,2", "two"),
            ("2.2,2", " two"),
            ("2.2b,2.3b", "wo"),
            ("1.2,1.2", "n"),
            ("1.9,1", ""),
            ("2,1", ""),
            ("2,2.1", " "),
            ("9", ""),
            ("1,9", "one  two three"),
            ("3.99999999999999999999", ""),
        ] {
            assert_eq!(part(spec, "one  two three", None), expected, "{spec}");
        }
    }

    #[test]
    fn separators_belong_to_no_field() {
        for (spec, expected) in [
            ("1,1", "a"),
            ("2,2", ""),
            ("3", "c:d"),
            ("2,3", ":c"),
            ("3.1,3.1", "c"),
            ("1,4", "a::c:d"),
            ("5", ""),
            ("1,3.1", "a::c"),
            ("1,1.0", "a"),
        ] {
            assert_eq!(part(spec, "a::c:d", Some(b':')), expected, "{spec}");
        }
    }
}
