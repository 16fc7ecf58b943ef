//! What a call of `shuf` asks for.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Locale};

use super::{COUNT, ECHO, OUTPUT, RANDOM_SOURCE, RANGE, REPEAT, ZERO};
use crate::support::{NumberError, Wrong, quote};

/// The options.
pub struct Options {
    pub source: Source,
    /// How many lines at most.
    pub count: Option<u64>,
    pub output: Option<Bytes>,
    pub random_source: Option<Bytes>,
    pub repeat: bool,
    pub zero: bool,
}

/// Where the lines come from.
pub enum Source {
    /// A file, `-` for standard input.
    File(Bytes),
    Words(Vec<Bytes>),
    /// The first number and how many.
    Range(u64, u64),
}

impl Options {
    /// Reads the arguments.
    pub fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Wrong> {
        let mut range = None;
        let mut count: Option<u64> = None;
        for (flag, value) in &arguments.options {
            let value = value.as_deref().unwrap_or_default();
            match *flag {
                RANGE if range.is_some() => {
                    return Err(Wrong::Plain(b"multiple -i options specified".to_vec()));
                }
                RANGE => range = Some(parse_range(value, locale)?),
                COUNT => {
                    let invalid =
                        || Wrong::Plain([b"invalid line count: ", &quote(value, locale)[..]].concat());
                    let this = parse_number(value).map_or_else(
                        |wrong| if wrong == NumberError::TooLarge { Ok(u64::MAX) } else { Err(invalid()) },
                        Ok,
                    )?;
                    count = Some(count.map_or(this, |before| before.min(this)));
                }
                _ => {}
            }
        }
        let output = single(arguments, OUTPUT, "multiple output files specified")?;
        let random_source = single(arguments, RANDOM_SOURCE, "multiple random sources specified")?;
        let operands = &arguments.operands;
        let source = match (arguments.has(ECHO), range) {
            (true, Some(_)) => return Err(Wrong::Usage(b"cannot combine -e and -i options".to_vec())),
            (true, None) => Source::Words(operands.clone()),
            (false, range) => {
                let most = usize::from(range.is_none());
                if let Some(extra) = operands.get(most) {
                    return Err(Wrong::Usage([b"extra operand ", &quote(extra, locale)[..]].concat()));
                }
                match range {
                    Some((first, count)) => Source::Range(first, count),
                    None => {
                        Source::File(operands.first().cloned().unwrap_or_else(|| Bytes::from_static(b"-")))
                    }
                }
            }
        };
        Ok(Options {
            source,
            count,
            output,
            random_source,
            repeat: arguments.has(REPEAT),
            zero: arguments.has(ZERO),
        })
    }
}

/// The value of an option that may only have one.
fn single(
    arguments: &Arguments,
    flag: mirage_shell::command::Flag,
    message: &str,
) -> Result<Option<Bytes>, Wrong> {
    let mut values = arguments.values(flag);
    let first = values.next();
    match values.all(|other| Some(other) == first) {
        true => Ok(first.cloned()),
        false => Err(Wrong::Plain(message.as_bytes().to_vec())),
    }
}

/// `LO-HI` as the first number and how many.
fn parse_range(text: &[u8], locale: Locale) -> Result<(u64, u64), Wrong> {
    let refused = |shown: &[u8], why: &str| {
        Wrong::Plain([b"invalid input range: ", &quote(shown, locale)[..], why.as_bytes()].concat())
    };
    let Some(dash) = text.iter().position(|byte| *byte == b'-') else { return Err(refused(text, "")) };
    let number = |text: &[u8]| {
        parse_number(text).map_err(|wrong| match wrong {
            NumberError::TooLarge => refused(text, ": Value too large for defined data type"),
            _ => refused(text, ""),
        })
    };
    let (first, last) = (number(&text[..dash])?, number(&text[dash + 1..])?);
    match (last.wrapping_add(1)).checked_sub(first) {
        Some(count) if last < u64::MAX => Ok((first, count)),
        _ => Err(refused(text, "")),
    }
}

fn parse_number(text: &[u8]) -> Result<u64, NumberError> {
    let digits = text.trim_ascii_start();
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    match digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        true => Err(NumberError::Invalid),
        false => {
            std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or(NumberError::TooLarge)
        }
    }
}
