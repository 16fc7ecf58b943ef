//! The functions of the C library's mathematics.

use super::{Facts, Native, fail, native, wrong};
use crate::jq::compare::compare;
use crate::jq::operators::negate;
use crate::jq::value::Value;

fn number(value: &Value) -> Result<f64, Value> {
    match value.as_number() {
        Some(number) => Ok(number),
        None => wrong(value, "number required"),
    }
}

macro_rules! of_input {
    ($name:literal, $function:expr) => {
        native($name, 0, |_, input, _| {
            let function: fn(f64) -> f64 = $function;
            number(&input).map(|number| Value::Number(function(number)))
        })
    };
}

macro_rules! of_two {
    ($name:literal, $function:expr) => {
        native($name, 2, |_, _, values| {
            let function: fn(f64, f64) -> f64 = $function;
            match &values[..] {
                [one, two] => Ok(Value::Number(function(number(one)?, number(two)?))),
                _ => fail("two numbers required"),
            }
        })
    };
}

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    of_input!("floor", f64::floor), of_input!("ceil", f64::ceil), of_input!("round", f64::round),
    of_input!("trunc", f64::trunc), of_input!("rint", libm::rint), of_input!("nearbyint", libm::rint),
    of_input!("sqrt", f64::sqrt), of_input!("cbrt", libm::cbrt), of_input!("fabs", f64::abs),
    of_input!("sin", libm::sin), of_input!("cos", libm::cos), of_input!("tan", libm::tan),
    of_input!("asin", libm::asin), of_input!("acos", libm::acos), of_input!("atan", libm::atan),
    of_input!("sinh", libm::sinh), of_input!("cosh", libm::cosh), of_input!("tanh", libm::tanh),
    of_input!("asinh", libm::asinh), of_input!("acosh", libm::acosh), of_input!("atanh", libm::atanh),
    of_input!("exp", libm::exp), of_input!("exp2", libm::exp2), of_input!("exp10", libm::exp10), of_input!("expm1", libm::expm1),
    of_input!("log", libm::log), of_input!("log2", libm::log2), of_input!("log10", libm::log10), of_input!("log1p", libm::log1p),
    of_input!("gamma", libm::lgamma), of_input!("lgamma", libm::lgamma), of_input!("tgamma", libm::tgamma),
    of_input!("erf", libm::erf), of_input!("erfc", libm::erfc),
    of_input!("j0", libm::j0), of_input!("j1", libm::j1), of_input!("y0", libm::y0), of_input!("y1", libm::y1),
    of_input!("logb", logb), of_input!("significand", significand),
    of_two!("pow", libm::pow), of_two!("atan2", libm::atan2), of_two!("fmod", libm::fmod), of_two!("hypot", libm::hypot),
    of_two!("copysign", libm::copysign), of_two!("fdim", libm::fdim), of_two!("fmax", f64::max), of_two!("fmin", f64::min),
    of_two!("drem", libm::remainder), of_two!("remainder", libm::remainder),
    of_two!("nextafter", libm::nextafter), of_two!("nexttoward", libm::nextafter),
    of_two!("ldexp", scale), of_two!("scalb", scale), of_two!("scalbln", scale),
    of_two!("jn", |order, x| libm::jn(order as i32, x)), of_two!("yn", |order, x| libm::yn(order as i32, x)),
    native("fma", 3, |_, _, values| match &values[..] {
        [one, two, three] => Ok(Value::Number(libm::fma(number(one)?, number(two)?, number(three)?))),
        _ => fail("three numbers required"),
    }),
    native("frexp", 0, |_, input, _| pair(&input, |x| { let (fraction, power) = libm::frexp(x); (fraction, f64::from(power)) })),
    native("modf", 0, |_, input, _| pair(&input, |x| if x.is_infinite() { (0.0f64.copysign(x), x) } else { (libm::copysign(x - x.trunc(), x), x.trunc()) })),
    native("lgamma_r", 0, |_, input, _| pair(&input, |x| { let (value, sign) = libm::lgamma_r(x); (value, f64::from(sign)) })),
    native("infinite", 0, |_, _, _| Ok(Value::Number(f64::INFINITY))),
    native("nan", 0, |_, _, _| Ok(Value::Number(f64::NAN))),
    native("isinfinite", 0, |_, input, _| Ok(Value::Bool(input.as_number().is_some_and(f64::is_infinite)))),
    native("isnan", 0, |_, input, _| Ok(Value::Bool(input.as_number().is_some_and(f64::is_nan)))),
    native("isfinite", 0, |_, input, _| Ok(Value::Bool(input.as_number().is_some_and(f64::is_finite)))),
    native("isnormal", 0, |_, input, _| Ok(Value::Bool(input.as_number().is_some_and(f64::is_normal)))),
    native("abs", 0, absolute),
];

fn pair(input: &Value, function: fn(f64) -> (f64, f64)) -> Result<Value, Value> {
    let (one, two) = function(number(input)?);
    Ok(Value::array(vec![Value::Number(one), Value::Number(two)]))
}

/// `x * 2^power`
fn scale(x: f64, power: f64) -> f64 {
    libm::scalbn(x, power.clamp(-5000.0, 5000.0) as i32)
}

/// The exponent of a number, as a number.
fn logb(x: f64) -> f64 {
    match x {
        _ if x == 0.0 => f64::NEG_INFINITY,
        _ if x.is_infinite() => f64::INFINITY,
        _ if x.is_nan() => x,
        _ => f64::from(libm::ilogb(x)),
    }
}

/// A number scaled to between 1 and 2.
fn significand(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    libm::scalbn(x, -libm::ilogb(x))
}

/// `if . < 0 then -. else . end`: what sorts before numbers cannot be negated, what sorts behind them stays.
fn absolute(_: &mut Facts, input: Value, _: Vec<Value>) -> Result<Value, Value> {
    match compare(&input, &Value::Number(0.0)).is_lt() {
        true => negate(&input),
        false => Ok(input),
    }
}
