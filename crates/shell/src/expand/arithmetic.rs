//! Arithmetic: evaluation of parsed expressions over the session's variables.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_syntax::ast::{
    Arithmetic, AssignmentTarget, BinaryOperation, BinaryOperator, ElementIndex, Expression, UnaryOperator,
    UpdateOperator,
};

use super::Expanded;
use super::parameter::{Element, Target};
use super::word::decimal;
use crate::execute::{Shell, Stop};

/// Values of variables evaluated inside values of variables, at most so deep: bash allows 1024, which takes more of the
/// machine's stack than there may be, and what is a circle is one at any depth.
const DEPTH_LIMIT: u32 = 256;

/// Why an expression has no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The message behind the shell's name and the line.
    Message(Vec<u8>),
    /// It has been said, and this is what follows.
    Stop(Stop),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Failure::Stop(stop)
    }
}

/// Evaluates the text of an expression, for builtins that take one.
pub(crate) fn evaluate(shell: &mut Shell, text: &[u8]) -> Result<i64, Failure> {
    Evaluator { shell, text, depth: 0 }.text(text)
}

impl Shell {
    /// The value of `arithmetic`; a message and the end of the command if it has none.
    pub(crate) async fn arithmetic(&mut self, arithmetic: &Arithmetic) -> Result<i64, Stop> {
        self.arithmetic_of(arithmetic, b"").await
    }

    /// As [`arithmetic`](Shell::arithmetic), with what the message begins with.
    pub(crate) async fn arithmetic_of(
        &mut self,
        arithmetic: &Arithmetic,
        prefix: &[u8],
    ) -> Result<i64, Stop> {
        match self.try_arithmetic(arithmetic, prefix).await? {
            Some(value) => Ok(value),
            None => {
                self.tolerates_discard = true;
                self.state.status = 1;
                Err(Stop::Discard)
            }
        }
    }

    /// The value of `arithmetic`. None when it has none, which has been said: behind `prefix`.
    pub(crate) async fn try_arithmetic(
        &mut self,
        arithmetic: &Arithmetic,
        prefix: &[u8],
    ) -> Result<Option<i64>, Stop> {
        let value = match &arithmetic.expression {
            Some(expression) => {
                if let Expression::Number(number) = &**expression {
                    return Ok(Some(*number));
                }
                let text = arithmetic.text.literal().cloned().unwrap_or_default();
                Evaluator { shell: self, text: &text, depth: 0 }.value(expression)
            }
            None => {
                let text = self.expand_single(&arithmetic.text).boxed_local().await?;
                evaluate(self, &text)
            }
        };
        self.tell_failure(value, prefix)
    }

    /// Says why an expression has no value.
    fn tell_failure(&mut self, value: Result<i64, Failure>, prefix: &[u8]) -> Result<Option<i64>, Stop> {
        match value {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Message(message)) => {
                self.complain_plainly(&[prefix, &message]);
                Ok(None)
            }
            Err(Failure::Stop(stop)) => Err(stop),
        }
    }

    /// The value of an expression that is known as text; none when it has none, which has been said.
    pub(crate) fn try_arithmetic_text(&mut self, text: &[u8], prefix: &[u8]) -> Result<Option<i64>, Stop> {
        let value = evaluate(self, text);
        self.tell_failure(value, prefix)
    }

    /// The number of an element of an array.
    pub(crate) async fn subscript_number(&mut self, arithmetic: &Arithmetic) -> Result<i64, Stop> {
        let number = self.try_arithmetic(arithmetic, b"").await?;
        self.expect_subscript(number)
    }

    /// The number of an element of an array, from text that is only known when it runs.
    pub(crate) fn subscript_text(&mut self, text: &[u8]) -> Result<i64, Stop> {
        let number = self.try_arithmetic_text(text, b"")?;
        self.expect_subscript(number)
    }

    fn expect_subscript(&mut self, number: Option<i64>) -> Result<i64, Stop> {
        number.ok_or_else(|| {
            self.state.status = 1;
            Stop::Abandon
        })
    }
}

struct Evaluator<'a> {
    shell: &'a mut Shell,
    /// The text that messages quote.
    text: &'a [u8],
    depth: u32,
}

impl Evaluator<'_> {
    fn text(&mut self, text: &[u8]) -> Result<i64, Failure> {
        if let Some(number) = plain_number(text) {
            return Ok(number);
        }
        let expression =
            mirage_syntax::parse_arithmetic(text).map_err(|error| Failure::Message(error.render(text)))?;
        Evaluator { shell: self.shell, text, depth: self.depth }.value(&expression)
    }

    fn value(&mut self, expression: &Expression) -> Result<i64, Failure> {
        match expression {
            Expression::Number(number) => Ok(*number),
            Expression::Variable(target) => self.variable(target),
            Expression::Unary(operator, operand) => {
                let operand = self.value(operand)?;
                Ok(match operator {
                    UnaryOperator::Negate => operand.wrapping_neg(),
                    UnaryOperator::Plus => operand,
                    UnaryOperator::Not => i64::from(operand == 0),
                    UnaryOperator::Complement => !operand,
                })
            }
            Expression::Update(operator, target) => self.update(*operator, target),
            Expression::Binary(first, rest) => self.binary(first, rest),
            Expression::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                match self.value(condition)? {
                    0 => self.value(otherwise),
                    _ => self.value(then),
                }
            }
            Expression::Assign(target, operator, value, position) => {
                let value = match operator {
                    None => self.value(value)?,
                    Some(operator) => {
                        let old = self.variable(target)?;
                        let value = self.value(value)?;
                        self.apply(*operator, old, value, *position)?
                    }
                };
                self.assign(target, value)?;
                Ok(value)
            }
        }
    }

    fn binary(&mut self, first: &Expression, rest: &[BinaryOperation]) -> Result<i64, Failure> {
        let mut value = self.value(first)?;
        for BinaryOperation { operator, position, operand } in rest {
            value = match operator {
                BinaryOperator::And if value == 0 => 0,
                BinaryOperator::Or if value != 0 => 1,
                BinaryOperator::And | BinaryOperator::Or => i64::from(self.value(operand)? != 0),
                _ => {
                    let right = self.value(operand)?;
                    self.apply(*operator, value, right, *position)?
                }
            };
        }
        Ok(value)
    }

    fn apply(
        &mut self,
        operator: BinaryOperator,
        left: i64,
        right: i64,
        position: u32,
    ) -> Result<i64, Failure> {
        use BinaryOperator as Op;
        Ok(match operator {
            Op::Comma => right,
            Op::Or => i64::from(left != 0 || right != 0),
            Op::And => i64::from(left != 0 && right != 0),
            Op::BitOr => left | right,
            Op::BitXor => left ^ right,
            Op::BitAnd => left & right,
            Op::Equal => i64::from(left == right),
            Op::NotEqual => i64::from(left != right),
            Op::LessOrEqual => i64::from(left <= right),
            Op::GreaterOrEqual => i64::from(left >= right),
            Op::Less => i64::from(left < right),
            Op::Greater => i64::from(left > right),
            // The shift count is taken modulo 64, as the machine does.
            Op::ShiftLeft => left.wrapping_shl(right as u32),
            Op::ShiftRight => left.wrapping_shr(right as u32),
            Op::Add => left.wrapping_add(right),
            Op::Subtract => left.wrapping_sub(right),
            Op::Multiply => left.wrapping_mul(right),
            Op::Divide | Op::Remainder if right == 0 => return Err(self.failure("division by 0", position)),
            Op::Divide => left.wrapping_div(right),
            Op::Remainder => left.wrapping_rem(right),
            Op::Power if right < 0 => return Err(self.failure("exponent less than 0", position)),
            Op::Power => power(left, right),
        })
    }

    fn failure(&self, message: &'static str, position: u32) -> Failure {
        let token = self.text.get(position as usize..).unwrap_or_default();
        let blanks = self.text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let text = &self.text[blanks..];
        Failure::Message([text, b": ", message.as_bytes(), b" (error token is \"", token, b"\")"].concat())
    }

    fn update(&mut self, operator: UpdateOperator, target: &AssignmentTarget) -> Result<i64, Failure> {
        let old = self.variable(target)?;
        let (new, answer) = match operator {
            UpdateOperator::PreIncrement => (old.wrapping_add(1), old.wrapping_add(1)),
            UpdateOperator::PreDecrement => (old.wrapping_sub(1), old.wrapping_sub(1)),
            UpdateOperator::PostIncrement => (old.wrapping_add(1), old),
            UpdateOperator::PostDecrement => (old.wrapping_sub(1), old),
        };
        self.assign(target, new)?;
        Ok(answer)
    }

    fn variable(&mut self, target: &AssignmentTarget) -> Result<i64, Failure> {
        if target.index.is_none()
            && let Some(variable) = self.shell.state.variables.get(&target.name)
            && let crate::state::Value::Scalar(text) = &variable.value
            && !variable.attributes.has(crate::state::Attributes::NAMEREF)
        {
            if let Some(number) = plain_number(text) {
                return Ok(number);
            }
            let text = text.clone();
            return self.value_of_text(&text);
        }
        let resolved = self.resolve(target)?;
        let value = self.shell.value(&resolved)?;
        match value {
            Expanded::Unset if self.shell.state.options.has(crate::state::ShellOption::NoUnset) => {
                let name = target.name.clone();
                self.shell.complain_plainly(&[&name, b": unbound variable"]);
                self.shell.state.status = self.shell.fatal_status();
                Err(Failure::Stop(Stop::Exit))
            }
            Expanded::Unset => Ok(0),
            Expanded::One(text) => self.value_of_text(&text),
            Expanded::Many { items, star } => {
                let text = self.shell.join(&items, star);
                self.value_of_text(&text)
            }
        }
    }

    fn value_of_text(&mut self, text: &Bytes) -> Result<i64, Failure> {
        if self.depth >= DEPTH_LIMIT {
            let token =
                [text, &b": expression recursion level exceeded (error token is \""[..], text, b"\")"];
            return Err(Failure::Message(token.concat()));
        }
        self.depth += 1;
        let value = self.text(text);
        self.depth -= 1;
        value
    }

    fn resolve(&mut self, target: &AssignmentTarget) -> Result<Target, Failure> {
        let (name, referred) = self.shell.follow_reference(&target.name)?;
        let element = match &target.index {
            Some(index) => self.element(&name, index)?,
            None => referred.unwrap_or(Element::Whole),
        };
        Ok(Target { name: mirage_syntax::ast::ParameterName::Variable(name), element })
    }

    fn element(&mut self, name: &[u8], index: &ElementIndex) -> Result<Element, Failure> {
        if self.shell.is_associative(name) {
            let target = self.shell.element_of_text(name, &index.text)?;
            return Ok(target);
        }
        let value = match &index.number {
            Some(number) => {
                Evaluator { shell: self.shell, text: &index.text, depth: self.depth }.value(number)
            }
            None => self.text(&index.text),
        };
        let value = self.shell.tell_failure(value, b"")?;
        Ok(Element::Number(self.shell.expect_subscript(value)?))
    }

    fn assign(&mut self, target: &AssignmentTarget, value: i64) -> Result<(), Failure> {
        let resolved = self.resolve(target)?;
        self.shell.store(&resolved, decimal(value), false).map_err(Failure::Stop)
    }
}

/// A decimal number that needs no parser.
fn plain_number(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !plain {
        return None;
    }
    let value = digits.iter().fold(0, |value: i64, digit| value * 10 + i64::from(digit - b'0'));
    Some(if digits.len() < text.len() { -value } else { value })
}

fn power(base: i64, exponent: i64) -> i64 {
    let (mut base, mut exponent, mut value) = (base, exponent, 1i64);
    while exponent > 0 {
        if exponent & 1 == 1 {
            value = value.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    value
}
