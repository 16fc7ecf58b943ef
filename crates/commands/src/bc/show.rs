//! Numbers as they are written.

use mirage_vfs::Call;
use num_bigint::{BigInt, BigUint, Sign};

use super::number::{Number, ten};

impl Number {
    /// How it is written in `base`.
    pub async fn show(&self, base: u64, call: &Call) -> Vec<u8> {
        if self.is_zero() {
            return b"0".to_vec();
        }
        call.tick_many(1 + (self.size() >> 4) as u32).await;
        let mut text = if self.digits.sign() == Sign::Minus { b"-".to_vec() } else { Vec::new() };
        let magnitude = BigInt::from(self.digits.magnitude().clone());
        let unit = ten(self.scale);
        let (whole, part) = (&magnitude / &unit, &magnitude % &unit);
        if base == 10 {
            push_decimal(&whole, &part, self.scale, &mut text);
            return text;
        }
        let base = Base { base, width: (base - 1).to_string().len() };
        base.push_whole(whole.magnitude(), &mut text, call).await;
        if self.scale > 0 {
            text.push(b'.');
            base.push_fraction(part, &unit, &mut text, call).await;
        }
        text
    }
}

fn push_decimal(whole: &BigInt, part: &BigInt, scale: usize, text: &mut Vec<u8>) {
    if whole.sign() != Sign::NoSign {
        text.extend_from_slice(whole.to_string().as_bytes());
    }
    if scale > 0 {
        text.push(b'.');
        let digits = part.to_string();
        text.resize(text.len() + scale - digits.len().min(scale), b'0');
        text.extend_from_slice(digits.as_bytes());
    }
}

/// A base other than ten.
struct Base {
    base: u64,
    /// The decimal digits of the highest digit, where there is no character for each.
    width: usize,
}

impl Base {
    fn push(&self, digit: u64, spaced: bool, text: &mut Vec<u8>) {
        match self.base <= 16 {
            true => text.push(b"0123456789ABCDEF"[digit as usize]),
            false => {
                let (space, width) = (if spaced { " " } else { "" }, self.width);
                text.extend_from_slice(format!("{space}{digit:0width$}").as_bytes());
            }
        }
    }

    async fn push_whole(&self, whole: &BigUint, text: &mut Vec<u8>, call: &Call) {
        let mut digits = Vec::new();
        match u32::try_from(self.base).ok().filter(|base| *base <= 256) {
            Some(_) if *whole == BigUint::ZERO => {}
            Some(small) => digits = whole.to_radix_be(small).into_iter().map(u64::from).collect(),
            None => {
                let mut left = whole.clone();
                while left != BigUint::ZERO {
                    call.tick_many(1 + (left.bits() >> 10) as u32).await;
                    digits.push(u64::try_from(&left % self.base).unwrap_or(0));
                    left /= self.base;
                }
                digits.reverse();
            }
        }
        digits.into_iter().for_each(|digit| self.push(digit, true, text));
    }

    /// As many digits of `part` of `unit` as make up for the decimal ones.
    async fn push_fraction(&self, mut part: BigInt, unit: &BigInt, text: &mut Vec<u8>, call: &Call) {
        let mut reached = BigInt::from(1u8);
        let mut first = true;
        while reached < *unit {
            call.tick_many(1 + (unit.bits() >> 9) as u32).await;
            part *= self.base;
            let digit = u64::try_from(&part / unit).unwrap_or(0);
            part %= unit;
            self.push(digit, !first, text);
            first = false;
            reached *= self.base;
        }
    }
}
