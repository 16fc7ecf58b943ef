//! What `${name...}` does with a value: remove, replace, slice, transform.

use std::cell::Cell;
use std::ops::Range;

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_pattern::glob::Glob;
use mirage_syntax::ast::{Anchor, Operation, Parameter, ParameterName, SpecialParameter, Word};

use super::Expanded;
use super::case;
use super::field::Quoting;
use super::parameter::{Element, Target};
use super::prompt;
use super::word::decimal;
use crate::builtins::quote;
use crate::command::Locale;
use crate::execute::{Shell, Stop};
use crate::state::{Attributes, ShellOption, Value};

impl Shell {
    /// Applies the operation of `parameter` to its value.
    pub(crate) async fn operate(
        &mut self,
        target: &Target,
        value: Expanded,
        parameter: &Parameter,
    ) -> Result<Expanded, Stop> {
        match &parameter.operation {
            Operation::RemovePrefix { longest, pattern } => {
                let glob = self.expand_cased_pattern(pattern).await?;
                Ok(value.map(|text| remove_prefix(&glob, text, *longest)))
            }
            Operation::RemoveSuffix { longest, pattern } => {
                let glob = self.expand_cased_pattern(pattern).await?;
                Ok(value.map(|text| remove_suffix(&glob, text, *longest)))
            }
            Operation::Replace { anchor, pattern, replacement } => {
                self.replace(value, *anchor, pattern, replacement.as_deref()).await
            }
            Operation::Case { change, all, pattern } => {
                let glob = match pattern {
                    Some(pattern) => Some(self.expand_cased_pattern(pattern).await?),
                    None => None,
                };
                let locale = self.locale();
                Ok(value.map(|text| case::change(&text, *change, *all, glob.as_ref(), locale).into()))
            }
            Operation::Slice { offset, length } => {
                let name = [&self.shown_name(parameter)[..], b": "].concat();
                let offset = self.arithmetic_of(offset, &name).await?;
                let length = match length {
                    Some(length) => Some(self.arithmetic_of(length, &name).await?),
                    None => None,
                };
                self.slice(target, value, offset, length, parameter)
            }
            Operation::Transform(b'P') => self.prompts(value).boxed_local().await,
            Operation::Transform(letter) => self.transform(target, value, *letter, parameter),
            _ => Ok(value),
        }
    }

    /// A pattern for which `nocasematch` means nothing.
    async fn expand_cased_pattern(&mut self, word: &Word) -> Result<Glob, Stop> {
        let options = mirage_pattern::glob::Options { ignore_case: false, ..self.pattern_options() };
        self.expand_pattern_as(word, options).await
    }

    async fn replace(
        &mut self,
        value: Expanded,
        anchor: Anchor,
        pattern: &Word,
        replacement: Option<&Word>,
    ) -> Result<Expanded, Stop> {
        let glob = self.expand_pattern(pattern).boxed_local().await?;
        let replacement = match replacement {
            Some(word) => self.expand_unsplit(word).boxed_local().await?,
            None => super::field::Field::default(),
        };
        let ampersand = self.state.options.has(ShellOption::PatsubReplacement);
        let pieces = Replacement::new(&replacement, ampersand);
        let memory = &self.run.memory;
        let fits = Cell::new(Ok(()));
        let replaced = value.map(|text| {
            let replaced = replace(&glob, text, anchor, &pieces, |length| memory.check(length as u64));
            replaced.unwrap_or_else(|stop| {
                fits.set(Err(stop));
                Bytes::new()
            })
        });
        fits.into_inner().map(|()| replaced)
    }

    /// `${x:offset:length}`: of a string its characters, of an array or `$@` its elements.
    fn slice(
        &mut self,
        target: &Target,
        value: Expanded,
        offset: i64,
        length: Option<i64>,
        parameter: &Parameter,
    ) -> Result<Expanded, Stop> {
        match value {
            Expanded::Unset => Ok(Expanded::Unset),
            Expanded::One(text) => {
                let ends: Vec<usize> = match self.locale() {
                    Locale::Utf8 if !text.is_ascii() => {
                        characters(&text).map(|(at, _)| at).chain([text.len()]).collect()
                    }
                    _ => return self.slice_ascii(text, offset, length, parameter),
                };
                let range = self.range(ends.len() as i64 - 1, offset, length, false, parameter)?;
                Ok(match range {
                    Some((start, end)) => Expanded::One(text.slice(ends[start]..ends[end])),
                    None => Expanded::One(Bytes::new()),
                })
            }
            Expanded::Many { items, star } => {
                let items = match (&target.name, &target.element) {
                    (ParameterName::Special(SpecialParameter::At | SpecialParameter::Star), _) => {
                        self.slice_positional(items, offset, length, parameter)?
                    }
                    (ParameterName::Variable(name), Element::All { .. }) => {
                        self.slice_array(&name.clone(), items, offset, length, parameter)?
                    }
                    _ => items,
                };
                Ok(Expanded::Many { items, star })
            }
        }
    }

    fn slice_ascii(
        &mut self,
        text: Bytes,
        offset: i64,
        length: Option<i64>,
        parameter: &Parameter,
    ) -> Result<Expanded, Stop> {
        let range = self.range(text.len() as i64, offset, length, false, parameter)?;
        Ok(Expanded::One(range.map_or_else(Bytes::new, |(start, end)| text.slice(start..end))))
    }

    /// `${@:0}` starts at `$0`, `${@:1}` at the first parameter.
    fn slice_positional(
        &mut self,
        items: Vec<Bytes>,
        offset: i64,
        length: Option<i64>,
        parameter: &Parameter,
    ) -> Result<Vec<Bytes>, Stop> {
        let mut all = vec![self.state.name.clone()];
        all.extend(items);
        let range = self.range(all.len() as i64, offset, length, true, parameter)?;
        Ok(range.map_or_else(Vec::new, |(start, end)| all[start..end].to_vec()))
    }

    /// The offset of a sparse array counts indexes, the length counts elements.
    fn slice_array(
        &mut self,
        name: &[u8],
        items: Vec<Bytes>,
        offset: i64,
        length: Option<i64>,
        parameter: &Parameter,
    ) -> Result<Vec<Bytes>, Stop> {
        let indexes: Vec<i64> = match self.state.variables.get(name).map(|variable| &variable.value) {
            Some(Value::Indexed(elements)) => elements.keys().copied().collect(),
            // As in bash, the elements of an associative array are counted from 1.
            Some(Value::Associative(_)) => (1..=items.len() as i64).collect(),
            _ => (0..items.len() as i64).collect(),
        };
        let end = indexes.last().map_or(0, |last| last.saturating_add(1));
        let start = if offset < 0 { end.saturating_add(offset) } else { offset };
        if start < 0 {
            return Ok(Vec::new());
        }
        if length.is_some_and(|length| length < 0) {
            return Err(self.negative_length(length.unwrap_or(0), parameter));
        }
        let first = indexes.iter().position(|index| *index >= start).unwrap_or(items.len());
        let count = length.map_or(usize::MAX, |length| length as usize);
        Ok(items.into_iter().skip(first).take(count).collect())
    }

    /// The range that offset and length mean in a sequence of `count`; none when it lies outside.
    fn range(
        &mut self,
        count: i64,
        offset: i64,
        length: Option<i64>,
        elements: bool,
        parameter: &Parameter,
    ) -> Result<Option<(usize, usize)>, Stop> {
        let start = if offset < 0 { count.saturating_add(offset) } else { offset };
        if start < 0 || start > count {
            return Ok(None);
        }
        let end = match length {
            None => count,
            Some(length) if length < 0 && elements => return Err(self.negative_length(length, parameter)),
            Some(length) if length < 0 => count.saturating_add(length),
            Some(length) => start.saturating_add(length).min(count),
        };
        if end < start {
            return Err(self.negative_length(length.unwrap_or(0), parameter));
        }
        Ok(Some((start as usize, end as usize)))
    }

    fn negative_length(&mut self, length: i64, parameter: &Parameter) -> Stop {
        let written = parameter.text.rsplit(|&byte| byte == b':').next().unwrap_or_default();
        let written = written.strip_suffix(b"}").unwrap_or(written);
        let shown = if written.is_empty() { decimal(length) } else { Bytes::copy_from_slice(written) };
        self.fail(&[&shown[..], b": substring expression < 0"].concat())
    }

    /// `${x@P}`.
    async fn prompts(&mut self, value: Expanded) -> Result<Expanded, Stop> {
        Ok(match value {
            Expanded::Unset => Expanded::Unset,
            Expanded::One(text) => Expanded::One(prompt::expand(self, &text).await),
            Expanded::Many { items, star } => {
                let mut shown = Vec::with_capacity(items.len());
                for item in items {
                    shown.push(prompt::expand(self, &item).await);
                }
                Expanded::Many { items: shown, star }
            }
        })
    }

    /// `${x@Q}` and its like.
    fn transform(
        &mut self,
        target: &Target,
        value: Expanded,
        letter: u8,
        parameter: &Parameter,
    ) -> Result<Expanded, Stop> {
        let locale = self.locale();
        match letter {
            b'U' => Ok(value.map(|text| case::upper(&text, locale).into())),
            b'L' => Ok(value.map(|text| case::lower(&text, locale).into())),
            b'u' => Ok(value.map(|text| case::capital(&text, locale).into())),
            b'Q' => Ok(value.map(|text| quote::single(&text, locale).into())),
            b'E' => Ok(value.map(|text| mirage_syntax::decode_ansi_c(&text))),
            b'a' => Ok(self.attribute_letters(target, value)),
            b'A' => Ok(self.declaration(target, value)),
            b'K' | b'k' => Ok(self.pairs(target, value, letter == b'K')),
            _ if value.is_unset() => Ok(value),
            _ => {
                self.complain_plainly(&[&parameter.text, b": bad substitution"]);
                self.state.status = self.fatal_status();
                Err(Stop::Exit)
            }
        }
    }

    fn attribute_letters(&mut self, target: &Target, value: Expanded) -> Expanded {
        let ParameterName::Variable(name) = &target.name else { return value.map(|_| Bytes::new()) };
        let Some(variable) = self.state.variables.get(name) else { return Expanded::Unset };
        let letters = quote::attribute_letters(variable);
        match value {
            Expanded::Unset if letters.is_empty() => Expanded::Unset,
            Expanded::Unset => Expanded::One(letters),
            value => value.map(|_| letters.clone()),
        }
    }

    /// `${x@A}`: the declaration that makes the variable what it is.
    fn declaration(&mut self, target: &Target, value: Expanded) -> Expanded {
        let locale = self.locale();
        let ParameterName::Variable(name) = &target.name else {
            return match (&target.name, value) {
                (
                    ParameterName::Special(SpecialParameter::At | SpecialParameter::Star),
                    Expanded::Many { items, .. },
                ) => {
                    let quoted: Vec<Vec<u8>> = items.iter().map(|item| quote::single(item, locale)).collect();
                    Expanded::One([&b"set -- "[..], &quoted.join(&b" "[..])].concat().into())
                }
                _ => Expanded::Unset,
            };
        };
        let Some(variable) = self.state.variables.get(name) else { return Expanded::Unset };
        let whole = matches!(target.element, Element::All { .. });
        if variable.attributes == Attributes::NONE && !variable.value.is_array() {
            let Some(text) = variable.value.scalar() else { return Expanded::Unset };
            return Expanded::One([name, &b"="[..], &quote::single(text, locale)].concat().into());
        }
        if variable.value.is_array() && !whole {
            let Expanded::One(text) = value else {
                let letters = quote::attribute_letters(variable);
                return match target.element {
                    Element::Whole => Expanded::One([b"declare -", &letters[..], b" ", name].concat().into()),
                    _ => Expanded::Unset,
                };
            };
            let letters = quote::attribute_letters(variable);
            let text = quote::single(&text, locale);
            return Expanded::One([b"declare -", &letters[..], b" ", name, b"=", &text].concat().into());
        }
        if let Some(text) = variable.value.scalar().filter(|_| !variable.value.is_array()) {
            let letters = quote::attribute_letters(variable);
            let text = quote::single(text, locale);
            return Expanded::One([b"declare -", &letters[..], b" ", name, b"=", &text].concat().into());
        }
        Expanded::One(quote::declaration(name, variable, locale).into())
    }

    /// `${x@K}`: keys and values, quoted as one string; `${x@k}`: as separate words.
    fn pairs(&mut self, target: &Target, value: Expanded, one: bool) -> Expanded {
        let locale = self.locale();
        let (ParameterName::Variable(name), Element::All { star }) = (&target.name, &target.element) else {
            return value.map(|text| quote::single(&text, locale).into());
        };
        let pairs: Vec<(Bytes, Bytes)> = match self.state.variables.get(name).map(|variable| &variable.value)
        {
            Some(Value::Indexed(elements)) => {
                elements.iter().map(|(key, text)| (decimal(*key), text.clone())).collect()
            }
            Some(Value::Associative(elements)) => {
                elements.iter().map(|(key, text)| (key.clone(), text.clone())).collect()
            }
            _ => return value.map(|text| quote::single(&text, locale).into()),
        };
        // As in bash, what an associative array shows ends with a blank.
        let end = if self.is_associative(name) { b" ".as_slice() } else { b"" };
        match one {
            true => {
                let shown = pairs.iter().map(|(key, text)| {
                    [&quote::key(key, locale)[..], b" ", &quote::double(text, locale)].concat()
                });
                Expanded::One([&shown.collect::<Vec<_>>().join(&b" "[..])[..], end].concat().into())
            }
            false => {
                let items = pairs.into_iter().flat_map(|(key, text)| [key, text]).collect();
                Expanded::Many { items, star: *star }
            }
        }
    }
}

fn remove_prefix(glob: &Glob, text: Bytes, longest: bool) -> Bytes {
    let end = if longest { glob.longest_prefix(&text) } else { glob.shortest_prefix(&text) };
    end.map_or_else(|| text.clone(), |end| text.slice(end..))
}

fn remove_suffix(glob: &Glob, text: Bytes, longest: bool) -> Bytes {
    let start = if longest { glob.longest_suffix(&text) } else { glob.shortest_suffix(&text) };
    start.map_or_else(|| text.clone(), |start| text.slice(..start))
}

/// The replacement of `${x/p/r}`: text, with the places where the match goes.
struct Replacement(Vec<Piece>);

enum Piece {
    Text(Vec<u8>),
    Match,
}

impl Replacement {
    /// With `ampersand`, an unquoted `&` is the match and `\&` is itself.
    fn new(field: &super::field::Field, ampersand: bool) -> Self {
        let mut pieces = vec![Piece::Text(Vec::new())];
        for (text, quoting) in field.stretches() {
            let mut bytes = text.iter().peekable();
            while let Some(&byte) = bytes.next() {
                let active = ampersand && quoting != Quoting::Quoted;
                let literal = match byte {
                    b'&' if active => {
                        pieces.push(Piece::Match);
                        pieces.push(Piece::Text(Vec::new()));
                        continue;
                    }
                    b'\\' if active && matches!(bytes.peek(), Some(b'&' | b'\\')) => {
                        bytes.next().copied().unwrap_or(byte)
                    }
                    byte => byte,
                };
                if let Some(Piece::Text(text)) = pieces.last_mut() {
                    text.push(literal);
                }
            }
        }
        Replacement(pieces)
    }

    fn push(&self, matched: &[u8], out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text),
                Piece::Match => out.extend_from_slice(matched),
            }
        }
    }
}

/// `text` with the matches replaced; `check` is asked, now and then, whether the result may have this length.
fn replace(
    glob: &Glob,
    text: Bytes,
    anchor: Anchor,
    replacement: &Replacement,
    check: impl Fn(usize) -> Result<(), Stop>,
) -> Result<Bytes, Stop> {
    const BETWEEN_CHECKS: usize = 1024 * 1024;
    let mut out = Vec::new();
    let (mut at, mut checked) = (0, text.len());
    let mut visit = |found: Range<usize>| {
        out.extend_from_slice(&text[at..found.start]);
        replacement.push(&text[found.clone()], &mut out);
        at = found.end;
        if out.len() > checked + BETWEEN_CHECKS {
            checked = out.len();
            check(checked)?;
        }
        Ok(())
    };
    match anchor {
        Anchor::Every => glob.each_match(&text, visit)?,
        Anchor::First => match glob.find_at(&text, 0) {
            Some(found) if !found.is_empty() || text.is_empty() => visit(found)?,
            _ => return Ok(text),
        },
        Anchor::Start => match glob.longest_prefix(&text) {
            Some(end) => visit(0..end)?,
            None => return Ok(text),
        },
        Anchor::End => match glob.longest_suffix(&text) {
            Some(start) => visit(start..text.len())?,
            None => return Ok(text),
        },
    }
    if out.is_empty() && at == 0 {
        return Ok(text);
    }
    out.extend_from_slice(&text[at..]);
    Ok(out.into())
}

/// The characters of UTF-8 text with their offsets; a byte that is not part of one counts as one.
pub(crate) fn characters(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let length = match rest.first()? {
            0..0x80 => 1,
            _ => rest
                .utf8_chunks()
                .next()
                .and_then(|chunk| chunk.valid().chars().next())
                .map_or(1, char::len_utf8),
        };
        let start = at;
        at += length;
        Some((start, &rest[..length]))
    })
}
