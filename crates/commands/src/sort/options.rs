//! What the options of `sort` ask for.

use mirage_shell::command::{Arguments, Flag, Locale};

use super::key::{Key, Place, Style};
use super::*;
use crate::support::{Choices, choose, number_message, parse_size, quote};
use crate::support::{NumberError, quote_always};

/// Memory that lines may hold unless `-S` says otherwise.
const MEMORY: usize = 128 * 1024 * 1024;

/// Less than this would put every few lines aside.
const LEAST_MEMORY: usize = 4 * 1024 * 1024;

/// What `-S 100%` is a hundred percent of.
const ALL_MEMORY: u64 = 512 * 1024 * 1024;

/// The letters that `--sort` stands for.
const SORTS: &Choices<u8> = &[
    (&["general-numeric"], b'g'),
    (&["human-numeric"], b'h'),
    (&["month"], b'M'),
    (&["numeric"], b'n'),
    (&["random"], b'R'),
    (&["version"], b'V'),
];

const CHECKS: &Choices<Check> =
    &[(&["quiet", "silent"], Check::Quiet), (&["diagnose-first"], Check::Diagnose)];

/// How disorder is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// By a message.
    Diagnose,
    /// By the status alone.
    Quiet,
}

impl Check {
    /// The option that asks for it.
    pub fn letter(self) -> char {
        match self {
            Check::Diagnose => 'c',
            Check::Quiet => 'C',
        }
    }
}

/// The options.
#[derive(Debug)]
pub struct Options {
    pub keys: Vec<Key>,
    pub separator: Option<u8>,
    pub reverse: bool,
    pub stable: bool,
    pub unique: bool,
    pub check: Option<Check>,
    pub merge: bool,
    /// Ends a line.
    pub end: u8,
    pub output: Option<bytes::Bytes>,
    pub memory: usize,
    pub files0_from: Option<bytes::Bytes>,
    pub random_source: Option<bytes::Bytes>,
}

/// Why a call is refused, and with which status.
#[derive(Debug)]
pub struct Refused {
    pub message: Vec<u8>,
    pub status: u8,
    /// Whether to tell where help is.
    pub usage: bool,
}

impl From<Vec<u8>> for Refused {
    fn from(message: Vec<u8>) -> Self {
        Refused { message, status: 2, usage: false }
    }
}

impl Options {
    /// Reads them.
    pub fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Refused> {
        let mut options = Options {
            keys: Vec::new(),
            separator: None,
            reverse: false,
            stable: false,
            unique: false,
            check: None,
            merge: false,
            end: b'\n',
            output: None,
            memory: MEMORY,
            files0_from: None,
            random_source: None,
        };
        let mut global = Style::default();
        for (flag, value) in &arguments.options {
            options.take(*flag, value.as_ref(), &mut global, locale)?;
        }
        options.complete(global)?;
        options.check_operands(arguments, locale)?;
        Ok(options)
    }

    fn take(
        &mut self,
        flag: Flag,
        given: Option<&bytes::Bytes>,
        global: &mut Style,
        locale: Locale,
    ) -> Result<(), Refused> {
        let value = given.map(|value| &value[..]).unwrap_or_default();
        let usage = |message| Refused { message, status: 1, usage: true };
        match flag {
            SORT => {
                global.take(choose(value, SORTS, "--sort", locale).map_err(usage)?, Place::Global);
            }
            CHECK_LONG if given.is_some() => {
                self.set_check(choose(value, CHECKS, "--check", locale).map_err(usage)?)?;
            }
            CHECK | CHECK_LONG => self.set_check(Check::Diagnose)?,
            CHECK_QUIET => self.set_check(Check::Quiet)?,
            KEY => self.keys.push(Key::parse(value, locale)?),
            MERGE => self.merge = true,
            OUTPUT if self.output.as_ref().is_some_and(|output| *output != value) => {
                return Err(b"multiple output files specified".to_vec().into());
            }
            OUTPUT => self.output = given.cloned(),
            STABLE => self.stable = true,
            BUFFER_SIZE => self.memory = memory(value)?,
            SEPARATOR => self.set_separator(value, locale)?,
            UNIQUE => self.unique = true,
            ZERO => self.end = 0,
            FILES0_FROM => self.files0_from = given.cloned(),
            RANDOM_SOURCE => self.random_source = given.cloned(),
            PARALLEL if number("--parallel", value)? == Some(0) => {
                return Err(b"number in parallel must be nonzero".to_vec().into());
            }
            BATCH_SIZE => check_batch_size(value, locale)?,
            DEBUG => return Err(b"--debug is not supported".to_vec().into()),
            flag => {
                if let Some(letter) = flag.short.and_then(|letter| u8::try_from(letter).ok()) {
                    global.take(letter, Place::Global);
                }
            }
        }
        Ok(())
    }

    fn set_check(&mut self, check: Check) -> Result<(), Refused> {
        match self.check.replace(check) {
            Some(before) if before != check => Err(b"options '-cC' are incompatible".to_vec().into()),
            _ => Ok(()),
        }
    }

    fn set_separator(&mut self, value: &[u8], locale: Locale) -> Result<(), Refused> {
        let separator = match value {
            [] => return Err(b"empty tab".to_vec().into()),
            b"\\0" => 0,
            [byte] => *byte,
            _ => return Err([b"multi-character tab ", &quote(value, locale)[..]].concat().into()),
        };
        match self.separator.replace(separator) {
            Some(before) if before != separator => Err(b"incompatible tabs".to_vec().into()),
            _ => Ok(()),
        }
    }

    /// Lets keys without options take over those of the command, which are a key of their own when there is no other.
    fn complete(&mut self, global: Style) -> Result<(), Refused> {
        self.reverse = global.reverse;
        self.keys.iter_mut().for_each(|key| key.style.inherit(&global));
        if self.keys.is_empty() && !global.is_plain() {
            self.keys.push(Key::whole(global));
        }
        match self.keys.iter().find_map(|key| key.style.conflict()) {
            Some(message) => Err(message.into()),
            None => Ok(()),
        }
    }

    fn check_operands(&self, arguments: &Arguments, locale: Locale) -> Result<(), Refused> {
        if self.files0_from.is_some()
            && let Some(operand) = arguments.operands.first()
        {
            let conflict = b"\nfile operands cannot be combined with --files0-from";
            let message = [b"extra operand ", &quote_always(operand, locale)[..], conflict].concat();
            return Err(Refused { message, status: 2, usage: true });
        }
        let Some(check) = self.check else { return Ok(()) };
        self.check_count(&arguments.operands, locale)?;
        match self.output {
            Some(_) => Err(format!("options '-{}o' are incompatible", check.letter()).into_bytes().into()),
            None => Ok(()),
        }
    }

    /// Refuses a second operand where one file is checked.
    pub fn check_count(&self, operands: &[bytes::Bytes], locale: Locale) -> Result<(), Refused> {
        match (self.check, operands) {
            (Some(check), [_, extra, ..]) => {
                let name = quote_always(extra, locale);
                let reason = format!(" not allowed with -{}", check.letter());
                Err([b"extra operand ", &name[..], reason.as_bytes()].concat().into())
            }
            _ => Ok(()),
        }
    }
}

/// The value of `-S`: in units of 1024 bytes unless a letter says otherwise.
fn memory(value: &[u8]) -> Result<usize, Refused> {
    let trimmed = value.trim_ascii_start();
    let digits =
        trimmed.strip_prefix(b"+").unwrap_or(trimmed).iter().take_while(|byte| byte.is_ascii_digit());
    let digits = digits.count() + usize::from(trimmed.starts_with(b"+"));
    let (number, unit) = trimmed.split_at(digits);
    let refused = |error| Refused::from(number_message(error, "-S", value));
    let number = parse_size(number, b"").map_err(refused)?;
    let factor = match unit {
        b"b" => Some(1),
        b"%" => Some(ALL_MEMORY / 100),
        b"" => Some(1024),
        [letter] => parse_size(&[b'1', *letter], b"kKmMgGtTPEZY").ok(),
        _ => None,
    };
    let factor = factor.ok_or_else(|| refused(NumberError::Suffix))?;
    let bytes = number.checked_mul(factor).ok_or_else(|| refused(NumberError::TooLarge))?;
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX).clamp(LEAST_MEMORY, ALL_MEMORY as usize))
}

/// The number that `option` is given; none when it is past counting.
fn number(option: &str, value: &[u8]) -> Result<Option<u64>, Refused> {
    match parse_size(value, b"") {
        Ok(number) => Ok(Some(number)),
        Err(NumberError::TooLarge) => Ok(None),
        Err(error) => Err(number_message(error, option, value).into()),
    }
}

fn check_batch_size(value: &[u8], locale: Locale) -> Result<(), Refused> {
    match number("--batch-size", value)? {
        Some(0 | 1) => {
            let given = quote(value, locale);
            let least = quote(b"2", locale);
            let minimum = b"\nsort: minimum --batch-size argument is ";
            Err([b"invalid --batch-size argument ", &given[..], minimum, &least].concat().into())
        }
        _ => Ok(()),
    }
}
