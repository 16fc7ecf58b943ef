//! The functions of `-l`: series over whole numbers that stand for fractions of a power of ten.

use mirage_vfs::Call;
use num_bigint::{BigInt, Sign};

use super::machine::MOST_DIGITS;
use super::number::{Number, ten};

/// Digits beyond those that are asked for.
const GUARD: usize = 12;

/// A function of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mathematics {
    Sine,
    Cosine,
    ArcTangent,
    Logarithm,
    Exponential,
    Bessel,
}

/// The functions and their names.
pub const FUNCTIONS: [(&[u8], Mathematics); 6] = [
    (b"s", Mathematics::Sine),
    (b"c", Mathematics::Cosine),
    (b"a", Mathematics::ArcTangent),
    (b"l", Mathematics::Logarithm),
    (b"e", Mathematics::Exponential),
    (b"j", Mathematics::Bessel),
];

/// The function of `x`, cut off at `scale`; `order` is that of a Bessel function. None when it has too many digits.
pub async fn evaluate(
    function: Mathematics,
    order: &Number,
    x: &Number,
    scale: usize,
    call: &Call,
) -> Option<Number> {
    let whole_digits = x.size().saturating_sub(x.scale);
    let extra = match function {
        Mathematics::Exponential => {
            let exponent = x.to_i64().filter(|exponent| exponent.unsigned_abs() < MOST_DIGITS as u64);
            let Some(exponent) = exponent else {
                let is_tiny = x.digits.sign() == Sign::Minus;
                return is_tiny.then(|| Number::integer(0).with_scale(scale));
            };
            (exponent.unsigned_abs() / 2) as usize
        }
        // Its terms grow to about the power of `x` before they vanish.
        Mathematics::Bessel => (x.to_i64()?.unsigned_abs().min(MOST_DIGITS as u64) / 2) as usize,
        _ => whole_digits,
    };
    let places = scale + GUARD + extra;
    if places > MOST_DIGITS {
        return None;
    }
    let fixed = Fixed { places, unit: ten(places), call };
    let x_fixed = fixed.of(x);
    let result = match function {
        Mathematics::Sine => fixed.sine(&x_fixed).await,
        Mathematics::Cosine => {
            let quarter = fixed.pi().await / 2;
            fixed.sine(&(x_fixed + quarter)).await
        }
        Mathematics::ArcTangent => fixed.arc_tangent(&x_fixed).await,
        Mathematics::Logarithm if x_fixed.sign() != Sign::Plus => {
            return Some(Number::integer(1 - ten(scale)).with_scale(scale));
        }
        Mathematics::Logarithm => fixed.logarithm(x, &x_fixed).await,
        Mathematics::Exponential => fixed.exponential(&x_fixed).await,
        Mathematics::Bessel => fixed.bessel(order.to_i64()?, &x_fixed).await?,
    };
    Some(Number { digits: result / ten(places - scale), scale })
}

/// Numbers of `places` decimal places.
struct Fixed<'a> {
    places: usize,
    unit: BigInt,
    call: &'a Call,
}

impl Fixed<'_> {
    fn of(&self, number: &Number) -> BigInt {
        number.with_scale(self.places).digits
    }

    fn multiply(&self, one: &BigInt, two: &BigInt) -> BigInt {
        one * two / &self.unit
    }

    fn root(&self, number: &BigInt) -> BigInt {
        (number * &self.unit).sqrt()
    }

    /// A term of a series takes about this much work.
    async fn pause(&self) {
        self.call.tick_many(1 + (self.places >> 5) as u32).await;
    }

    /// The arc tangent of `1 / divisor`.
    async fn arc_tangent_of_inverse(&self, divisor: u32) -> BigInt {
        let mut power = &self.unit / divisor;
        let mut sum = power.clone();
        let mut count = 1u64;
        while power.sign() != Sign::NoSign {
            self.pause().await;
            power = power / divisor / divisor;
            let term = &power / (2 * count + 1);
            sum = if count % 2 == 1 { sum - term } else { sum + term };
            count += 1;
        }
        sum
    }

    /// Machin's formula.
    async fn pi(&self) -> BigInt {
        self.arc_tangent_of_inverse(5).await * 16 - self.arc_tangent_of_inverse(239).await * 4
    }

    async fn sine(&self, x: &BigInt) -> BigInt {
        let pi = self.pi().await;
        let turn = &pi * 2;
        let mut x = x % &turn;
        if x > pi {
            x -= &turn;
        } else if x < -&pi {
            x += &turn;
        }
        let square = self.multiply(&x, &x);
        let mut term = x.clone();
        let mut sum = x;
        let mut count = 1u64;
        while term.sign() != Sign::NoSign {
            self.pause().await;
            term = -self.multiply(&term, &square) / (2 * count * (2 * count + 1));
            sum += &term;
            count += 1;
        }
        sum
    }

    async fn arc_tangent(&self, x: &BigInt) -> BigInt {
        if *x < BigInt::ZERO {
            return -Box::pin(self.arc_tangent(&-x)).await;
        }
        if *x > self.unit {
            let inverse = &self.unit * &self.unit / x;
            return self.pi().await / 2 - Box::pin(self.arc_tangent(&inverse)).await;
        }
        // Half of the angle, and again: then the series is short.
        let halvings = 5;
        let mut x = x.clone();
        for _ in 0..halvings {
            self.pause().await;
            let root = self.root(&(&self.unit + self.multiply(&x, &x)));
            x = x * &self.unit / (&self.unit + root);
        }
        let square = self.multiply(&x, &x);
        let mut power = x.clone();
        let mut sum = x;
        let mut count = 1u64;
        while power.sign() != Sign::NoSign {
            self.pause().await;
            power = -self.multiply(&power, &square);
            sum += &power / (2 * count + 1);
            count += 1;
        }
        sum << halvings
    }

    /// Of a number above zero; `exact` has the digits that the fixed places cut off.
    async fn logarithm(&self, exact: &Number, x: &BigInt) -> BigInt {
        let mut twos = 0i64;
        let mut x = x.clone();
        if x.bits() < self.unit.bits() {
            // A small number keeps its digits when its scale goes first.
            let up = exact.scale as u64 * 10 / 3 + 1;
            x = ((&exact.digits * &self.unit) << up) / ten(exact.scale);
            twos -= up as i64;
        }
        let shift = x.bits() as i64 - self.unit.bits() as i64;
        x = if shift > 0 { x >> shift } else { x << -shift };
        twos += shift;
        self.near_logarithm(&x).await + self.near_logarithm(&(&self.unit * 2)).await * twos
    }

    /// The logarithm of a number from about 1/2 to 2.
    async fn near_logarithm(&self, x: &BigInt) -> BigInt {
        let halvings = 4;
        let mut x = x.clone();
        for _ in 0..halvings {
            self.pause().await;
            x = self.root(&x);
        }
        let y = (&x - &self.unit) * &self.unit / (&x + &self.unit);
        let square = self.multiply(&y, &y);
        let mut power = y.clone();
        let mut sum = y;
        let mut count = 1u64;
        while power.sign() != Sign::NoSign {
            self.pause().await;
            power = self.multiply(&power, &square);
            sum += &power / (2 * count + 1);
            count += 1;
        }
        sum << (halvings + 1)
    }

    async fn exponential(&self, x: &BigInt) -> BigInt {
        if *x < BigInt::ZERO {
            return &self.unit * &self.unit / Box::pin(self.exponential(&-x)).await;
        }
        // The exponent is halved until it is small; squaring makes up for it, and doubles the error.
        let halvings = (x.bits() + 8).saturating_sub(self.unit.bits());
        let more = halvings as usize / 3 + 4;
        let finer = Fixed { places: self.places + more, unit: &self.unit * ten(more), call: self.call };
        let small = (x * ten(more)) >> halvings;
        let mut term = finer.unit.clone();
        let mut sum = finer.unit.clone();
        let mut count = 1u64;
        while term.sign() != Sign::NoSign {
            finer.pause().await;
            term = finer.multiply(&term, &small) / count;
            sum += &term;
            count += 1;
        }
        for _ in 0..halvings {
            finer.pause().await;
            sum = finer.multiply(&sum, &sum);
        }
        sum / ten(more)
    }

    /// The Bessel function of the first kind.
    async fn bessel(&self, order: i64, x: &BigInt) -> Option<BigInt> {
        let count = order.unsigned_abs();
        if count > MOST_DIGITS as u64 {
            return None;
        }
        let half: BigInt = x / 2;
        let mut term = self.unit.clone();
        for factor in 1..=count {
            self.pause().await;
            term = self.multiply(&term, &half) / factor;
        }
        if order < 0 && count % 2 == 1 {
            term = -term;
        }
        let square = self.multiply(&half, &half);
        let mut sum = term.clone();
        let mut step = 1u64;
        while term.sign() != Sign::NoSign {
            self.pause().await;
            term = -self.multiply(&term, &square) / (step * (step + count));
            sum += &term;
            step += 1;
        }
        Some(sum)
    }
}
