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

/// Values of variables evaluated inside values of variables, at most so deep, as in bash.
const DEPTH_LIMIT: u32 = 1024;

/// Why an expression has no value: the message behind the shell's name and the line.
pub type Failure = Vec<u8>;

/// Evaluates the text of an expression, for builtins that take one.
pub fn evaluate(shell: &mut Shell, text: &[u8]) -> Result<i64, Failure> {
    Evaluator { shell, text, depth: 0 }.text(text)
}

impl Shell {
    /// The value of `arithmetic`; a message and the end of the command if it has none.
    pub(crate) async fn arithmetic(&mut self, arithmetic: &Arithmetic) -> Result<i64, Stop> {
        match self.try_arithmetic(arithmetic).await? {
            Ok(value) => Ok(value),
            Err(message) => Err(self.fail(&message)),
        }
    }

    /// The value of `arithmetic`, or why it has none.
    pub(crate) async fn try_arithmetic(
        &mut self,
        arithmetic: &Arithmetic,
    ) -> Result<Result<i64, Failure>, Stop> {
        if let Some(expression) = &arithmetic.expression {
            if let Expression::Number(number) = &**expression {
                return Ok(Ok(*number));
            }
            let text = arithmetic.text.literal().cloned().unwrap_or_default();
            return Ok(Evaluator { shell: self, text: &text, depth: 0 }.value(expression));
        }
        let text = self.expand_single(&arithmetic.text).boxed_local().await?;
        Ok(evaluate(self, &text))
    }

    /// The value of an expression that is known as text.
    pub(crate) fn arithmetic_text(&mut self, text: &[u8]) -> Result<i64, Stop> {
        evaluate(self, text).map_err(|message| self.fail(&message))
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
        let expression = mirage_syntax::parse_arithmetic(text).map_err(|error| error.render(text))?;
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
        let text = self.text.trim_ascii_start();
        [text, b": ", message.as_bytes(), b" (error token is \"", token, b"\")"].concat()
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
        let value = self.shell.value(&resolved).map_err(|_| Vec::new())?;
        match value {
            Expanded::Unset if self.shell.state.options.has(crate::state::ShellOption::NoUnset) => {
                Err([&target.name[..], b": unbound variable"].concat())
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
            return Err(token.concat());
        }
        self.depth += 1;
        let value = self.text(text);
        self.depth -= 1;
        value
    }

    fn resolve(&mut self, target: &AssignmentTarget) -> Result<Target, Failure> {
        let (name, referred) = self.shell.follow_reference(&target.name).map_err(|_| Vec::new())?;
        let element = match &target.index {
            Some(index) => self.element(&name, index)?,
            None => referred.unwrap_or(Element::Whole),
        };
        Ok(Target { name: mirage_syntax::ast::ParameterName::Variable(name), element })
    }

    fn element(&mut self, name: &[u8], index: &ElementIndex) -> Result<Element, Failure> {
        if self.shell.is_associative(name) {
            return Ok(Element::Key(index.text.clone()));
        }
        match &index.number {
            Some(number) => Ok(Element::Number(self.value(number)?)),
            None => Ok(Element::Number(self.text(&index.text)?)),
        }
    }

    fn assign(&mut self, target: &AssignmentTarget, value: i64) -> Result<(), Failure> {
        let resolved = self.resolve(target)?;
        self.shell.store(&resolved, decimal(value), false).map_err(|_| Vec::new())
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
