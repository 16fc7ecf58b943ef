//! Arithmetic, as awk has it.

use super::ast::Arithmetic;
use super::machine::{Fatal, Step};

/// What an operator makes of two numbers.
pub fn arithmetic(operator: Arithmetic, left: f64, right: f64) -> Step<f64> {
    Ok(match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide if right == 0.0 => return Err(Fatal("division by zero attempted".into())),
        Arithmetic::Divide => left / right,
        Arithmetic::Remainder if right == 0.0 => {
            return Err(Fatal("division by zero attempted in `%'".into()));
        }
        Arithmetic::Remainder => left % right,
        Arithmetic::Power => match right.fract() == 0.0 && right.abs() < 1e9 {
            true => left.powi(right as i32),
            false => left.powf(right),
        },
    })
}
