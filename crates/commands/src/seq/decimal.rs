//! Decimal fractions, exact.

use std::cmp::Ordering;

use bytes::{BufMut, BytesMut};

/// `digits` / 10^`places`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    places: u32,
    /// Written with a minus: `-0` stays one.
    negative: bool,
}

/// What a text turned out to be.
pub enum Parsed {
    Number(Decimal),
    Infinite,
    NotANumber,
    Wrong,
    TooLarge,
}

impl Decimal {
    pub const ONE: Decimal = Decimal { digits: 1, places: 0, negative: false };

    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub fn places(self) -> u32 {
        self.places
    }

    /// The same number with more places.
    fn scaled(self, places: u32) -> Option<i128> {
        10i128.checked_pow(places.checked_sub(self.places)?)?.checked_mul(self.digits)
    }

    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        let places = self.places.max(other.places);
        let digits = self.scaled(places)?.checked_add(other.scaled(places)?)?;
        Some(Decimal { digits, places, negative: digits < 0 })
    }

    pub fn to_f64(self) -> f64 {
        let text = {
            let mut text = BytesMut::new();
            self.push(self.places, 0, &mut text);
            text
        };
        std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }

    /// How wide it is with so many places.
    pub fn width(self, places: u32) -> usize {
        let mut text = BytesMut::new();
        self.push(places.max(self.places), 0, &mut text);
        text.len()
    }

    /// As [`width`](Self::width), places beyond those that are printed cut off.
    pub fn width_at_end(self, places: u32) -> usize {
        let extra = self.places.saturating_sub(places) as usize;
        let point = usize::from(extra > 0 && places == 0);
        self.width(places) - extra - point
    }

    /// Adds it to `output` with so many places, padded with zeros to `width`.
    pub fn push(self, places: u32, width: usize, output: &mut BytesMut) {
        let digits = self.scaled(places.max(self.places)).unwrap_or(self.digits);
        let places = places.max(self.places) as usize;
        let mut text = digits.unsigned_abs().to_string();
        if text.len() <= places {
            text.insert_str(0, &"0".repeat(places + 1 - text.len()));
        }
        let sign = usize::from(self.negative);
        let length = text.len() + usize::from(places > 0) + sign;
        if sign == 1 {
            output.put_u8(b'-');
        }
        output.put_bytes(b'0', width.saturating_sub(length));
        let (whole, fraction) = text.split_at(text.len() - places);
        output.put_slice(whole.as_bytes());
        if places > 0 {
            output.put_u8(b'.');
            output.put_slice(fraction.as_bytes());
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        let places = self.places.max(other.places);
        match (self.scaled(places), other.scaled(places)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            // Too far apart for one scale: the whole parts decide.
            _ => self.to_f64().partial_cmp(&other.to_f64()),
        }
    }
}

/// Reads a number as `strtold` does: decimal or hexadecimal, with an exponent, blanks in front.
pub fn parse(text: &[u8]) -> Parsed {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    match &lower[..] {
        b"inf" | b"infinity" => return Parsed::Infinite,
        b"nan" => return Parsed::NotANumber,
        _ => {}
    }
    if let Some(hex) = lower.strip_prefix(b"0x") {
        let value = std::str::from_utf8(hex).ok().and_then(|hex| i128::from_str_radix(hex, 16).ok());
        return match value {
            Some(value) => {
                Parsed::Number(Decimal { digits: if negative { -value } else { value }, places: 0, negative })
            }
            None => Parsed::Wrong,
        };
    }
    let (mantissa, exponent) = match lower.iter().position(|&byte| byte == b'e') {
        Some(at) => {
            match std::str::from_utf8(&lower[at + 1..]).ok().and_then(|text| text.parse::<i32>().ok()) {
                Some(exponent) => (&lower[..at], exponent),
                None => return Parsed::Wrong,
            }
        }
        None => (&lower[..], 0),
    };
    let point = mantissa.iter().position(|&byte| byte == b'.');
    let fraction = point.map_or(0, |at| mantissa.len() - at - 1) as i32;
    let mut value: i128 = 0;
    let mut any = false;
    for (at, &byte) in mantissa.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let next = value.checked_mul(10).and_then(|value| value.checked_add(i128::from(byte - b'0')));
                match next {
                    Some(next) => value = next,
                    None => return Parsed::TooLarge,
                }
            }
            b'.' if Some(at) == point => {}
            _ => return Parsed::Wrong,
        }
    }
    if !any {
        return Parsed::Wrong;
    }
    let places = fraction - exponent;
    let digits = match u32::try_from(places) {
        Ok(places) if places > 30 => return Parsed::TooLarge,
        Ok(_) => value,
        Err(_) => {
            match 10i128.checked_pow(places.unsigned_abs()).and_then(|scale| value.checked_mul(scale)) {
                Some(value) => value,
                None => return Parsed::TooLarge,
            }
        }
    };
    let places = u32::try_from(places).unwrap_or(0);
    Parsed::Number(Decimal { digits: if negative { -digits } else { digits }, places, negative })
}
