//! The replacement of `s`, and the two parts of `y`.

use bytes::Bytes;
use mirage_pattern::Locale;

use super::super::program::{Case, Part, Translation};
use super::error::Problem;
use super::escapes;

/// The parts of a replacement as it stands between the delimiters.
///
/// With `posix` there are no changes of case.
pub fn parts(text: &[u8], posix: bool) -> Result<Vec<Part>, Problem> {
    escapes::check(text)?;
    let mut parts = Vec::new();
    let mut literal = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let part = match (byte, after.first()) {
            (b'&', _) => Part::Group(0),
            (b'\\', Some(&next)) => {
                let named = escapes::named(after);
                rest = &after[named.map_or(1, |(_, length)| length)..];
                match (named, next) {
                    (Some((byte, _)), _) => {
                        literal.push(byte);
                        continue;
                    }
                    (None, b'0'..=b'9') => Part::Group(usize::from(next - b'0')),
                    (None, b'U') if !posix => Part::Case(Case::Upper),
                    (None, b'L') if !posix => Part::Case(Case::Lower),
                    (None, b'E') if !posix => Part::Case(Case::End),
                    (None, b'u') if !posix => Part::Case(Case::UpperNext),
                    (None, b'l') if !posix => Part::Case(Case::LowerNext),
                    (None, other) => {
                        literal.push(other);
                        continue;
                    }
                }
            }
            (byte, _) => {
                literal.push(byte);
                continue;
            }
        };
        if !literal.is_empty() {
            parts.push(Part::Text(Bytes::from(std::mem::take(&mut literal))));
        }
        parts.push(part);
    }
    if !literal.is_empty() {
        parts.push(Part::Text(Bytes::from(literal)));
    }
    Ok(parts)
}

/// The highest group that a replacement names.
pub fn highest_group(parts: &[Part]) -> usize {
    let group = |part: &Part| if let Part::Group(number) = part { *number } else { 0 };
    parts.iter().map(group).max().unwrap_or(0)
}

/// What `y` translates, from its two parts.
pub fn translation(from: &[u8], to: &[u8], locale: Locale) -> Result<Translation, Problem> {
    let (from, to) = (characters(from, locale)?, characters(to, locale)?);
    if from.len() != to.len() {
        return Err("strings for `y' command are different lengths".into());
    }
    let single = |character: &Bytes| character.len() == 1;
    let mut pairs: Vec<(Bytes, Bytes)> = Vec::new();
    for (from, to) in from.into_iter().zip(to) {
        // The first of two translations of a character counts.
        if !pairs.iter().any(|(known, _)| *known == from) {
            pairs.push((from, to));
        }
    }
    if !pairs.iter().all(|(from, to)| single(from) && single(to)) {
        return Ok(Translation::Characters(pairs));
    }
    let mut table: [u8; 256] = std::array::from_fn(|byte| u8::try_from(byte).unwrap_or_default());
    for (from, to) in &pairs {
        table[usize::from(from[0])] = to[0];
    }
    Ok(Translation::Bytes(Box::new(table)))
}

fn characters(text: &[u8], locale: Locale) -> Result<Vec<Bytes>, Problem> {
    escapes::check(text)?;
    let mut characters = Vec::new();
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if first == b'\\' && !after.is_empty() {
            if let Some((byte, length)) = escapes::named(after) {
                characters.push(Bytes::copy_from_slice(&[byte]));
                rest = &after[length..];
                continue;
            }
            rest = after;
        }
        let length = escapes::character_length(rest, locale);
        characters.push(Bytes::copy_from_slice(&rest[..length]));
        rest = &rest[length..];
    }
    Ok(characters)
}
