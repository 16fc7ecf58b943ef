//! Bracket expressions of regular expressions, and the characters `sed` has names for.

use super::options::{Dialect, Options};
use crate::bracket::{Bracket, Class, Item};
use crate::error::{Error, ErrorKind};
use crate::locale::{Unit, first_unit};

/// Parses a bracket expression whose `[` was passed, and passes the rest of it.
pub(super) fn parse(pattern: &[u8], at: &mut usize, options: &Options) -> Result<Bracket, Error> {
    let mut parser = Parser { pattern, at: *at, options };
    let set = parser.set()?;
    *at = parser.at;
    Ok(set)
}

/// One element of a set.
enum Element {
    Unit(Unit),
    Class(Class),
    /// `[=x=]`, which cannot start or end a range.
    Equivalence(Unit),
}

struct Parser<'p> {
    pattern: &'p [u8],
    at: usize,
    options: &'p Options,
}

impl Parser<'_> {
    fn rest(&self) -> &[u8] {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn set(&mut self) -> Result<Bracket, Error> {
        let opening = self.at;
        let mut set = Bracket::default();
        if self.rest().starts_with(b"^") {
            set.negated = true;
            self.at += 1;
        }
        let first = self.at;
        loop {
            if self.rest().starts_with(b"]") && self.at > first {
                self.at += 1;
                break;
            }
            let low = self.element()?;
            let dash = self.rest().starts_with(b"-") && !self.rest().starts_with(b"-]");
            match (low, dash) {
                (Element::Unit(low), true) => {
                    self.at += 1;
                    let Element::Unit(high) = self.element()? else {
                        return Err(ErrorKind::InvalidRange.into());
                    };
                    if !set.add_range(low, high) {
                        return Err(ErrorKind::InvalidRange.into());
                    }
                    // `a-b-c`: the end of a range does not start another.
                    if self.rest().starts_with(b"-") && !self.rest().starts_with(b"-]") {
                        return Err(ErrorKind::InvalidRange.into());
                    }
                }
                (Element::Class(_) | Element::Equivalence(_), true) => {
                    return Err(ErrorKind::InvalidRange.into());
                }
                (Element::Unit(unit) | Element::Equivalence(unit), false) => set.items.push(Item::unit(unit)),
                (Element::Class(class), false) => set.items.push(Item::Class(class)),
            }
        }
        let own = self.pattern.get(opening..self.at).unwrap_or_default();
        if self.options.dialect != Dialect::Posix
            && own.len() > 3
            && own.starts_with(b":")
            && own.ends_with(b":]")
        {
            return Err(ErrorKind::ClassSyntax.into());
        }
        Ok(set)
    }

    fn element(&mut self) -> Result<Element, Error> {
        let rest = self.rest();
        let kind = match rest {
            [b'[', kind @ (b':' | b'.' | b'='), ..] => *kind,
            [b'\\', tail @ ..] if self.options.dialect == Dialect::Sed => {
                let (unit, length) = named_character(tail).unwrap_or((Unit::Char('\\'), 0));
                self.at += length + 1;
                return Ok(Element::Unit(unit));
            }
            _ => {
                let (unit, length) =
                    first_unit(rest, self.options.locale).ok_or(ErrorKind::UnmatchedBracket)?;
                self.at += length;
                return Ok(Element::Unit(unit));
            }
        };
        let body = rest.get(2..).unwrap_or_default();
        let size =
            body.windows(2).position(|pair| pair == [kind, b']']).ok_or(ErrorKind::UnmatchedBracket)?;
        let name = body.get(..size).unwrap_or_default();
        let element = if kind == b':' {
            Element::Class(Class::posix(name).ok_or(ErrorKind::InvalidClass)?)
        } else {
            let (unit, length) = first_unit(name, self.options.locale).ok_or(ErrorKind::InvalidCollation)?;
            if length != name.len() {
                return Err(ErrorKind::InvalidCollation.into());
            }
            if kind == b'=' { Element::Equivalence(unit) } else { Element::Unit(unit) }
        };
        self.at += size + 4;
        Ok(element)
    }
}

/// The character that `sed` reads in `text`, which follows a backslash, and the length of its name.
pub(super) fn named_character(text: &[u8]) -> Option<(Unit, usize)> {
    let (byte, length) = match *text.first()? {
        b'a' => (7, 1),
        b'f' => (12, 1),
        b'n' => (b'\n', 1),
        b'r' => (b'\r', 1),
        b't' => (b'\t', 1),
        b'v' => (11, 1),
        b'c' => (text.get(1)?.to_ascii_uppercase() ^ 0x40, 2),
        b'd' => number(text.get(1..)?, 10, 3)?,
        b'o' => number(text.get(1..)?, 8, 3)?,
        b'x' => number(text.get(1..)?, 16, 2)?,
        _ => return None,
    };
    Some((Unit::of_byte(byte), length))
}

/// Up to `most` digits as a byte, and their length with the letter before them.
fn number(digits: &[u8], base: u32, most: usize) -> Option<(u8, usize)> {
    let values = digits.iter().take(most).map_while(|digit| char::from(*digit).to_digit(base));
    let (value, count) =
        values.fold((0u32, 0usize), |(value, count), digit| (value * base + digit, count + 1));
    (count > 0).then(|| (value.to_le_bytes()[0], count + 1))
}
