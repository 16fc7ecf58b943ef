//! What a character is.

/// The character set patterns and haystacks are read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// `C.UTF-8`: characters are Unicode scalar values, ordered by code point.
    #[default]
    Utf8,
    /// `C` or `POSIX`: characters are bytes, and only ASCII ones have a class or a case.
    C,
}

impl Locale {
    /// The character that `text` starts with, and its length in bytes. None for no text, a byte above 127 in the C
    /// locale, and one that starts no well-formed character: such a byte stands for itself.
    pub fn character(self, text: &[u8]) -> Option<(char, usize)> {
        match first_unit(text, self)? {
            (Unit::Char(c), length) => Some((c, length)),
            (Unit::Byte(_), _) => None,
        }
    }
}

/// One character of a haystack: a Unicode scalar value, or a byte that is not part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Char(char),
    Byte(u8),
}

impl Unit {
    /// The unit that `byte` is where every byte is a character.
    pub(crate) fn of_byte(byte: u8) -> Self {
        if byte.is_ascii() { Unit::Char(char::from(byte)) } else { Unit::Byte(byte) }
    }

    /// The same unit without its case.
    pub(crate) fn folded(self) -> Self {
        match self {
            Unit::Char(c) => Unit::Char(fold(c)),
            Unit::Byte(_) => self,
        }
    }
}

/// The lower-case form of `c` where that is a single character, else `c`.
pub(crate) fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The first unit of `bytes` and its length in bytes.
pub(crate) fn first_unit(bytes: &[u8], locale: Locale) -> Option<(Unit, usize)> {
    let byte = *bytes.first()?;
    if byte.is_ascii() || locale == Locale::C {
        return Some((Unit::of_byte(byte), 1));
    }
    let head = bytes.get(..4.min(bytes.len()))?;
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // What precedes an error is well-formed by the contract of `valid_up_to`.
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).unwrap_or(""),
    };
    Some(match valid.chars().next() {
        Some(c) => (Unit::Char(c), c.len_utf8()),
        None => (Unit::Byte(byte), 1),
    })
}

/// The last unit of `bytes` and its length in bytes.
pub(crate) fn last_unit(bytes: &[u8], locale: Locale) -> Option<(Unit, usize)> {
    let byte = *bytes.last()?;
    if byte.is_ascii() || locale == Locale::C {
        return Some((Unit::of_byte(byte), 1));
    }
    for length in 2..=4.min(bytes.len()) {
        let tail = bytes.get(bytes.len() - length..)?;
        if let Some((unit @ Unit::Char(_), found)) = first_unit(tail, locale)
            && found == length
        {
            return Some((unit, length));
        }
    }
    Some((Unit::Byte(byte), 1))
}
