//! Addresses: which lines a command is for.

use mirage_pattern::regex::{Options, Regex, Syntax};

use super::super::program::{Address, End, Pattern, Selector};
use super::delimited;
use super::error::Problem;
use super::script::Script;
use super::{Dialect, Parser};

/// An address as it is written, before its place tells what it means.
enum Written {
    Line(u64),
    Step(u64, u64),
    Plus(u64),
    Multiple(u64),
    Last,
    Regex(Pattern),
}

impl Parser {
    /// Reads the addresses before a command, if there are any, and how many there are.
    pub(super) fn selector(&mut self, script: &mut Script<'_>) -> Result<Selector, Problem> {
        let Some(first) = self.address(script)? else { return Ok(Selector::All) };
        if matches!(first, Written::Plus(_) | Written::Multiple(_)) {
            return Err("invalid usage of +N or ~N as first address".into());
        }
        script.skip_blanks();
        let second = match script.accept(b',') {
            true => {
                script.skip_blanks();
                let second = self.address(script)?;
                if second.is_none() {
                    script.next();
                }
                Some(second.ok_or("unexpected `,'")?)
            }
            false => None,
        };
        let zero_is_fine = matches!(second, Some(Written::Regex(_))) && !self.dialect.posix;
        let from = match first {
            Written::Line(0) if zero_is_fine => Address::Zero,
            // The message points after the command's letter.
            Written::Line(0) => {
                script.skip_blanks();
                script.next();
                return Err("invalid usage of line address 0".into());
            }
            Written::Line(line) => Address::Line(line),
            Written::Step(first, step) => Address::Step { first, step },
            Written::Last => Address::Last,
            Written::Regex(pattern) => Address::Regex(pattern),
            Written::Plus(_) | Written::Multiple(_) => return Ok(Selector::All),
        };
        let Some(second) = second else { return Ok(Selector::One(from)) };
        let to = match second {
            Written::Line(line) => End::Line(line),
            Written::Step(first, step) => End::Step { first, step },
            Written::Plus(count) => End::Plus(count),
            Written::Multiple(step) => End::Multiple(step),
            Written::Last => End::Last,
            Written::Regex(pattern) => End::Regex(pattern),
        };
        let state = self.program.ranges;
        self.program.ranges += 1;
        Ok(Selector::Range { from, to, state })
    }

    fn address(&mut self, script: &mut Script<'_>) -> Result<Option<Written>, Problem> {
        let Some(byte) = script.peek() else { return Ok(None) };
        Ok(Some(match byte {
            b'0'..=b'9' => {
                let first = script.number().unwrap_or_default();
                script.skip_blanks();
                if self.dialect.posix || !script.accept(b'~') {
                    return Ok(Some(Written::Line(first)));
                }
                script.skip_blanks();
                match script.number().unwrap_or_default() {
                    0 => Written::Line(first),
                    step => Written::Step(first, step),
                }
            }
            b'+' | b'~' if !self.dialect.posix => {
                script.next();
                script.skip_blanks();
                let number = script.number().unwrap_or_default();
                if byte == b'+' { Written::Plus(number) } else { Written::Multiple(number) }
            }
            b'$' => {
                script.next();
                Written::Last
            }
            b'/' | b'\\' => {
                script.next();
                let delimiter = match byte {
                    b'\\' => script.next(),
                    slash => Some(slash),
                };
                Written::Regex(self.address_pattern(script, delimiter)?)
            }
            _ => return Ok(None),
        }))
    }

    fn address_pattern(&self, script: &mut Script<'_>, delimiter: Option<u8>) -> Result<Pattern, Problem> {
        let text = delimiter.and_then(|delimiter| delimited::pattern(script, delimiter, &self.dialect));
        let text = text.ok_or("unterminated address regex")?;
        let mut flags = Flags::default();
        loop {
            script.skip_blanks();
            match script.peek() {
                Some(b'I') if !self.dialect.posix => flags.ignore_case = true,
                Some(b'M') if !self.dialect.posix => flags.multi_line = true,
                _ => break,
            }
            script.next();
        }
        compile(&text, flags, &self.dialect)
    }
}

/// The flags of an expression.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub ignore_case: bool,
    pub multi_line: bool,
}

/// Compiles an expression; an empty one stands for the last one used.
pub(super) fn compile(text: &[u8], flags: Flags, dialect: &Dialect) -> Result<Pattern, Problem> {
    if text.is_empty() {
        return match flags == Flags::default() {
            true => Ok(Pattern(None)),
            false => Err("cannot specify modifiers on empty regexp".into()),
        };
    }
    let syntax = if dialect.extended { Syntax::Extended } else { Syntax::Basic };
    let options = Options {
        gnu_operators: !dialect.posix,
        ignore_case: flags.ignore_case,
        multi_line: flags.multi_line,
        locale: dialect.locale,
        terminator: dialect.separator,
        ..Options::sed(syntax)
    };
    Ok(Pattern(Some(Regex::new(text, &options)?)))
}
