//! Decimal numbers of any size with a scale: how many digits stand behind the point.

use std::cmp::Ordering;

use mirage_vfs::Call;
use num_bigint::{BigInt, BigUint, Sign};

/// `digits` divided by ten to the power of `scale`.
#[derive(Clone, Debug)]
pub struct Number {
    pub digits: BigInt,
    pub scale: usize,
}

/// Ten to the power of `exponent`.
pub fn ten(exponent: usize) -> BigInt {
    BigInt::from(10u8).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

impl Number {
    /// A number without a fraction.
    pub fn integer(value: impl Into<BigInt>) -> Number {
        Number { digits: value.into(), scale: 0 }
    }

    /// About how many digits it has.
    pub fn size(&self) -> usize {
        ((self.digits.bits() * 3 / 10) as usize).max(self.scale)
    }

    pub fn is_zero(&self) -> bool {
        self.digits.sign() == Sign::NoSign
    }

    /// The digits at a scale that is not smaller.
    pub fn at_scale(&self, scale: usize) -> BigInt {
        &self.digits * ten(scale.saturating_sub(self.scale))
    }

    /// The same number with another scale; digits behind it are cut off.
    pub fn with_scale(&self, scale: usize) -> Number {
        let digits = match scale >= self.scale {
            true => self.at_scale(scale),
            false => &self.digits / ten(self.scale - scale),
        };
        Number { digits, scale }
    }

    /// The number without its fraction, where it fits.
    pub fn to_i64(&self) -> Option<i64> {
        i64::try_from(self.with_scale(0).digits).ok()
    }

    pub fn negate(&self) -> Number {
        Number { digits: -&self.digits, scale: self.scale }
    }

    pub fn add(&self, other: &Number) -> Number {
        let scale = self.scale.max(other.scale);
        Number { digits: self.at_scale(scale) + other.at_scale(scale), scale }
    }

    pub fn subtract(&self, other: &Number) -> Number {
        let scale = self.scale.max(other.scale);
        Number { digits: self.at_scale(scale) - other.at_scale(scale), scale }
    }

    /// The product, with no more digits than the longer factor or `scale` has.
    pub fn multiply(&self, other: &Number, scale: usize) -> Number {
        let full = Number { digits: &self.digits * &other.digits, scale: self.scale + other.scale };
        let kept = full.scale.min(scale.max(self.scale).max(other.scale));
        full.with_scale(kept)
    }

    /// The quotient, cut off at `scale`; none by zero.
    pub fn divide(&self, other: &Number, scale: usize) -> Option<Number> {
        if other.is_zero() {
            return None;
        }
        // digits / 10^a by other / 10^b, times 10^scale.
        let raise = (scale + other.scale).saturating_sub(self.scale);
        let lower = self.scale.saturating_sub(scale + other.scale);
        let digits = (&self.digits * ten(raise)) / (&other.digits * ten(lower));
        Some(Number { digits, scale })
    }

    /// What is left over by the quotient at `scale`; none by zero.
    pub fn remainder(&self, other: &Number, scale: usize) -> Option<Number> {
        let quotient = self.divide(other, scale)?;
        let kept = self.scale.max(other.scale + scale);
        let product =
            Number { digits: &quotient.digits * &other.digits, scale: quotient.scale + other.scale };
        Some(self.subtract(&product).with_scale(kept))
    }

    /// About how many digits this to the power of `exponent` has.
    pub fn power_size(&self, exponent: i64) -> usize {
        // Zero and one do not grow.
        let bits = self.digits.bits().saturating_sub(u64::from(self.digits.bits() == 1));
        let count = exponent.unsigned_abs();
        let whole = bits.saturating_mul(count) / 10 * 3;
        usize::try_from(whole.max((self.scale as u64).saturating_mul(count))).unwrap_or(usize::MAX)
    }

    /// A power; a negative one is cut off at `scale`. None for zero to a negative power.
    pub fn power(&self, exponent: i64, scale: usize) -> Option<Number> {
        let count = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
        let full = Number { digits: self.digits.pow(count), scale: self.scale * count as usize };
        match exponent < 0 {
            true => Number::integer(1).divide(&full, scale),
            false => Some(full.with_scale(full.scale.min(scale.max(self.scale)))),
        }
    }

    /// The square root, with as many digits as this or `scale`; none of what is below zero.
    pub async fn square_root(&self, scale: usize, call: &Call) -> Option<Number> {
        let scale = scale.max(self.scale);
        match self.digits.sign() {
            Sign::Minus => None,
            // At twice the scale the root has the scale itself.
            _ => Some(Number { digits: root(&self.at_scale(2 * scale), call).await, scale }),
        }
    }

    pub fn compare(&self, other: &Number) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at_scale(scale).cmp(&other.at_scale(scale))
    }

    /// How many digits it has.
    pub fn length(&self) -> usize {
        let whole = self.with_scale(0).digits;
        match whole.sign() {
            Sign::NoSign if self.scale > 0 => self.scale,
            Sign::NoSign => 1,
            _ => decimal_length(&whole) + self.scale,
        }
    }

    /// Reads digits, with a point perhaps, in `base`. One digit alone keeps its value in any base; others count for no
    /// more than the highest of the base.
    pub fn parse(text: &[u8], base: u32) -> Number {
        let value = |byte: u8| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            _ => u32::from(byte - b'A') + 10,
        };
        if let [digit] = text {
            return Number::integer(value(*digit));
        }
        let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
        let fraction = text.get(point + 1..).unwrap_or_default();
        let places = |digits: &[u8]| -> BigInt {
            let values: Vec<u8> = digits.iter().map(|byte| value(*byte).min(base - 1) as u8).collect();
            BigInt::from(BigUint::from_radix_be(&values, base).unwrap_or_default())
        };
        let whole = places(&text[..point]);
        let scale = fraction.len();
        if base == 10 {
            let all: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'.').collect();
            return Number { digits: places(&all), scale };
        }
        let part = places(fraction) * ten(scale) / BigInt::from(base).pow(scale as u32);
        Number { digits: whole * ten(scale) + part, scale }
    }
}

/// How many decimal digits a number but zero has.
fn decimal_length(number: &BigInt) -> usize {
    // A little less than log10(2), so that this is not too many.
    let least = (number.bits().saturating_sub(1) * 301_029_995_663 / 1_000_000_000_000) as usize;
    least + 1 + usize::from(number.magnitude() >= ten(least + 1).magnitude())
}

/// The square root of a number that is not below zero: that of its upper half gives the first half of its digits.
async fn root(number: &BigInt, call: &Call) -> BigInt {
    // Each number has half of the digits of the one before.
    let mut shifts = Vec::new();
    let mut bits = number.bits();
    while bits > 4096 {
        shifts.push(bits / 4);
        bits -= bits / 4 * 2;
    }
    let upper = |shifts: &[u64]| number >> (2 * shifts.iter().sum::<u64>());
    let mut root = upper(&shifts).sqrt();
    while let Some(shift) = shifts.pop() {
        let number = upper(&shifts);
        call.tick_many(1 + (number.bits() >> 8) as u32).await;
        root <<= shift;
        root = (&root + &number / &root) >> 1;
        while &root * &root > number {
            root -= 1;
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        match text.strip_prefix('-') {
            Some(text) => Number::parse(text.as_bytes(), 10).negate(),
            None => Number::parse(text.as_bytes(), 10),
        }
    }

    #[track_caller]
    fn is(number: Option<Number>, digits: i64, scale: usize) {
        let number = number.map(|number| (number.digits, number.scale));
        assert_eq!(number, Some((BigInt::from(digits), scale)));
    }

    /// As `bc` prints them.
    #[test]
    fn results_are_cut_off_at_their_scale() {
        is(number("10").divide(&number("3"), 5), 333_333, 5);
        is(number("-7").divide(&number("2"), 0), -3, 0);
        is(number("5.123").remainder(&number("2"), 2), 3, 3);
        is(Some(number("1.55").multiply(&number("1.55"), 0)), 240, 2);
        is(number("1.1").power(3, 0), 13, 1);
        is(number("2").power(-2, 3), 250, 3);
        assert!(number("1").divide(&number("0.00"), 3).is_none());
    }

    #[test]
    fn digits_are_read_in_their_base() {
        is(Some(Number::parse(b"A.8", 16)), 105, 1);
        is(Some(Number::parse(b"1A", 10)), 19, 0);
    }

    #[test]
    fn lengths_are_exact() {
        assert_eq!(number(".001").length(), 3);
        for exponent in 1..400 {
            let power = ten(exponent);
            assert_eq!(Number::integer(power.clone() - 1).length(), exponent);
            assert_eq!(Number::integer(power).length(), exponent + 1);
        }
    }
}
