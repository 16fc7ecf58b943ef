//! Numbers in predicates: `+5`, `-2`, `3`, `1.5`.

use std::cmp::Ordering;

use super::expression::Comparison;

/// What a sign in front means, and what follows it.
fn sign(text: &[u8]) -> (Ordering, &[u8]) {
    match text {
        [b'+', rest @ ..] => (Ordering::Greater, rest),
        [b'-', rest @ ..] => (Ordering::Less, rest),
        rest => (Ordering::Equal, rest),
    }
}

/// A whole number with a sign that compares.
pub fn whole(text: &[u8]) -> Option<Comparison<u64>> {
    let (ordering, digits) = sign(text);
    let number = decimal(digits)?;
    Some(Comparison { ordering, number })
}

/// Digits alone.
pub fn decimal(digits: &[u8]) -> Option<u64> {
    match !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        true => std::str::from_utf8(digits).ok()?.parse().ok(),
        false => None,
    }
}

/// A number with a fraction and a sign that compares; a second sign is the number's own.
pub fn real(text: &[u8]) -> Option<Comparison<f64>> {
    let (ordering, rest) = sign(text);
    let number = std::str::from_utf8(rest).ok()?.parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(Comparison { ordering, number })
}
