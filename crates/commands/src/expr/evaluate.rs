//! Parsing and evaluating in one go, by precedence.

use bytes::Bytes;
use mirage_pattern::regex::{Captures, Options, Regex};
use mirage_shell::command::Locale;
use num_bigint::BigInt;

use super::value::Value;
use crate::support::quote;

/// How deep parentheses may be.
const DEEPEST: usize = 200;

/// What goes wrong is a message.
type Evaluated = Result<Value, Vec<u8>>;

/// The words and how far they are read.
pub struct Evaluation<'a> {
    words: &'a [Bytes],
    at: usize,
    locale: Locale,
    depth: usize,
}

impl<'a> Evaluation<'a> {
    /// At the first word.
    pub fn new(words: &'a [Bytes], locale: Locale) -> Self {
        Evaluation { words, at: 0, locale, depth: 0 }
    }

    /// The value of all words.
    pub fn run(mut self) -> Evaluated {
        let value = self.either(true)?;
        match self.words.get(self.at) {
            None => Ok(value),
            Some(word) => Err(self.syntax("unexpected argument ", word)),
        }
    }

    fn syntax(&self, what: &str, word: &[u8]) -> Vec<u8> {
        [b"syntax error: ", what.as_bytes(), &quote(word, self.locale)].concat()
    }

    /// Takes the next word if it is one of `operators`.
    fn take(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let word = self.words.get(self.at)?;
        let found = operators.iter().find(|operator| operator.as_bytes() == &word[..])?;
        self.at += 1;
        Some(found)
    }

    /// `|`. What is not `live` is parsed, and its value does not matter.
    fn either(&mut self, live: bool) -> Evaluated {
        let mut left = self.both(live)?;
        while self.take(&["|"]).is_some() {
            let right = self.both(live && left.is_null())?;
            if left.is_null() {
                left = if right.is_null() { Value::truth(false) } else { right };
            }
        }
        Ok(left)
    }

    /// `&`
    fn both(&mut self, live: bool) -> Evaluated {
        let mut left = self.comparison(live)?;
        while self.take(&["&"]).is_some() {
            let right = self.comparison(live && !left.is_null())?;
            if left.is_null() || right.is_null() {
                left = Value::truth(false);
            }
        }
        Ok(left)
    }

    fn comparison(&mut self, live: bool) -> Evaluated {
        let mut left = self.sum(live)?;
        while let Some(operator) = self.take(&["<", "<=", "=", "==", "!=", ">=", ">"]) {
            let right = self.sum(live)?;
            let order = match (left.number(), right.number()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.text().cmp(&right.text()),
            };
            left = Value::truth(match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            });
        }
        Ok(left)
    }

    fn sum(&mut self, live: bool) -> Evaluated {
        let mut left = self.product(live)?;
        while let Some(operator) = self.take(&["+", "-"]) {
            let right = self.product(live)?;
            if live {
                let (one, two) = numbers(&left, &right)?;
                left = Value::Number(if operator == "+" { one + two } else { one - two });
            }
        }
        Ok(left)
    }

    fn product(&mut self, live: bool) -> Evaluated {
        let mut left = self.matching(live)?;
        while let Some(operator) = self.take(&["*", "/", "%"]) {
            let right = self.matching(live)?;
            if !live {
                continue;
            }
            let (one, two) = numbers(&left, &right)?;
            if operator != "*" && two == BigInt::ZERO {
                return Err(b"division by zero".to_vec());
            }
            left = Value::Number(match operator {
                "*" => one * two,
                "/" => one / two,
                _ => one % two,
            });
        }
        Ok(left)
    }

    /// `:`
    fn matching(&mut self, live: bool) -> Evaluated {
        let mut left = self.keyword(live)?;
        while self.take(&[":"]).is_some() {
            let right = self.keyword(live)?;
            if live {
                left = self.match_start(&left.text(), &right.text())?;
            }
        }
        Ok(left)
    }

    fn keyword(&mut self, live: bool) -> Evaluated {
        match self.take(&["+", "length", "match", "index", "substr"]) {
            None => self.primary(live),
            Some("+") => self.word().map(|word| Value::Text(word.to_vec())),
            Some("length") => {
                let text = self.nested(live)?;
                Ok(Value::Number(self.characters(&text.text()).len().into()))
            }
            Some("match") => {
                let (text, pattern) = (self.nested(live)?, self.nested(live)?);
                if live { self.match_start(&text.text(), &pattern.text()) } else { Ok(text) }
            }
            Some("index") => {
                let (text, wanted) = (self.nested(live)?, self.nested(live)?);
                let (text, wanted) = (text.text(), wanted.text());
                let wanted = self.characters(&wanted);
                let found = self.characters(&text).iter().position(|one| wanted.contains(one));
                Ok(Value::Number(found.map_or(0, |at| at + 1).into()))
            }
            Some(_) => {
                let (text, start, length) = (self.nested(live)?, self.nested(live)?, self.nested(live)?);
                Ok(Value::Text(self.part(&text.text(), &start, &length)))
            }
        }
    }

    /// An operand of a keyword.
    fn nested(&mut self, live: bool) -> Evaluated {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(b"expression is nested too deeply".to_vec());
        }
        let value = self.keyword(live);
        self.depth -= 1;
        value
    }

    fn word(&mut self) -> Result<&'a Bytes, Vec<u8>> {
        let Some(word) = self.words.get(self.at) else {
            let before = self.at.checked_sub(1).and_then(|at| self.words.get(at));
            return Err(self.syntax("missing argument after ", before.map_or(&[][..], |word| word)));
        };
        self.at += 1;
        Ok(word)
    }

    fn primary(&mut self, live: bool) -> Evaluated {
        let word = self.word()?;
        match &word[..] {
            b"(" => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(b"expression is nested too deeply".to_vec());
                }
                let value = self.either(live)?;
                self.depth -= 1;
                if self.take(&[")"]).is_some() {
                    return Ok(value);
                }
                Err(match self.words.get(self.at) {
                    Some(other) => self.syntax("expecting ')' instead of ", other),
                    None => self.syntax("expecting ')' after ", &self.words[self.at - 1]),
                })
            }
            b")" => Err(b"syntax error: unexpected ')'".to_vec()),
            word => Ok(Value::Text(word.to_vec())),
        }
    }

    /// What a basic regular expression matches at the start of `text`: the text of its first group, or its length.
    fn match_start(&self, text: &[u8], pattern: &[u8]) -> Evaluated {
        let options = Options { locale: self.locale, ..Options::default() };
        let regex = Regex::new(pattern, &options).map_err(|error| {
            let text = error.to_string();
            let unclosed = text.starts_with("Unmatched [");
            if unclosed { b"Invalid regular expression".to_vec() } else { text.into_bytes() }
        })?;
        let mut captures = Captures::default();
        let found = regex.captures_at(text, 0, &mut captures);
        let found = found.map_err(|error| error.to_string().into_bytes())?;
        let whole = captures.get(0).filter(|range| found && range.start == 0);
        Ok(match (whole, regex.group_count()) {
            (Some(range), 0) => Value::Number(self.characters(&text[range]).len().into()),
            (Some(_), _) => Value::Text(captures.get(1).map_or_else(Vec::new, |range| text[range].to_vec())),
            (None, 0) => Value::truth(false),
            (None, _) => Value::Text(Vec::new()),
        })
    }

    fn part(&self, text: &[u8], start: &Value, length: &Value) -> Vec<u8> {
        let place = |value: &Value| {
            let number = value.number().filter(|number| *number > BigInt::ZERO)?;
            Some(usize::try_from(&number).unwrap_or(usize::MAX))
        };
        let (Some(start), Some(length)) = (place(start), place(length)) else { return Vec::new() };
        self.characters(text).into_iter().skip(start - 1).take(length).flatten().copied().collect()
    }

    /// `text` character by character.
    fn characters<'t>(&self, text: &'t [u8]) -> Vec<&'t [u8]> {
        let mut characters = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let length = self.locale.character(rest).map_or(1, |(_, length)| length);
            let (character, after) = rest.split_at(length);
            characters.push(character);
            rest = after;
        }
        characters
    }
}

fn numbers(one: &Value, two: &Value) -> Result<(BigInt, BigInt), Vec<u8>> {
    one.number().zip(two.number()).ok_or_else(|| b"non-integer argument".to_vec())
}
