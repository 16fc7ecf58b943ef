//! The sets of `tr`.

use mirage_pattern::Locale;

use crate::support::quote;

/// A part of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    Byte(u8),
    Range(u8, u8),
    /// A class by its name, with its members in order.
    Class(&'static [u8], Vec<u8>),
    /// `[=c=]`
    Equivalent(u8),
    /// `[c*n]`; 0: as often as it takes.
    Repeat(u8, usize),
}

/// A set as it was written.
#[derive(Debug)]
pub struct Set(Vec<Element>);

/// Whether a byte belongs to a class.
type Member = fn(&u8) -> bool;

const CLASSES: &[(&[u8], Member)] = &[
    (b"alnum", u8::is_ascii_alphanumeric),
    (b"alpha", u8::is_ascii_alphabetic),
    (b"blank", |byte| matches!(byte, b' ' | b'\t')),
    (b"cntrl", u8::is_ascii_control),
    (b"digit", u8::is_ascii_digit),
    (b"graph", u8::is_ascii_graphic),
    (b"lower", u8::is_ascii_lowercase),
    (b"print", |byte| matches!(byte, 0x20..=0x7e)),
    (b"punct", u8::is_ascii_punctuation),
    (b"space", |byte| matches!(byte, b' ' | 9..=13)),
    (b"upper", u8::is_ascii_uppercase),
    (b"xdigit", u8::is_ascii_hexdigit),
];

/// A byte of a set, and whether a backslash made it: such a one never starts a construct.
#[derive(Clone, Copy)]
struct Unit {
    byte: u8,
    escaped: bool,
}

impl Set {
    /// Reads a set; an error is GNU's message.
    pub fn parse(text: &[u8], locale: Locale, warnings: &mut Vec<Vec<u8>>) -> Result<Set, Vec<u8>> {
        let units = unescape(text, warnings);
        let mut elements = Vec::new();
        let mut at = 0;
        let plain =
            |at: usize, byte: u8| units.get(at).is_some_and(|unit| unit.byte == byte && !unit.escaped);
        while at < units.len() {
            if plain(at, b'[')
                && let Some((element, next)) = construct(&units, at, locale)?
            {
                elements.push(element);
                at = next;
                continue;
            }
            let byte = units[at].byte;
            if plain(at + 1, b'-') && at + 2 < units.len() {
                let last = units[at + 2].byte;
                if last < byte {
                    let shown = [&shown(byte)[..], b"-", &shown(last)].concat();
                    return Err([
                        b"range-endpoints of '",
                        &shown[..],
                        b"' are in reverse collating sequence order",
                    ]
                    .concat());
                }
                elements.push(Element::Range(byte, last));
                at += 3;
            } else {
                elements.push(Element::Byte(byte));
                at += 1;
            }
        }
        Ok(Set(elements))
    }

    /// The parts in order.
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    /// All bytes in order; one `[c*]` fills the set up to `length`.
    pub fn expand(&self, length: usize) -> Vec<u8> {
        let fixed: usize = self.0.iter().map(Element::length).sum();
        let mut bytes = Vec::new();
        for element in &self.0 {
            match element {
                Element::Byte(byte) | Element::Equivalent(byte) => bytes.push(*byte),
                Element::Range(first, last) => bytes.extend(*first..=*last),
                Element::Class(_, members) => bytes.extend_from_slice(members),
                Element::Repeat(byte, 0) => {
                    bytes.extend(std::iter::repeat_n(*byte, length.saturating_sub(fixed)));
                }
                // More than there are bytes changes nothing.
                Element::Repeat(byte, count) => {
                    bytes.extend(std::iter::repeat_n(*byte, (*count).min(1 << 16)))
                }
            }
        }
        bytes
    }
}

impl Element {
    fn length(&self) -> usize {
        match self {
            Element::Byte(_) | Element::Equivalent(_) => 1,
            Element::Range(first, last) => usize::from(last - first) + 1,
            Element::Class(_, members) => members.len(),
            Element::Repeat(_, count) => *count,
        }
    }
}

/// `[:class:]`, `[=c=]` or `[c*n]` at `at`, if one stands there, and what follows it.
fn construct(units: &[Unit], at: usize, locale: Locale) -> Result<Option<(Element, usize)>, Vec<u8>> {
    let text: Vec<u8> = units.iter().map(|unit| unit.byte).collect();
    let close = |kind: u8| {
        let inner = units.get(at + 2..).unwrap_or_default();
        let found = inner.windows(2).position(|pair| {
            pair[0].byte == kind && !pair[0].escaped && pair[1].byte == b']' && !pair[1].escaped
        });
        found.map(|found| at + 2 + found)
    };
    match units.get(at + 1) {
        Some(Unit { byte: b':', escaped: false }) => {
            let Some(end) = close(b':') else { return Ok(None) };
            let name = &text[at + 2..end];
            let Some((name, ok)) = CLASSES.iter().find(|(known, _)| *known == name) else {
                // `[:*]` is a repeat.
                return match repeat(&text, units, at)? {
                    Some(found) => Ok(Some(found)),
                    None => Err([b"invalid character class ", &quote(name, locale)[..]].concat()),
                };
            };
            let members = (0..=255).filter(ok).collect();
            Ok(Some((Element::Class(name, members), end + 2)))
        }
        Some(Unit { byte: b'=', escaped: false }) => {
            let Some(end) = close(b'=') else { return repeat(&text, units, at) };
            match &text[at + 2..end] {
                [byte] => Ok(Some((Element::Equivalent(*byte), end + 2))),
                [] => Err(b"missing equivalence class character '[==]'".to_vec()),
                other => Err([other, b": equivalence class operand must be a single character"].concat()),
            }
        }
        _ => repeat(&text, units, at),
    }
}

fn repeat(text: &[u8], units: &[Unit], at: usize) -> Result<Option<(Element, usize)>, Vec<u8>> {
    let star = units.get(at + 2).is_some_and(|unit| unit.byte == b'*' && !unit.escaped);
    if !star {
        return Ok(None);
    }
    let rest = &text[at + 3..];
    let Some(length) = rest.iter().position(|&byte| byte == b']') else { return Ok(None) };
    let digits = &rest[..length];
    let radix = if digits.first() == Some(&b'0') { 8 } else { 10 };
    let count = match digits {
        [] => Some(0),
        digits => {
            std::str::from_utf8(digits).ok().and_then(|digits| usize::from_str_radix(digits, radix).ok())
        }
    };
    match count {
        Some(count) => Ok(Some((Element::Repeat(text[at + 1], count), at + 3 + length + 1))),
        None => {
            Err(["invalid repeat count ‘".as_bytes(), digits, "’ in [c*n] construct".as_bytes()].concat())
        }
    }
}

/// `[:upper:]` and `[:lower:]` in SET2 stand for the other case of the class at the same place in SET1.
pub fn check_case_classes(first: &Set, second: &Set) -> Result<(), Vec<u8>> {
    let starts = |set: &Set| {
        let mut at = 0;
        let mut found = Vec::new();
        for element in &set.0 {
            if let Element::Class(b"upper" | b"lower", _) = element {
                found.push(at);
            }
            at += element.length();
        }
        found
    };
    let known = starts(first);
    match starts(second).iter().all(|start| known.contains(start)) {
        true => Ok(()),
        false => Err(b"misaligned [:upper:] and/or [:lower:] construct".to_vec()),
    }
}

fn unescape(text: &[u8], warnings: &mut Vec<Vec<u8>>) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' {
            units.push(Unit { byte: text[at], escaped: false });
            at += 1;
            continue;
        }
        let Some(&escaped) = text.get(at + 1) else {
            warnings.push(b"an unescaped backslash at end of string is not portable".to_vec());
            units.push(Unit { byte: b'\\', escaped: false });
            break;
        };
        at += 2;
        let byte = match escaped {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    match text.get(at) {
                        Some(digit @ b'0'..=b'7') if value * 8 + u32::from(digit - b'0') < 256 => {
                            value = value * 8 + u32::from(digit - b'0');
                            at += 1;
                        }
                        _ => break,
                    }
                }
                value as u8
            }
            other => other,
        };
        units.push(Unit { byte, escaped: true });
    }
    units
}

fn shown(byte: u8) -> Vec<u8> {
    match byte {
        0x20..=0x7e => vec![byte],
        _ => format!("\\{byte:03o}").into_bytes(),
    }
}
