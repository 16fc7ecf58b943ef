//! Where `~` stands for a directory.

use crate::ast::Part;

/// Which tildes of a word expand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tildes {
    /// None.
    Never,
    /// One at the start.
    Start,
    /// One at the start or behind a `:`: the value of an assignment.
    Value,
    /// One at the start; behind `=` and `:` too when the word has the form of an assignment.
    Argument,
}

impl Tildes {
    /// Turns the literal text that means a directory into parts of its own.
    pub fn mark(self, parts: &mut Vec<Part>) {
        let found = match self {
            Tildes::Never => false,
            Tildes::Start => {
                matches!(parts.first(), Some(Part::Literal(text)) if text.first() == Some(&b'~'))
            }
            Tildes::Value | Tildes::Argument => parts
                .iter()
                .any(|part| matches!(part, Part::Literal(text) if memchr::memchr(b'~', text).is_some())),
        };
        if !found {
            return;
        }
        let assigned = match self {
            Tildes::Argument => assignment_sign(parts),
            _ => None,
        };
        let colons = self == Tildes::Value || assigned.is_some();
        let old = std::mem::take(parts);
        let last = old.len().saturating_sub(1);
        for (index, part) in old.into_iter().enumerate() {
            let Part::Literal(text) = part else {
                parts.push(part);
                continue;
            };
            let starts = |at: usize| match at.checked_sub(1) {
                None => index == 0,
                Some(_) if !colons => false,
                Some(before) if index == 0 && Some(before) == assigned => true,
                Some(before) => {
                    text[before] == b':' && (index > 0 || assigned.is_none_or(|sign| before > sign))
                }
            };
            split(&text, starts, index == last, parts);
        }
    }
}

/// Pushes `text` with its tildes as parts of their own.
fn split(text: &bytes::Bytes, starts: impl Fn(usize) -> bool, last: bool, parts: &mut Vec<Part>) {
    let mut done = 0;
    for at in memchr::memchr_iter(b'~', text) {
        if at < done || !starts(at) {
            continue;
        }
        let ends = |&byte: &u8| matches!(byte, b'/' | b':');
        let end = match text[at..].iter().position(ends) {
            Some(length) => at + length,
            // Quotes and expansions in the name make the tilde an ordinary character.
            None if !last => continue,
            None => text.len(),
        };
        if at > done {
            parts.push(Part::Literal(text.slice(done..at)));
        }
        parts.push(Part::Tilde(text.slice(at + 1..end)));
        done = end;
    }
    if done < text.len() {
        parts.push(Part::Literal(text.slice(done..)));
    }
}

/// Where the `=` of a word with the form of an assignment stands.
fn assignment_sign(parts: &[Part]) -> Option<usize> {
    let Some(Part::Literal(text)) = parts.first() else { return None };
    let sign = memchr::memchr(b'=', text)?;
    let name = text[..sign].strip_suffix(b"+").unwrap_or(&text[..sign]);
    let (first, rest) = name.split_first()?;
    let valid =
        super::dollar::starts_name(*first) && rest.iter().all(|&byte| super::dollar::continues_name(byte));
    valid.then_some(sign)
}
