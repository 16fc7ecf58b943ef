//! What the options of `nl` ask for.

use mirage_pattern::ErrorKind;
use mirage_pattern::regex::{Options as RegexOptions, Regex};
use mirage_shell::command::{Arguments, Flag, Locale};

use super::{BODY, DELIMITER, FOOTER, FORMAT, HEADER, INCREMENT, JOIN, NO_RENUMBER, SEPARATOR, START, WIDTH};
use crate::support::{Report, parse_integer, quote};

/// The widest column for numbers: each line is that long.
const WIDEST: i64 = 1024 * 1024;

/// Which lines of a section get numbers.
#[derive(Debug)]
pub enum Style {
    All,
    NotEmpty,
    None,
    Matching(Regex),
}

/// How numbers stand in their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Left,
    Right,
    Zeros,
}

/// The options.
#[derive(Debug)]
pub struct Options {
    pub header: Style,
    pub body: Style,
    pub footer: Style,
    /// What stands once before a footer, twice before a body, three times before a header; empty for no sections.
    pub delimiter: Vec<u8>,
    pub start: i64,
    pub increment: i64,
    /// So many empty lines count as one.
    pub join: i64,
    pub renumber: bool,
    pub separator: Vec<u8>,
    pub width: usize,
    pub format: Format,
}

/// Why a call is refused.
pub struct Refused {
    messages: Vec<Vec<u8>>,
    usage: bool,
}

impl Refused {
    /// Prints what is wrong.
    pub async fn report(self, report: &mut Report) {
        let last = self.messages.len().saturating_sub(1);
        for (at, message) in self.messages.iter().enumerate() {
            match self.usage && at == last {
                true => report.usage(1, &[message]).await,
                false => report.fail(1, &[message]).await,
            }
        }
    }
}

impl Options {
    /// Reads them in the order they were given. A wrong style is told at the end with the others, anything else at once.
    pub fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Refused> {
        let mut options = Options {
            header: Style::None,
            body: Style::NotEmpty,
            footer: Style::None,
            delimiter: b"\\:".to_vec(),
            start: 1,
            increment: 1,
            join: 1,
            renumber: true,
            separator: b"\t".to_vec(),
            width: 6,
            format: Format::Right,
        };
        let mut wrong = Vec::new();
        for (flag, value) in &arguments.options {
            let value = value.as_deref().unwrap_or_default();
            let taken = options.take(*flag, value, locale).map_err(|message| {
                let messages = wrong.iter().cloned().chain([message]).collect();
                Refused { messages, usage: false }
            })?;
            wrong.extend(taken);
        }
        match wrong.is_empty() {
            true => Ok(options),
            false => Err(Refused { messages: wrong, usage: true }),
        }
    }

    /// Takes one option. An error ends the run; a message is of a wrong style.
    fn take(&mut self, flag: Flag, value: &[u8], locale: Locale) -> Result<Option<Vec<u8>>, Vec<u8>> {
        let any = i64::MIN..=i64::MAX;
        match flag {
            HEADER => return self.style(flag, "header", value, locale),
            BODY => return self.style(flag, "body", value, locale),
            FOOTER => return self.style(flag, "footer", value, locale),
            DELIMITER => {
                self.delimiter = value.to_vec();
                if value.len() == 1 {
                    self.delimiter.push(b':');
                }
            }
            START => self.start = parse_integer(value, any, "starting line number", locale)?,
            INCREMENT => self.increment = parse_integer(value, any, "line number increment", locale)?,
            JOIN => self.join = parse_integer(value, 1..=i64::MAX, "line number of blank lines", locale)?,
            NO_RENUMBER => self.renumber = false,
            SEPARATOR => self.separator = value.to_vec(),
            WIDTH => {
                let width = parse_integer(value, 1..=WIDEST, "line number field width", locale)?;
                self.width = usize::try_from(width).unwrap_or_default();
            }
            FORMAT => match value {
                b"ln" => self.format = Format::Left,
                b"rn" => self.format = Format::Right,
                b"rz" => self.format = Format::Zeros,
                _ => {
                    return Ok(Some(
                        [b"invalid line numbering format: ", &quote(value, locale)[..]].concat(),
                    ));
                }
            },
            _ => {}
        }
        Ok(None)
    }

    fn style(
        &mut self,
        flag: Flag,
        section: &str,
        value: &[u8],
        locale: Locale,
    ) -> Result<Option<Vec<u8>>, Vec<u8>> {
        let style = match value.split_first() {
            Some((b'a', _)) => Style::All,
            Some((b't', _)) => Style::NotEmpty,
            Some((b'n', _)) => Style::None,
            Some((b'p', pattern)) => {
                let options = RegexOptions { locale, ..RegexOptions::default() };
                Style::Matching(Regex::new(pattern, &options).map_err(|error| match error.kind() {
                    ErrorKind::UnmatchedBracket => b"Invalid regular expression".to_vec(),
                    _ => error.to_string().into_bytes(),
                })?)
            }
            _ => {
                let name = quote(value, locale);
                return Ok(Some([b"invalid ", section.as_bytes(), b" numbering style: ", &name].concat()));
            }
        };
        match flag {
            HEADER => self.header = style,
            FOOTER => self.footer = style,
            _ => self.body = style,
        }
        Ok(None)
    }
}
