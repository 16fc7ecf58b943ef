//! `printf`, as builtin and as program.

mod conversion;
mod number;
mod universal;

use bytes::{BufMut, Bytes, BytesMut};

pub use conversion::{Conversion, Flags};

use super::{Invocation, Outcome, echo, options, quote};
use crate::command::Locale;
use crate::execute::{Shell, Stop};
use crate::expand::{decimal, is_name};
use conversion::{Argument, parse};
use number::{Number, float, integer};

/// What is wrong with a format or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No number starts this argument, or more than one stands in it: `true` when some of it was a number.
    NotANumber(Bytes, bool),
    /// A number that is too large.
    OutOfRange(Bytes),
    /// A conversion of no meaning: from `%` to its letter.
    BadConversion(Bytes),
    /// A character behind a quote has others behind it: those. Of the program alone, and no failure.
    Ignored(Bytes),
    /// A width from an argument that is beyond all bounds. Of the program alone.
    BadWidth(Bytes),
    /// A precision from an argument that is beyond all bounds. Of the program alone.
    BadPrecision(Bytes),
    /// `\u` with a number that stands for no character: the escape. Of the program alone.
    BadCharacter(Bytes),
    /// More than [`WIDEST`] bytes for one conversion.
    TooWide,
    /// The format ends inside a conversion: the text from `%` on.
    Unfinished(Bytes),
    /// `\x` without a digit.
    MissingDigit(u8),
    /// `%(..)` without a `T` behind it: the letter that stands there.
    BadTime(u8),
}

/// The longest that one conversion may get, in bytes: more would be held in memory for nothing.
pub const WIDEST: usize = 64 << 20;

/// Who prints: what only one of the two knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// The shell's builtin.
    Builtin,
    /// The program of the GNU tools.
    Program,
}

/// A time as `%(format)T` shows it: the format, and the argument: seconds, -1 for now, -2 for the shell's start.
pub type Clock<'a> = dyn Fn(&[u8], i64) -> Vec<u8> + 'a;

/// One call: where it prints and what it finds wrong.
pub struct Printer<'a> {
    /// What is printed.
    pub out: BytesMut,
    /// What was wrong, in order, each with the length `out` had then.
    pub problems: Vec<(usize, Problem)>,
    /// Who prints.
    pub flavor: Flavor,
    /// How characters are told apart.
    pub locale: Locale,
    /// For `%(format)T`.
    pub clock: &'a Clock<'a>,
    /// What `%n` has counted, and for which variables.
    pub counts: Vec<(Bytes, usize)>,
    /// For `%q`: an argument as a shell reads it back.
    pub quote: &'a dyn Fn(&[u8]) -> Vec<u8>,
}

/// Whether the format goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Go {
    On,
    /// `\c`, or an error: nothing more is printed.
    Stop,
}

impl Printer<'_> {
    /// Prints `arguments` by `format`, again and again while arguments are left.
    pub fn print(&mut self, format: &Bytes, arguments: &[Bytes]) {
        let mut arguments = Arguments { words: arguments, at: 0 };
        loop {
            let before = arguments.at;
            if self.round(format, &mut arguments) == Go::Stop
                || arguments.at >= arguments.words.len()
                || arguments.at == before
            {
                return;
            }
        }
    }

    fn round(&mut self, format: &Bytes, arguments: &mut Arguments<'_>) -> Go {
        let mut at = 0;
        while at < format.len() {
            match format[at] {
                b'%' if format.get(at + 1) == Some(&b'%') => {
                    self.out.put_u8(b'%');
                    at += 2;
                }
                b'%' => match parse(format, at, self.flavor) {
                    Ok((conversion, next)) => {
                        if self.convert(&conversion, arguments) == Go::Stop {
                            return Go::Stop;
                        }
                        at = next;
                    }
                    Err(problem) => {
                        if let Problem::BadTime(_) = problem {
                            // As in bash, what is before the parenthesis is printed, and the rest is no conversion.
                            let open = memchr::memchr(b'(', &format[at..])
                                .map_or(format.len(), |open| at + open + 1);
                            self.out.put_slice(&format[at..open]);
                            self.problems.push((self.out.len(), problem));
                            let letter = match format.get(open + 1) {
                                Some(_) => format.slice(open + 1..open + 2),
                                None => Bytes::from_static(b"\0"),
                            };
                            self.problems.push((self.out.len(), Problem::BadConversion(letter)));
                            return Go::Stop;
                        }
                        self.problems.push((self.out.len(), problem));
                        return Go::Stop;
                    }
                },
                b'\\' => match self.escape(&format[at + 1..], false) {
                    Some(used) => at += 1 + used,
                    None => return Go::Stop,
                },
                byte => {
                    self.out.put_u8(byte);
                    at += 1;
                }
            }
        }
        Go::On
    }

    /// Prints the escape that stands at the start of `rest`, behind its backslash, and answers how long it is. None for
    /// `\c`. `in_argument`: as `%b` reads them.
    fn escape(&mut self, rest: &[u8], in_argument: bool) -> Option<usize> {
        let Some(&letter) = rest.first() else {
            self.out.put_u8(b'\\');
            return Some(0);
        };
        let octal = |from: usize, most: usize| {
            rest[from..].iter().take(most).take_while(|digit| matches!(digit, b'0'..=b'7')).count()
        };
        match letter {
            b'c' if in_argument || self.flavor == Flavor::Program => None,
            b'0'..=b'7' => {
                // In an argument a leading 0 does not count as a digit.
                let from = usize::from(in_argument && letter == b'0');
                let length = octal(from, 3);
                self.out.put_u8(echo::number(&rest[from..from + length], 8) as u8);
                Some(from + length)
            }
            b'"' => {
                self.out.put_u8(b'"');
                Some(1)
            }
            b'\'' | b'?' if in_argument => {
                self.out.put_u8(letter);
                Some(1)
            }
            b'\'' if self.flavor == Flavor::Builtin => {
                self.out.put_u8(letter);
                Some(1)
            }
            b'?' if self.flavor == Flavor::Builtin => {
                self.out.put_u8(letter);
                Some(1)
            }
            b'u' | b'U' if self.flavor == Flavor::Program => {
                match universal::print(rest, self.locale, &mut self.out) {
                    Ok(length) => Some(length),
                    Err(problem) => self.stop(problem),
                }
            }
            b'x' | b'u' | b'U' if !rest.get(1).is_some_and(u8::is_ascii_hexdigit) => {
                let problem = Problem::MissingDigit(letter);
                if self.flavor == Flavor::Program {
                    return self.stop(problem);
                }
                self.problems.push((self.out.len(), problem));
                self.out.put_slice(&[b'\\', letter]);
                Some(1)
            }
            letter => {
                let after = echo::escape(letter, &rest[1..], &mut self.out);
                Some(rest.len() - after.len())
            }
        }
    }

    /// Notes what ends all printing.
    fn stop(&mut self, problem: Problem) -> Option<usize> {
        self.problems.push((self.out.len(), problem));
        None
    }

    /// The flags of a conversion with its width and precision; none where they are beyond all bounds.
    fn flags(&mut self, conversion: &Conversion, arguments: &mut Arguments<'_>) -> Option<Flags> {
        let mut flags = conversion.flags;
        if conversion.width == Argument::Given {
            let width = self.size_argument(arguments.next(), Problem::BadWidth)?;
            flags.left |= width < 0;
            flags.width = width.unsigned_abs() as usize;
        }
        if conversion.precision == Argument::Given {
            let precision = self.size_argument(arguments.next(), Problem::BadPrecision)?;
            flags.precision = usize::try_from(precision).ok();
        }
        let digits = if conversion.is_number() { flags.precision.unwrap_or(0) } else { 0 };
        if flags.width.max(digits) > WIDEST {
            self.problems.push((self.out.len(), Problem::TooWide));
            return None;
        }
        Some(flags)
    }

    /// A width or precision from an argument; none where it has ended the printing.
    fn size_argument(&mut self, argument: Option<Bytes>, wrong: fn(Bytes) -> Problem) -> Option<i64> {
        let size = self.integer_argument(argument.clone());
        match i32::try_from(size) {
            Ok(size) => Some(size.into()),
            Err(_) if self.flavor == Flavor::Builtin => Some(size),
            Err(_) => {
                self.problems.push((self.out.len(), wrong(argument.unwrap_or_default())));
                None
            }
        }
    }

    fn convert(&mut self, conversion: &Conversion, arguments: &mut Arguments<'_>) -> Go {
        let Some(flags) = self.flags(conversion, arguments) else { return Go::Stop };
        match conversion.letter {
            b's' => {
                let text = arguments.next().unwrap_or_default();
                self.pad(&truncated(&text, flags.precision), flags);
            }
            b'c' => {
                let text = arguments.next().unwrap_or_default();
                // The NUL that ends an empty argument is its first character.
                self.pad(text.get(..1).unwrap_or(&[0]), flags);
            }
            b'b' => {
                let text = arguments.next().unwrap_or_default();
                return self.escaped(&text, flags);
            }
            b'q' | b'Q' => {
                let text = arguments.next().unwrap_or_default();
                let text = if conversion.letter == b'Q' { truncated(&text, flags.precision) } else { text };
                let quoted = (self.quote)(&text);
                let flags =
                    if conversion.letter == b'Q' { Flags { precision: None, ..flags } } else { flags };
                let quoted = truncated(&quoted.into(), flags.precision);
                self.pad(&quoted, flags);
            }
            b'd' | b'i' => {
                let value = self.integer_argument(arguments.next());
                let text = number::decimal(value, flags);
                self.pad_number(text, flags);
            }
            b'u' | b'o' | b'x' | b'X' => {
                let value = self.unsigned_argument(arguments.next());
                let text = number::unsigned(value, conversion.letter, flags);
                self.pad_number(text, flags);
            }
            b'n' => {
                if let Some(name) = arguments.next() {
                    self.counts.push((name, self.out.len()));
                }
            }
            b'T' => {
                let argument = arguments.next();
                let seconds = match argument {
                    None => -1,
                    some => self.integer_argument(some),
                };
                let text = (self.clock)(&conversion.time, seconds);
                let text = truncated(&text.into(), flags.precision);
                self.pad(&text, flags);
            }
            letter => {
                let value = self.float_argument(arguments.next());
                let text = float::format(&value, letter, flags);
                self.pad_number(text, flags);
            }
        }
        Go::On
    }

    fn escaped(&mut self, text: &Bytes, flags: Flags) -> Go {
        let outer = std::mem::take(&mut self.out);
        let mut go = Go::On;
        let mut rest = &text[..];
        while let Some(at) = memchr::memchr(b'\\', rest) {
            self.out.put_slice(&rest[..at]);
            match self.escape(&rest[at + 1..], true) {
                Some(used) => rest = &rest[at + 1 + used..],
                None => {
                    go = Go::Stop;
                    rest = &[];
                    break;
                }
            }
        }
        self.out.put_slice(rest);
        let expanded = std::mem::replace(&mut self.out, outer).freeze();
        self.pad(&truncated(&expanded, flags.precision), flags);
        go
    }

    fn pad(&mut self, text: &[u8], flags: Flags) {
        let blanks = flags.width.saturating_sub(text.len());
        if !flags.left {
            self.out.put_bytes(b' ', blanks);
        }
        self.out.put_slice(text);
        if flags.left {
            self.out.put_bytes(b' ', blanks);
        }
    }

    /// Pads a number; with the flag `0` by zeros behind its sign or base.
    fn pad_number(&mut self, text: Number, flags: Flags) {
        let length = text.prefix.len() + text.digits.len();
        let missing = flags.width.saturating_sub(length);
        let zeros = flags.zeros && !flags.left && text.may_fill;
        if !zeros && !flags.left {
            self.out.put_bytes(b' ', missing);
        }
        self.out.put_slice(text.prefix.as_bytes());
        if zeros {
            self.out.put_bytes(b'0', missing);
        }
        self.out.put_slice(text.digits.as_bytes());
        if flags.left {
            self.out.put_bytes(b' ', missing);
        }
    }

    fn integer_argument(&mut self, argument: Option<Bytes>) -> i64 {
        let Some(text) = argument.filter(|text| !text.is_empty()) else { return 0 };
        let (value, problem) = integer(&text, self.locale, i64::MIN.into(), i64::MAX.into());
        self.note(problem, &text);
        value as i64
    }

    fn unsigned_argument(&mut self, argument: Option<Bytes>) -> u64 {
        let Some(text) = argument.filter(|text| !text.is_empty()) else { return 0 };
        let (value, problem) = integer(&text, self.locale, -i128::from(u64::MAX), u64::MAX.into());
        self.note(problem, &text);
        value as u64
    }

    fn float_argument(&mut self, argument: Option<Bytes>) -> float::Float {
        let Some(text) = argument.filter(|text| !text.is_empty()) else { return float::Float::ZERO };
        let (value, problem) = float::argument(&text, self.locale);
        self.note(problem, &text);
        value
    }

    fn note(&mut self, problem: Option<Problem>, text: &Bytes) {
        let problem = match self.flavor {
            Flavor::Program => problem.or_else(|| number::behind_character(text, self.locale)),
            Flavor::Builtin => problem,
        };
        let at = self.out.len();
        self.problems.extend(problem.map(|problem| (at, problem)));
    }
}

fn truncated(text: &Bytes, precision: Option<usize>) -> Bytes {
    text.slice(..text.len().min(precision.unwrap_or(usize::MAX)))
}

struct Arguments<'a> {
    words: &'a [Bytes],
    at: usize,
}

impl Arguments<'_> {
    /// The next argument; none when they are used up.
    fn next(&mut self) -> Option<Bytes> {
        let word = self.words.get(self.at).cloned();
        self.at += usize::from(word.is_some());
        word
    }
}

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "v:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let Some((format, arguments)) = parsed.operands.split_first() else {
        options::usage(shell, call.builtin());
        return Ok(2);
    };
    let target = match parsed.value(b'v') {
        None => None,
        Some(name) => match shell.named_target(name)? {
            Some(target) => Some(target),
            None => {
                shell.complain(&[b"`", name, b"': not a valid identifier"]);
                return Ok(2);
            }
        },
    };
    let locale = shell.locale();
    let (mut out, problems, counts) = {
        let zone = shell.state.variables.scalar(b"TZ").cloned();
        let host = shell.run.call.host().clone();
        let started = shell.seconds_from;
        let clock = |format: &[u8], seconds: i64| {
            let time = match seconds {
                -1 => host.now(),
                -2 => started,
                seconds => mirage_vfs::Time::new(seconds, 0),
            };
            super::time::format(format, time, zone.as_deref())
        };
        let out = if target.is_none() { std::mem::take(&mut shell.output) } else { BytesMut::new() };
        let start = out.len();
        let quote = |text: &[u8]| quote::backslashed(text, locale);
        let mut printer = Printer {
            out,
            problems: Vec::new(),
            flavor: Flavor::Builtin,
            locale,
            clock: &clock,
            counts: Vec::new(),
            quote: &quote,
        };
        printer.print(format, arguments);
        let counts = printer.counts.into_iter().map(|(name, end)| (name, end - start));
        (printer.out, printer.problems, counts.collect::<Vec<_>>())
    };
    let mut status = 0;
    for (_, problem) in problems {
        let (failed, parts) = describe(&problem);
        shell.complain(&[&parts]);
        status = status.max(u8::from(failed));
    }
    if target.is_none() {
        shell.output = out.split_off(0);
    }
    for (name, count) in counts {
        if !is_name(&name) {
            shell.complain(&[b"`", &name, b"': not a valid identifier"]);
            return Ok(1);
        }
        match shell.store_named(&name, decimal(count as i64)) {
            Ok(()) => {}
            Err(Stop::Discard) => status = 1,
            Err(stop) => return Err(stop),
        }
    }
    match target {
        None => {}
        Some(target) => match shell.store(&target, out.freeze(), false) {
            Ok(()) => {}
            Err(Stop::Discard) => return Ok(1),
            Err(stop) => return Err(stop),
        },
    }
    Ok(status)
}

/// A problem in bash's words, and whether it makes the builtin fail.
fn describe(problem: &Problem) -> (bool, Vec<u8>) {
    match problem {
        Problem::NotANumber(text, _) => {
            let what: &[u8] = match text[..] {
                [b'0', b'x' | b'X', ..] => b": invalid hex number",
                [b'0', ..] => b": invalid octal number",
                _ => b": invalid number",
            };
            (true, [&text[..], what].concat())
        }
        Problem::OutOfRange(text) => {
            (false, [b"warning: ", &text[..], b": Numerical result out of range"].concat())
        }
        Problem::BadConversion(text) => {
            (true, [b"`", &text[text.len().saturating_sub(1)..], b"': invalid format character"].concat())
        }
        Problem::TooWide => (true, b"write error: Cannot allocate memory".to_vec()),
        // Problems of the program.
        Problem::Ignored(text)
        | Problem::BadWidth(text)
        | Problem::BadPrecision(text)
        | Problem::BadCharacter(text) => (true, text.to_vec()),
        Problem::Unfinished(text) => (true, [b"`", &text[..], b"': missing format character"].concat()),
        Problem::MissingDigit(b'x') => (false, b"missing hex digit for \\x".to_vec()),
        Problem::MissingDigit(letter) => (false, [b"missing unicode digit for \\", &[*letter][..]].concat()),
        Problem::BadTime(letter) => {
            (false, [b"warning: `", &[*letter][..], b"': invalid time format specification"].concat())
        }
    }
}
