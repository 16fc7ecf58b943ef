//! Bracket expressions of regular expressions.

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
        if self.rest().is_empty() {
            return Err(ErrorKind::EmptyBracket.into());
        }
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
