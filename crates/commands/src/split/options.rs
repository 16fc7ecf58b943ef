//! What a call of `split` asks for.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Locale};

use super::names::{Alphabet, Names};
use super::{
    ADDITIONAL_SUFFIX, BYTES, DIGITS, ELIDE, FILTER, HEX, HEX_FROM, LINE_BYTES, LINES, NUMBER, NUMERIC,
    SEPARATOR, SUFFIX_LENGTH, VERBOSE, extra_operand,
};
use crate::support::{Wrong, count_message, parse_count, parse_integer, quote};

/// How the pieces are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// So many bytes each.
    Bytes(u64),
    /// So many lines each.
    Lines(u64),
    /// Whole lines up to so many bytes.
    LineBytes(u64),
    /// So many pieces; of them one alone, counted from 1.
    Pieces { way: Way, count: u64, only: Option<u64> },
}

/// What goes into which of a number of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The same number of bytes.
    Even,
    /// The same, to the end of a line.
    Lines,
    /// Line after line to one piece after the other.
    Dealt,
}

/// The options.
#[derive(Debug)]
pub struct Options {
    pub input: Bytes,
    pub cut: Cut,
    pub separator: u8,
    pub elide_empty: bool,
    pub filter: Option<Bytes>,
    pub verbose: bool,
    pub names: Names,
}

impl Options {
    /// Reads the arguments.
    pub fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Wrong> {
        let mut cut = None;
        let mut old: Option<u64> = None;
        for (flag, value) in &arguments.options {
            let value = value.as_deref().unwrap_or_default();
            let this = match *flag {
                BYTES => Cut::Bytes(positive_count(value, "number of bytes", locale).map_err(Wrong::Plain)?),
                LINE_BYTES => {
                    Cut::LineBytes(positive_count(value, "number of bytes", locale).map_err(Wrong::Plain)?)
                }
                LINES => Cut::Lines(positive(value, "number of lines", locale).map_err(Wrong::Plain)?),
                NUMBER => pieces(value, locale)?,
                _ => match flag.short {
                    Some(digit) if digit.is_ascii_digit() => {
                        let digit = u64::from(digit as u8 - b'0');
                        let number = old.unwrap_or(0).saturating_mul(10).saturating_add(digit);
                        if old.replace(number).is_some() {
                            cut = Some(Cut::Lines(number));
                            continue;
                        }
                        Cut::Lines(number)
                    }
                    _ => continue,
                },
            };
            if cut.replace(this).is_some() {
                return Err(Wrong::Usage(b"cannot split in more than one way".to_vec()));
            }
        }
        let separator = separator(arguments, locale)?;
        let cut = cut.unwrap_or(Cut::Lines(1000));
        if cut == Cut::Lines(0) {
            let shown = quote(b"0", locale);
            return Err(Wrong::Plain([b"invalid number of lines: ", &shown[..]].concat()));
        }
        let additional = arguments.value(ADDITIONAL_SUFFIX).cloned().unwrap_or_default();
        if additional.contains(&b'/') {
            let shown = quote(&additional, locale);
            return Err(Wrong::Usage(
                [b"invalid suffix ", &shown[..], b", contains directory separator"].concat(),
            ));
        }
        if let Some(extra) = arguments.operands.get(2) {
            return Err(Wrong::Usage(extra_operand(extra, locale)));
        }
        let filter = arguments.value(FILTER).cloned();
        if filter.is_some() && matches!(cut, Cut::Pieces { only: Some(_), .. }) {
            return Err(Wrong::Usage(b"--filter does not process a chunk extracted to stdout".to_vec()));
        }
        let prefix = arguments.operands.get(1).map_or(&b"x"[..], |prefix| prefix);
        Ok(Options {
            input: arguments.operands.first().cloned().unwrap_or_else(|| Bytes::from_static(b"-")),
            cut,
            separator,
            elide_empty: arguments.has(ELIDE),
            filter,
            verbose: arguments.has(VERBOSE),
            names: names(arguments, prefix, &additional, cut, locale)?,
        })
    }
}

/// Of words that are old counts, `-5 -10`, only the last one means something.
pub fn keep_last_count(mut words: Vec<Bytes>) -> Vec<Bytes> {
    let takes_value = |word: &Bytes| matches!(&word[..], b"-a" | b"-b" | b"-C" | b"-l" | b"-n" | b"-t");
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let is_count = |at: usize| {
        let digits = words[at].strip_prefix(b"-").unwrap_or_default();
        let is_value = at.checked_sub(1).is_some_and(|before| takes_value(&words[before]));
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) && !is_value
    };
    let counts: Vec<usize> = (0..end).filter(|&at| is_count(at)).collect();
    for &at in counts.iter().rev().skip(1) {
        words.remove(at);
    }
    words
}

fn names(
    arguments: &Arguments,
    prefix: &[u8],
    additional: &[u8],
    cut: Cut,
    locale: Locale,
) -> Result<Names, Wrong> {
    let alphabet = match arguments.last_of(&[DIGITS, NUMERIC, HEX, HEX_FROM]) {
        Some(DIGITS | NUMERIC) => Alphabet::Digits,
        Some(_) => Alphabet::Hexadecimal,
        None => Alphabet::Letters,
    };
    let from = arguments.options.iter().rev().find(|(flag, _)| matches!(*flag, NUMERIC | HEX_FROM));
    let start = match from {
        Some((flag, Some(text))) => Some(start(text, *flag == HEX_FROM, locale)?),
        _ => None,
    };
    let length = match arguments.value(SUFFIX_LENGTH) {
        None => 0,
        Some(text) => parse_integer(text, 0..=i64::MAX, "suffix length", locale).map_err(Wrong::Plain)?,
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(4096);
    let mut needed = 0;
    if let Cut::Pieces { count, .. } = cut {
        let first = start.unwrap_or(0);
        // A start beyond the number of pieces is taken to belong to an earlier run.
        let mut last = count - 1 + if first < count { first } else { 0 };
        while last > 0 || needed == 0 {
            needed += 1;
            last /= alphabet.size();
        }
    }
    if length != 0 && length < needed {
        let message = format!("the suffix length needs to be at least {needed}");
        return Err(Wrong::Plain(message.into_bytes()));
    }
    let chosen = if length == 0 { needed.max(2) } else { length };
    let grows = length == 0 && start.is_none() && needed == 0;
    let names = Names::new(prefix, additional, alphabet, chosen, start.unwrap_or(0), grows);
    names.ok_or_else(|| {
        Wrong::Usage(b"numerical suffix start value is too large for the suffix length".to_vec())
    })
}

fn start(text: &[u8], hexadecimal: bool, locale: Locale) -> Result<u64, Wrong> {
    let (radix, kind) = if hexadecimal { (16, "hexadecimal") } else { (10, "numerical") };
    let digits = std::str::from_utf8(text).ok().filter(|text| !text.starts_with('+'));
    digits.and_then(|digits| u64::from_str_radix(digits, radix).ok()).ok_or_else(|| {
        let shown = quote(text, locale);
        Wrong::Usage([&shown[..], b": invalid start value for ", kind.as_bytes(), b" suffix"].concat())
    })
}

fn separator(arguments: &Arguments, locale: Locale) -> Result<u8, Wrong> {
    let mut separator = None;
    for text in arguments.values(SEPARATOR) {
        let byte = match &text[..] {
            [] => return Err(Wrong::Plain(b"empty record separator".to_vec())),
            [byte] => *byte,
            b"\\0" => 0,
            _ => {
                let shown = quote(text, locale);
                return Err(Wrong::Plain([b"multi-character separator ", &shown[..]].concat()));
            }
        };
        if separator.is_some_and(|before| before != byte) {
            return Err(Wrong::Plain(b"multiple separator characters specified".to_vec()));
        }
        separator = Some(byte);
    }
    Ok(separator.unwrap_or(b'\n'))
}

fn positive_count(text: &[u8], what: &str, locale: Locale) -> Result<u64, Vec<u8>> {
    match parse_count(text, what, locale)? {
        0 => Err([
            &count_message(crate::support::NumberError::Invalid, text, what, locale)[..],
            b": Numerical result out of range",
        ]
        .concat()),
        count => Ok(count),
    }
}

/// A number from 1 on; none below zero can be written.
fn positive(text: &[u8], what: &str, locale: Locale) -> Result<u64, Vec<u8>> {
    if text.trim_ascii_start().starts_with(b"-") {
        return Err([b"invalid ", what.as_bytes(), b": ", &quote(text, locale)].concat());
    }
    parse_integer(text, 1..=i64::MAX, what, locale).map(i64::unsigned_abs)
}

/// `N`, `K/N`, `l/N`, `l/K/N`, `r/N`, `r/K/N`
fn pieces(text: &[u8], locale: Locale) -> Result<Cut, Wrong> {
    let (way, rest) = match text {
        [b'l', b'/', rest @ ..] => (Way::Lines, rest),
        [b'r', b'/', rest @ ..] => (Way::Dealt, rest),
        rest => (Way::Even, rest),
    };
    let number = |text: &[u8]| positive(text, "number of chunks", locale).map_err(Wrong::Plain);
    let Some(slash) = rest.iter().position(|byte| *byte == b'/') else {
        return Ok(Cut::Pieces { way, count: number(rest)?, only: None });
    };
    let (only, count) = (&rest[..slash], number(&rest[slash + 1..])?);
    let only = positive(only, "chunk number", locale).map_err(Wrong::Plain)?;
    if only > count {
        let shown = quote(&rest[..slash], locale);
        let message = [b"invalid chunk number: ", &shown[..], b": Numerical result out of range"];
        return Err(Wrong::Plain(message.concat()));
    }
    Ok(Cut::Pieces { way, count, only: Some(only) })
}
