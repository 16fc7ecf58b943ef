//! `[[ ]]`.

use bytes::Bytes;
use futures_util::FutureExt;
use imbl::OrdMap;
use mirage_pattern::regex::{Captures, Options, Regex};
use mirage_syntax::ast::{BinaryTest, Condition, Word};

use super::{Shell, Stop};
use crate::builtins::test;
use crate::expand::field::{Field, Quoting};
use crate::state::{ShellOption, Value};

impl Shell {
    pub(crate) async fn run_condition(&mut self, condition: &Condition) -> Result<(), Stop> {
        self.state.status = match self.condition(condition, b"").await? {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        Ok(())
    }

    /// Whether a condition holds; none when it has no answer, which has been said. `sign` is what a trace shows in front
    /// of it.
    async fn condition(&mut self, condition: &Condition, sign: &[u8]) -> Result<Option<bool>, Stop> {
        match condition {
            Condition::Unary(operator, word) => self.unary(*operator, word, sign).await,
            Condition::Binary(left, operator, right) => self.binary(left, *operator, right, sign).await,
            Condition::Not(inner) => {
                let sign: &[u8] = if sign.is_empty() { b"! " } else { b"" };
                Ok(self.condition(inner, sign).boxed_local().await?.map(|holds| !holds))
            }
            Condition::Group(inner) => self.condition(inner, b"").boxed_local().await,
            Condition::And(all) => {
                let mut holds = Some(true);
                for condition in all {
                    holds = self.condition(condition, b"").boxed_local().await?;
                    if holds != Some(true) {
                        break;
                    }
                }
                Ok(holds)
            }
            Condition::Or(all) => {
                let mut holds = Some(false);
                for condition in all {
                    holds = self.condition(condition, b"").boxed_local().await?;
                    if holds == Some(true) {
                        break;
                    }
                }
                Ok(holds)
            }
        }
    }

    async fn unary(&mut self, operator: u8, word: &Word, sign: &[u8]) -> Result<Option<bool>, Stop> {
        let operand = self.expand_single(word).await?;
        self.trace_condition(sign, &[&[b'-', operator], shown_operand(&operand)]).await;
        match operator {
            b'z' => Ok(Some(operand.is_empty())),
            b'n' => Ok(Some(!operand.is_empty())),
            b'v' => self.is_set(&operand).map(Some),
            b'o' => {
                Ok(Some(ShellOption::of_set(&operand).is_some_and(|option| self.state.options.has(option))))
            }
            b'R' => Ok(Some(self.is_reference(&operand))),
            b't' => Ok(Some(false)),
            _ => {
                self.settle().await?;
                let io = self.descriptors.io();
                let answer = test::file_test(&self.view(), &io, operator, &operand).await;
                Ok(self.answered(answer))
            }
        }
    }

    async fn binary(
        &mut self,
        left: &Word,
        operator: BinaryTest,
        right: &Word,
        sign: &[u8],
    ) -> Result<Option<bool>, Stop> {
        let subject = self.expand_single(left).await?;
        match operator {
            BinaryTest::Matches | BinaryTest::MatchesSingle | BinaryTest::Differs => {
                let wanted = operator != BinaryTest::Differs;
                let traces = self.state.options.has(ShellOption::XTrace);
                if let Some(literal) = right.literal()
                    && !traces
                    && !self.state.options.has(ShellOption::NoCaseMatch)
                {
                    return Ok(Some((literal == &subject) == wanted));
                }
                let pattern = self.expand_unsplit(right).await?;
                if traces {
                    let (left, right) = (shown_operand(&subject), shown_pattern(&pattern));
                    self.trace_condition(sign, &[left, operator.text().as_bytes(), &right]).await;
                }
                // Extended patterns are always on here.
                let options = mirage_pattern::glob::Options { extended: true, ..self.pattern_options() };
                let glob = pattern.glob(options).map_err(|error| self.fail(error.to_string().as_bytes()))?;
                Ok(Some(glob.is_match(&subject) == wanted))
            }
            BinaryTest::Regex => self.matches_regex(&subject, right, sign).await,
            BinaryTest::Before | BinaryTest::After => {
                let operand = self.expand_single(right).await?;
                let (left, right): (&[u8], &[u8]) = (shown_operand(&subject), shown_operand(&operand));
                self.trace_condition(sign, &[left, operator.text().as_bytes(), right]).await;
                Ok(Some(match operator {
                    BinaryTest::Before => subject < operand,
                    _ => subject > operand,
                }))
            }
            BinaryTest::NewerThan | BinaryTest::OlderThan | BinaryTest::SameFile => {
                let operand = self.expand_single(right).await?;
                let (left, right): (&[u8], &[u8]) = (shown_operand(&subject), shown_operand(&operand));
                self.trace_condition(sign, &[left, operator.text().as_bytes(), right]).await;
                self.settle().await?;
                let operator = operator.text().as_bytes();
                let answer = test::compare_files(&self.view(), &subject, operator, &operand).await;
                Ok(self.answered(answer))
            }
            _ => {
                let operand = self.expand_single(right).await?;
                let (left, right): (&[u8], &[u8]) = (shown_operand(&subject), shown_operand(&operand));
                self.trace_condition(sign, &[left, operator.text().as_bytes(), right]).await;
                self.compare_numbers(&subject, operator, &operand)
            }
        }
    }

    /// The answer of a test of files; none where it could not be told, which is then said.
    fn answered(&mut self, answer: Result<bool, test::Wrong>) -> Option<bool> {
        answer.map_err(|wrong| self.complain_plainly(&[b"[[: ", &wrong])).ok()
    }

    fn compare_numbers(
        &mut self,
        left: &[u8],
        operator: BinaryTest,
        right: &[u8],
    ) -> Result<Option<bool>, Stop> {
        let mut values = [0; 2];
        for (value, text) in values.iter_mut().zip([left, right]) {
            match self.try_arithmetic_text(text, b"[[: ") {
                Ok(Some(number)) => *value = number,
                // As in bash, what has no value is false.
                Ok(None) | Err(Stop::Discard) => return Ok(Some(false)),
                Err(stop) => return Err(stop),
            }
        }
        let [left, right] = values;
        Ok(Some(match operator {
            BinaryTest::Equal => left == right,
            BinaryTest::NotEqual => left != right,
            BinaryTest::Less => left < right,
            BinaryTest::LessOrEqual => left <= right,
            BinaryTest::Greater => left > right,
            _ => left >= right,
        }))
    }

    async fn matches_regex(
        &mut self,
        subject: &Bytes,
        word: &Word,
        sign: &[u8],
    ) -> Result<Option<bool>, Stop> {
        let field = self.expand_unsplit(word).await?;
        let source = regex_source(&field);
        if self.state.options.has(ShellOption::XTrace) {
            let left = shown_operand(subject);
            self.trace_condition(sign, &[left, b"=~", &source]).await;
        }
        let options = Options {
            ignore_case: self.state.options.has(ShellOption::NoCaseMatch),
            locale: self.locale(),
            ..Options::shell()
        };
        let mut captures = Captures::default();
        let matched =
            Regex::new(&source, &options).and_then(|regex| regex.captures_at(subject, 0, &mut captures));
        let name = Bytes::from_static(b"BASH_REMATCH");
        match matched {
            Ok(true) => {
                let groups: OrdMap<i64, Bytes> = (0..captures.len())
                    .map(|group| {
                        (group as i64, captures.get(group).map_or_else(Bytes::new, |at| subject.slice(at)))
                    })
                    .collect();
                match self.state.variables.is_shadowed(&name) {
                    // It is never local.
                    true => self.state.variables.global(&name).value = Value::Indexed(groups),
                    false => self.store_array(&name, Value::Indexed(groups))?,
                }
                Ok(Some(true))
            }
            Ok(false) => {
                self.forget_match(&name);
                Ok(Some(false))
            }
            // As in bash, an expression that is none has no answer and no message.
            Err(_) => {
                self.forget_match(&name);
                Ok(None)
            }
        }
    }

    fn forget_match(&mut self, name: &Bytes) {
        match self.state.variables.is_shadowed(name) {
            true => self.state.variables.global(name).value = Value::Unset,
            false => self.state.variables.unset(name, false),
        }
    }

    fn is_reference(&self, name: &[u8]) -> bool {
        use crate::state::Attributes;
        self.state.variables.get(name).is_some_and(|variable| {
            variable.attributes.has(Attributes::NAMEREF) && variable.value.scalar().is_some()
        })
    }
}

/// A word as a regular expression: what was quoted stands for itself.
pub(crate) fn regex_source(field: &Field) -> Vec<u8> {
    let mut source = Vec::with_capacity(field.text.len());
    let mut in_bracket = false;
    for (text, quoting) in field.stretches() {
        for &byte in text {
            if quoting == Quoting::Quoted {
                if !in_bracket && b"\\^$.|?*+()[]{}".contains(&byte) {
                    source.push(b'\\');
                }
            } else if byte == b'[' {
                in_bracket = true;
            } else if byte == b']' {
                in_bracket = false;
            }
            source.push(byte);
        }
    }
    source
}

/// An operand as `set -x` shows it: as it is, but for an empty one.
fn shown_operand(text: &[u8]) -> &[u8] {
    if text.is_empty() { b"''" } else { text }
}

/// A pattern as `set -x` shows it: what was quoted behind backslashes.
fn shown_pattern(field: &Field) -> Vec<u8> {
    let mut shown = Vec::new();
    for (text, quoting) in field.stretches() {
        for &byte in text {
            if quoting == Quoting::Quoted {
                shown.push(b'\\');
            }
            shown.push(byte);
        }
    }
    shown
}
