//! The order of lines.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::general::General;
use super::key::{Ignore, Key, Kind, Style};
use super::number::{Decimal, is_blank, skip_blanks};
use crate::support::compare_versions;

/// In which order lines are, and which of them are the same.
pub struct Rules {
    /// What is compared, in turn; nothing is the whole line by its bytes.
    pub keys: Vec<Key>,
    /// Separates fields; none lets each field begin where blanks do.
    pub separator: Option<u8>,
    /// The last comparison, and the only one without keys, is reversed.
    pub reverse: bool,
    /// Lines with equal keys are ordered by their bytes; else they stay as they are.
    pub last_resort: bool,
    /// What makes the random order one of many.
    pub salt: [u8; 32],
}

impl Rules {
    /// A number that is smaller only if `line` comes first: it decides most comparisons alone.
    pub fn prefix(&self, line: &[u8]) -> u64 {
        match self.keys.first() {
            None => invert(leading_bytes(line), self.reverse),
            Some(key) => {
                let text = key.of(line, self.separator);
                invert(self.key_prefix(text, &key.style), key.style.reverse)
            }
        }
    }

    /// The order of two lines; `Equal` for lines that stay as they are.
    pub fn compare(&self, one: &[u8], two: &[u8]) -> Ordering {
        if self.keys.is_empty() {
            return reverse(one.cmp(two), self.reverse);
        }
        match self.compare_keys(one, two) {
            Ordering::Equal if self.last_resort => reverse(one.cmp(two), self.reverse),
            order => order,
        }
    }

    /// The order of two lines by their keys alone.
    pub fn compare_keys(&self, one: &[u8], two: &[u8]) -> Ordering {
        if self.keys.is_empty() {
            return reverse(one.cmp(two), self.reverse);
        }
        for key in &self.keys {
            let (one, two) = (key.of(one, self.separator), key.of(two, self.separator));
            let order = self.compare_key(one, two, &key.style);
            if order != Ordering::Equal {
                return reverse(order, key.style.reverse);
            }
        }
        Ordering::Equal
    }

    fn key_prefix(&self, text: &[u8], style: &Style) -> u64 {
        match style.kind {
            Kind::Text if !is_translated(style) => leading_bytes(text),
            Kind::Text => {
                let padded = translate(text, style).chain(std::iter::repeat(0));
                padded.take(8).fold(0, |prefix, byte| prefix << 8 | u64::from(byte))
            }
            Kind::Numeric => Decimal::read(text).prefix(),
            Kind::Human => Decimal::read(text).human_prefix(),
            Kind::General => General::read(text).prefix(),
            Kind::Month => month(&translated(text, style)).into(),
            Kind::Random => leading_bytes(&self.hash(&translated(text, style))),
            // Nothing short tells which comes first.
            Kind::Version => 0,
        }
    }

    fn compare_key(&self, one: &[u8], two: &[u8], style: &Style) -> Ordering {
        match style.kind {
            Kind::Text if !is_translated(style) => one.cmp(two),
            Kind::Text => translate(one, style).cmp(translate(two, style)),
            Kind::Numeric => Decimal::read(one).compare(&Decimal::read(two)),
            Kind::Human => Decimal::read(one).compare_human(&Decimal::read(two)),
            Kind::General => General::read(one).compare(&General::read(two)),
            Kind::Month => month(&translated(one, style)).cmp(&month(&translated(two, style))),
            Kind::Version => compare_versions(&translated(one, style), &translated(two, style)),
            Kind::Random => {
                let (one, two) = (translated(one, style), translated(two, style));
                self.hash(&one).cmp(&self.hash(&two)).then_with(|| one.cmp(&two))
            }
        }
    }

    fn hash(&self, text: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.salt, text).as_bytes()
    }
}

fn reverse(order: Ordering, reversed: bool) -> Ordering {
    if reversed { order.reverse() } else { order }
}

fn invert(prefix: u64, inverted: bool) -> u64 {
    if inverted { !prefix } else { prefix }
}

/// The first eight bytes as a number, with zeros for what is missing.
fn leading_bytes(text: &[u8]) -> u64 {
    match text.first_chunk::<8>() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let mut bytes = [0; 8];
            bytes[..text.len()].copy_from_slice(text);
            u64::from_be_bytes(bytes)
        }
    }
}

fn is_translated(style: &Style) -> bool {
    style.fold || style.ignore != Ignore::Nothing
}

/// The bytes that count, as they count.
fn translate(text: &[u8], style: &Style) -> impl Iterator<Item = u8> {
    let Style { fold, ignore, .. } = *style;
    let counts = move |byte: &u8| match ignore {
        Ignore::Nothing => true,
        Ignore::NotDictionary => byte.is_ascii_alphanumeric() || is_blank(*byte),
        Ignore::NotPrinting => matches!(byte, b' '..=b'~'),
    };
    text.iter().copied().filter(counts).map(move |byte| if fold { byte.to_ascii_uppercase() } else { byte })
}

fn translated<'a>(text: &'a [u8], style: &Style) -> Cow<'a, [u8]> {
    match is_translated(style) {
        true => Cow::Owned(translate(text, style).collect()),
        false => Cow::Borrowed(text),
    }
}

/// The month that `text` starts with, behind blanks; 0 for none.
fn month(text: &[u8]) -> u8 {
    const MONTHS: &[u8; 36] = b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    let Some(letters) = skip_blanks(text).first_chunk::<3>() else { return 0 };
    let letters = letters.to_ascii_uppercase();
    MONTHS.chunks_exact(3).position(|month| month == letters).map_or(0, |at| at as u8 + 1)
}
