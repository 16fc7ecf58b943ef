//! The `s` command.

use std::ops::Range;

use mirage_pattern::regex::{Captures, Regex};
use mirage_pattern::{Error, Locale};

use super::super::program::{Case, Part, Substitute};
use super::Executor;
use super::stop::Stop;

/// Buffers that serve one substitution after another.
#[derive(Default)]
pub struct Scratch {
    captures: Captures,
    result: Vec<u8>,
}

impl Executor<'_> {
    /// Replaces in the pattern space; whether anything was replaced.
    pub(super) fn substitute(&mut self, substitute: &Substitute) -> Result<bool, Stop> {
        let regex = self.regex(&substitute.pattern)?;
        let text = &self.space.text;
        let Scratch { captures, result } = &mut self.scratch;
        let mut finder = Finder { regex: &regex, groups: needs_groups(&substitute.replacement), captures };
        result.clear();
        // What is before `copied` is in the result; the search goes on at `at`.
        let (mut copied, mut at, mut count) = (0, 0, 0);
        let mut last_end = None;
        let mut replaced = false;
        while at <= text.len() {
            let Some(found) = finder.find(text, at).map_err(super::gave_up)? else { break };
            at = found.end;
            if found.is_empty() {
                at += step(&text[found.end..], self.locale);
                // An empty match right after another is none.
                if last_end == Some(found.start) {
                    continue;
                }
            }
            last_end = Some(found.end);
            count += 1;
            if count < substitute.first {
                continue;
            }
            result.extend_from_slice(&text[copied..found.start]);
            copied = found.end;
            replaced = true;
            let matched = Match { text, range: found, captures: finder.captures };
            expand(&substitute.replacement, &matched, self.locale, result);
            if !substitute.all {
                break;
            }
        }
        if replaced {
            result.extend_from_slice(&text[copied..]);
            std::mem::swap(&mut self.space.text, result);
        }
        Ok(replaced)
    }
}

/// Searches with groups only where they are asked for.
struct Finder<'f> {
    regex: &'f Regex,
    groups: bool,
    captures: &'f mut Captures,
}

impl Finder<'_> {
    fn find(&mut self, text: &[u8], at: usize) -> Result<Option<Range<usize>>, Error> {
        match self.groups {
            false => self.regex.find_at(text, at),
            true => {
                Ok(self.regex.captures_at(text, at, self.captures)?.then(|| self.captures.get(0)).flatten())
            }
        }
    }
}

/// One match, for its replacement.
struct Match<'m> {
    text: &'m [u8],
    range: Range<usize>,
    captures: &'m Captures,
}

impl Match<'_> {
    fn group(&self, number: usize) -> &[u8] {
        let range = match number {
            0 => Some(self.range.clone()),
            _ => self.captures.get(number),
        };
        range.map_or(&[], |range| &self.text[range])
    }
}

fn needs_groups(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Group(1..)))
}

/// The length of the character that `rest` starts with; 1 at the end.
fn step(rest: &[u8], locale: Locale) -> usize {
    locale.character(rest).map_or(1, |(_, length)| length)
}

/// Adds the replacement of one match to `result`.
fn expand(parts: &[Part], matched: &Match<'_>, locale: Locale, result: &mut Vec<u8>) {
    // The change for all that follows, and the one for the next character. That one is lost by a lasting change after it
    // and by a second group that is empty.
    let (mut lasting, mut next) = (None, None);
    let mut waited = false;
    for part in parts {
        let text = match part {
            Part::Text(text) => text,
            Part::Group(number) => matched.group(*number),
            Part::Case(case) => {
                waited = false;
                (lasting, next) = match case {
                    Case::UpperNext | Case::LowerNext => (lasting, Some(*case)),
                    Case::Upper | Case::Lower => (Some(*case), None),
                    Case::End => (None, None),
                };
                continue;
            }
        };
        if text.is_empty() && std::mem::replace(&mut waited, true) {
            next = None;
        }
        if lasting.is_none() && next.is_none() {
            result.extend_from_slice(text);
            continue;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let length = step(rest, locale);
            change_case(&rest[..length], next.take().or(lasting), locale, result);
            rest = &rest[length..];
        }
    }
}

/// Adds one character in another case; where that is more than one character it stays as it is.
fn change_case(character: &[u8], case: Option<Case>, locale: Locale, result: &mut Vec<u8>) {
    let Some((c, _)) = locale.character(character) else { return result.extend_from_slice(character) };
    let changed = match case {
        Some(Case::Upper | Case::UpperNext) => only(c.to_uppercase()),
        Some(Case::Lower | Case::LowerNext) => only(c.to_lowercase()),
        _ => None,
    };
    result.extend_from_slice(changed.unwrap_or(c).encode_utf8(&mut [0; 4]).as_bytes());
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    characters.next().filter(|_| characters.next().is_none())
}
