//! The functions of the language.

use bytes::Bytes;
use mirage_vfs::Time;

use super::array::Array;
use super::ast::Builtin;
use super::machine::{Fatal, Machine, Pause};
use super::record::{self, Separator};
use super::value::{ArrayRef, Value, leading_number};
use super::{sorting, text};
use crate::support::date::{LocalTime, days_from_civil, format as format_time};

/// `rand` and `srand`: the same numbers for the same seed.
pub struct Random {
    state: u64,
    seed: f64,
}

impl Default for Random {
    fn default() -> Self {
        Random::seeded(1.0)
    }
}

impl Random {
    fn seeded(seed: f64) -> Random {
        Random { state: seed.to_bits() ^ 0x9e37_79b9_7f4a_7c15, seed }
    }

    /// SplitMix64, whose upper bits make a number from 0 up to 1.
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl Machine {
    /// Calls a function; a pause asks for what it cannot do itself, and its answer is then the value.
    pub(super) fn builtin(
        &mut self,
        builtin: Builtin,
        values: usize,
        arrays: usize,
    ) -> Result<Option<Pause>, Fatal> {
        let arguments: Vec<Value> = self.stack.split_off(self.stack.len().saturating_sub(values));
        let given: Vec<ArrayRef> = self.array_stack.split_off(self.array_stack.len().saturating_sub(arrays));
        let convfmt = self.variables.convfmt.clone();
        let string =
            |number: usize| arguments.get(number).map_or_else(Bytes::new, |value| value.to_text(&convfmt));
        let number = |index: usize| arguments.get(index).map_or(0.0, Value::number);
        let value = match builtin {
            Builtin::Length => match (given.first(), arguments.is_empty()) {
                (Some(array), _) => Value::Number(array.borrow().len() as f64),
                (None, true) => {
                    let record = self.record.text(&self.variables.ofs).clone();
                    self.length(&record)
                }
                (None, false) => match &arguments[0] {
                    Value::Array(array) => Value::Number(array.borrow().len() as f64),
                    _ => self.length(&string(0)),
                },
            },
            Builtin::Substr => self.substr(&arguments),
            Builtin::Index => {
                let (haystack, needle) = (string(0), string(1));
                let found = memchr::memmem::find(&haystack, &needle);
                Value::Number(found.map_or(0, |at| text::characters(&haystack[..at], self.locale) + 1) as f64)
            }
            Builtin::ToLower => Value::text(text::change_case(&string(0), false, self.locale)),
            Builtin::ToUpper => Value::text(text::change_case(&string(0), true, self.locale)),
            Builtin::Sprintf => {
                let printed = super::format::sprintf(&string(0), &arguments[1..], &convfmt, self.locale);
                Value::text(printed.map_err(Fatal)?)
            }
            // What is left of a substitution whose subject is no place.
            Builtin::Sub | Builtin::Gsub => Value::Number(self.replaced),
            Builtin::Gensub => {
                let subject = match arguments.len() > 3 {
                    true => string(3),
                    false => self.record.text(&self.variables.ofs).clone(),
                };
                self.gensub(subject, &string(0), &string(1), &arguments[2])?
            }
            Builtin::Match => self.matches(&string(0), &string(1), given.first())?,
            Builtin::Split | Builtin::PatSplit => self.split(builtin, &arguments, &given)?,
            Builtin::Asort | Builtin::Asorti => self.sort(builtin, &arguments, &given)?,
            Builtin::Int => Value::Number(number(0).trunc()),
            Builtin::Sqrt | Builtin::Log => {
                let given = number(0);
                if given < 0.0 {
                    self.warnings.push(format!("{}: received negative argument {given}", builtin.name()));
                }
                let value = if builtin == Builtin::Sqrt { given.sqrt() } else { given.ln() };
                // Processors give such a result a sign, and gawk shows it.
                Value::Number(if value.is_nan() { -f64::NAN } else { value })
            }
            Builtin::Exp => Value::Number(number(0).exp()),
            Builtin::Sin => Value::Number(number(0).sin()),
            Builtin::Cos => Value::Number(number(0).cos()),
            Builtin::Atan2 => Value::Number(number(0).atan2(number(1))),
            Builtin::Rand => Value::Number(self.random.next()),
            Builtin::Srand => {
                let before = self.random.seed;
                let seed = if arguments.is_empty() { self.now as f64 } else { number(0) };
                self.random = Random::seeded(seed);
                Value::Number(before)
            }
            Builtin::And
            | Builtin::Or
            | Builtin::Xor
            | Builtin::LShift
            | Builtin::RShift
            | Builtin::Compl => bits(builtin, &arguments)?,
            Builtin::StrToNum => Value::Number(string_to_number(&arguments[0], &convfmt)),
            Builtin::IsArray => {
                Value::truth(!given.is_empty() || matches!(arguments.first(), Some(Value::Array(_))))
            }
            Builtin::TypeOf => Value::text(type_name(arguments.first(), !given.is_empty())),
            Builtin::SysTime => Value::Number(self.now as f64),
            Builtin::MkTime => {
                Value::Number(self.mktime(&string(0), arguments.get(1).is_some_and(Value::is_true)))
            }
            Builtin::StrFTime => self.strftime(&arguments),
            Builtin::Close => return Ok(Some(Pause::Close(string(0)))),
            Builtin::System => return Ok(Some(Pause::System(string(0)))),
            Builtin::Fflush => return Ok(Some(Pause::Flush)),
        };
        self.stack.push(value);
        Ok(None)
    }

    /// The characters of a string; bytes that are none count, and are told of once.
    fn length(&mut self, string: &[u8]) -> Value {
        let is_text = self.locale == mirage_pattern::Locale::C || std::str::from_utf8(string).is_ok();
        if !is_text && !std::mem::replace(&mut self.told_of_bytes, true) {
            self.warnings.push(
                "Invalid multibyte data detected. There may be a mismatch between your data and your locale"
                    .into(),
            );
        }
        Value::Number(text::characters(string, self.locale) as f64)
    }

    fn substr(&self, arguments: &[Value]) -> Value {
        let string = arguments[0].to_text(&self.variables.convfmt);
        // Fractions are cut off, and what would start before the string starts with it.
        let start = arguments[1].number().trunc();
        let first = if start >= 1.0 { start - 1.0 } else { 0.0 };
        let length = arguments.get(2).map_or(f64::INFINITY, |length| length.number().trunc());
        if length.is_nan() || length < 1.0 {
            return Value::text(Bytes::new());
        }
        let from = text::offset(&string, first as usize, self.locale);
        let to = match length.is_finite() {
            true => from + text::offset(&string[from..], length as usize, self.locale),
            false => string.len(),
        };
        Value::Text(string.slice(from..to))
    }

    fn matches(&mut self, subject: &Bytes, pattern: &Bytes, into: Option<&ArrayRef>) -> Result<Value, Fatal> {
        let regex = self.regex_of(pattern)?;
        let mut captures = mirage_pattern::regex::Captures::default();
        let error = |error: mirage_pattern::Error| Fatal(error.to_string());
        let found = match into {
            Some(_) => match regex.captures_at(subject, 0, &mut captures).map_err(error)? {
                true => captures.get(0),
                false => None,
            },
            None => regex.find_at(subject, 0).map_err(error)?,
        };
        let position = |at: usize| text::characters(&subject[..at], self.locale) as f64 + 1.0;
        let length = |from: usize, to: usize| text::characters(&subject[from..to], self.locale) as f64;
        if let Some(array) = into {
            let mut array = array.borrow_mut();
            array.clear();
            for group in 0..captures.len() {
                let Some(range) = found.as_ref().and_then(|_| captures.get(group)) else { continue };
                let key = group.to_string();
                let separator = String::from_utf8_lossy(&self.variables.subsep).into_owned();
                array.set(&Bytes::from(key.clone()), Value::Input(subject.slice(range.clone())));
                array.set(&format!("{key}{separator}start").into(), Value::Number(position(range.start)));
                array.set(
                    &format!("{key}{separator}length").into(),
                    Value::Number(length(range.start, range.end)),
                );
            }
        }
        let (start, extent) = match &found {
            Some(range) => (position(range.start), length(range.start, range.end)),
            None => (0.0, -1.0),
        };
        self.variables.rstart = start;
        self.variables.rlength = extent;
        Ok(Value::Number(start))
    }

    fn split(&mut self, builtin: Builtin, arguments: &[Value], given: &[ArrayRef]) -> Result<Value, Fatal> {
        let string = arguments[0].to_text(&self.variables.convfmt);
        let separator = match (builtin, arguments.get(1)) {
            (Builtin::PatSplit, Some(pattern)) => {
                let pattern = pattern.to_text(&self.variables.convfmt);
                Separator::Contents(self.regex_of(&pattern)?)
            }
            (Builtin::PatSplit, None) => {
                let pattern = self.variables.fpat.clone();
                Separator::Contents(self.regex_of(&pattern)?)
            }
            (_, Some(Value::Pattern(pattern))) => Separator::Regex(self.regex_of(pattern)?),
            (_, Some(other)) => {
                let fs = other.to_text(&self.variables.convfmt);
                self.separator_of(&fs, false)?
            }
            (_, None) => {
                let fs = self.variables.fs.clone();
                self.separator_of(&fs, false)?
            }
        };
        let (mut pieces, mut between) = (Vec::new(), Vec::new());
        record::split(&string, &separator, &mut pieces, &mut between);
        let fill = |array: &ArrayRef, ranges: &[(usize, usize)]| {
            let mut array = array.borrow_mut();
            array.clear();
            for (number, (start, end)) in ranges.iter().enumerate() {
                array.set(&(number + 1).to_string().into(), Value::Input(string.slice(*start..*end)));
            }
        };
        if let Some(array) = given.first() {
            fill(array, &pieces);
        }
        if let Some(array) = given.get(1) {
            fill(array, &between);
        }
        Ok(Value::Number(pieces.len() as f64))
    }

    fn sort(&mut self, builtin: Builtin, arguments: &[Value], given: &[ArrayRef]) -> Result<Value, Fatal> {
        let Some(source) = given.first() else { return Ok(Value::Number(0.0)) };
        let how = arguments.first().map(|how| how.to_text(&self.variables.convfmt));
        let sorted: Vec<Value> = match builtin {
            Builtin::Asorti => {
                let order = how.as_deref().unwrap_or(b"@ind_str_asc");
                let keys = sorting::keys(&source.borrow(), Some(order)).map_err(Fatal)?;
                keys.into_iter().map(Value::Text).collect()
            }
            _ => sorting::values(&source.borrow(), how.as_deref()).map_err(Fatal)?,
        };
        let mut result = Array::default();
        let count = sorted.len();
        for (number, value) in sorted.into_iter().enumerate() {
            result.set(&(number + 1).to_string().into(), value);
        }
        *given.get(1).unwrap_or(source).borrow_mut() = result;
        Ok(Value::Number(count as f64))
    }

    /// `YYYY MM DD HH MM SS [DST]` as seconds since the epoch; -1 when it is no date.
    fn mktime(&self, text: &[u8], utc: bool) -> f64 {
        let words: Vec<f64> = text
            .split(|byte| byte.is_ascii_whitespace())
            .filter(|word| !word.is_empty())
            .map(|word| leading_number(word).0)
            .collect();
        let [year, month, day, hour, minute, second, daylight @ ..] = &words[..] else { return -1.0 };
        // Months beyond the year carry over, as mktime(3) has it.
        let months = *month as i64 - 1;
        let year = *year as i64 + months.div_euclid(12);
        let days = days_from_civil(year, months.rem_euclid(12) as u32 + 1, *day as i64);
        let local = days * 86_400 + *hour as i64 * 3600 + *minute as i64 * 60 + *second as i64;
        let daylight = daylight.first().filter(|given| **given >= 0.0).map(|given| *given > 0.0);
        match utc {
            true => local as f64,
            false => self.zone.to_utc(local, daylight).map_or(-1.0, |seconds| seconds as f64),
        }
    }

    fn strftime(&self, arguments: &[Value]) -> Value {
        let format = match arguments.first() {
            Some(format) => format.to_text(&self.variables.convfmt),
            None => Bytes::from_static(b"%a %b %e %H:%M:%S %Z %Y"),
        };
        let seconds = arguments.get(1).map_or(self.now, |seconds| seconds.number() as i64);
        let utc = crate::support::date::Zone::utc();
        let zone = if arguments.get(2).is_some_and(Value::is_true) { &utc } else { &self.zone };
        Value::text(format_time(&LocalTime::new(Time::new(seconds, 0), zone), &format))
    }
}

fn bits(builtin: Builtin, arguments: &[Value]) -> Result<Value, Fatal> {
    let mut numbers = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let number = argument.number();
        if number < 0.0 {
            return Err(Fatal(format!(
                "{}: argument value {number} is negative, which is not allowed",
                builtin.name()
            )));
        }
        numbers.push(number as u64);
    }
    let first = numbers.first().copied().unwrap_or(0);
    let second = numbers.get(1).copied().unwrap_or(0);
    let rest = numbers.iter().skip(1);
    let value = match builtin {
        Builtin::And => rest.fold(first, |sum, number| sum & number),
        Builtin::Or => rest.fold(first, |sum, number| sum | number),
        Builtin::Xor => rest.fold(first, |sum, number| sum ^ number),
        Builtin::LShift => first.checked_shl(second as u32).unwrap_or(0),
        Builtin::RShift => first.checked_shr(second as u32).unwrap_or(0),
        // As many bits as a number holds exactly.
        _ => !first & ((1 << 53) - 1),
    };
    Ok(Value::Number(value as f64))
}

/// `strtonum`: octal and hexadecimal by their prefix.
fn string_to_number(value: &Value, convfmt: &[u8]) -> f64 {
    if let Value::Number(number) = value {
        return *number;
    }
    let text = value.to_text(convfmt);
    let trimmed = text.trim_ascii_start();
    let (negative, digits) = match trimmed.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix(b"+").unwrap_or(trimmed)),
    };
    let radix = |digits: &[u8], radix: u32| {
        let digits = digits.iter().map_while(|digit| (*digit as char).to_digit(radix));
        digits.fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit))
    };
    let magnitude = match digits {
        [b'0', b'x' | b'X', rest @ ..] => radix(rest, 16),
        [b'0', rest @ ..] if !rest.contains(&b'.') && rest.iter().all(u8::is_ascii_digit) => radix(rest, 8),
        digits => leading_number(digits).0,
    };
    if negative { -magnitude } else { magnitude }
}

fn type_name(value: Option<&Value>, array: bool) -> &'static [u8] {
    match (value, array) {
        (_, true) | (Some(Value::Array(_)), _) => b"array",
        (Some(Value::Number(_)), _) => b"number",
        (Some(Value::Text(_)), _) => b"string",
        (Some(Value::Pattern(_)), _) => b"regexp",
        (Some(Value::Input(text)), _) => match super::value::as_number(text) {
            Some(_) => b"strnum",
            None => b"string",
        },
        (Some(Value::Unset) | None, _) => b"untyped",
    }
}
