//! `{first..last}` and `{first..last..step}`.

use bytes::Bytes;

use crate::ast::BraceRange;

/// The range that the text between two braces means.
pub(super) fn range(text: &Bytes, whole: Bytes) -> Option<BraceRange> {
    let (first, rest) = split(text)?;
    let (last, step) = match split(rest) {
        Some((last, step)) => (last, Some(step)),
        None => (rest, None),
    };
    let step = match step {
        Some(step) => integer(step)?.unsigned_abs(),
        None => 1,
    };
    let range = |first, last, width, characters| BraceRange {
        first,
        last,
        step: step.max(1),
        width,
        characters,
        text: whole,
    };
    if let (Some(low), Some(high)) = (integer(first), integer(last)) {
        let width = if is_padded(first) || is_padded(last) { first.len().max(last.len()) } else { 0 };
        return Some(range(low, high, width, false));
    }
    match (first, last) {
        (&[low], &[high]) if low.is_ascii_alphabetic() && high.is_ascii_alphabetic() => {
            Some(range(i64::from(low), i64::from(high), 0, true))
        }
        _ => None,
    }
}

fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.windows(2).position(|pair| pair == b"..")?;
    Some((&text[..at], &text[at + 2..]))
}

fn integer(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether a number is written with zeros in front, to be kept.
fn is_padded(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    digits.len() > 1 && digits.first() == Some(&b'0')
}

impl BraceRange {
    /// How many values there are, less one.
    pub(super) fn steps(&self) -> u64 {
        self.last.abs_diff(self.first) / self.step
    }

    /// The value at a place of the range.
    pub(super) fn value(&self, index: u64) -> Bytes {
        let distance = index.wrapping_mul(self.step);
        let value = match self.last >= self.first {
            true => self.first.wrapping_add_unsigned(distance),
            false => self.first.wrapping_sub_unsigned(distance),
        };
        match (self.characters, value) {
            // It stands in an unquoted word, where it quotes nothing and vanishes.
            (true, 0x5c) => Bytes::new(),
            (true, _) => Bytes::copy_from_slice(&[value as u8]),
            (false, _) if value < 0 && self.width > 0 => {
                format!("-{:0width$}", value.unsigned_abs(), width = self.width - 1).into()
            }
            (false, _) => format!("{value:0width$}", width = self.width).into(),
        }
    }
}
