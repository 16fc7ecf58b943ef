//! `seq -f`: one conversion for floating point, with text around it.

use bytes::{BufMut, BytesMut};
use mirage_pattern::Locale;

use crate::support::{float, quote};

/// A format with one conversion.
pub struct Format {
    before: Vec<u8>,
    after: Vec<u8>,
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    conversion: u8,
}

/// More than this is a mistake, and would only fill memory.
const WIDTH_LIMIT: usize = 1 << 20;

impl Format {
    /// Reads a format; an error is GNU's message.
    pub fn parse(text: &[u8], locale: Locale) -> Result<Format, Vec<u8>> {
        let wrong = |why: &[u8]| [b"format ", &quote(text, locale)[..], why].concat();
        let Some((before, at)) = literal(text, 0) else { return Err(wrong(b" has no % directive")) };
        let mut format = Format {
            before,
            after: Vec::new(),
            left: false,
            plus: false,
            space: false,
            alternate: false,
            zero: false,
            width: 0,
            precision: None,
            conversion: b'g',
        };
        let mut at = at + 1;
        while let Some(flag) = text.get(at) {
            match flag {
                b'-' => format.left = true,
                b'+' => format.plus = true,
                b' ' => format.space = true,
                b'#' => format.alternate = true,
                b'0' => format.zero = true,
                b'\'' => {}
                _ => break,
            }
            at += 1;
        }
        let number = |at: &mut usize| {
            let digits = text[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let value = text[*at..*at + digits]
                .iter()
                .fold(0usize, |sum, digit| sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
            *at += digits;
            value.min(WIDTH_LIMIT)
        };
        format.width = number(&mut at);
        if text.get(at) == Some(&b'.') {
            at += 1;
            format.precision = Some(number(&mut at));
        }
        at += usize::from(text.get(at) == Some(&b'L'));
        match text.get(at) {
            None => return Err(wrong(b" ends in %")),
            Some(conversion) if b"aAeEfFgG".contains(conversion) => format.conversion = *conversion,
            Some(other) => return Err(wrong(&[b" has unknown %", &[*other][..], b" directive"].concat())),
        }
        match literal(text, at + 1) {
            Some(_) => Err(wrong(b" has too many % directives")),
            None => {
                format.after = unescape(&text[at + 1..]);
                Ok(format)
            }
        }
    }

    /// Adds `value` in this format.
    pub fn push(&self, value: f64, output: &mut BytesMut) {
        let precision = self.precision.unwrap_or(6);
        let (magnitude, upper) = (value.abs(), self.conversion.is_ascii_uppercase());
        let text = match self.conversion | 32 {
            b'f' => float::fixed(magnitude, precision),
            b'e' => float::exponent(magnitude, precision, upper),
            b'a' => float::hexadecimal(magnitude, self.precision, upper),
            _ => float::general(magnitude, precision, self.alternate, upper),
        };
        let sign: &[u8] = match value.is_sign_negative() {
            true => b"-",
            false if self.plus => b"+",
            false if self.space => b" ",
            false => b"",
        };
        let fill = self.width.saturating_sub(text.len() + sign.len());
        output.put_slice(&self.before);
        if !self.left && !self.zero {
            output.put_bytes(b' ', fill);
        }
        output.put_slice(sign);
        if !self.left && self.zero {
            output.put_bytes(b'0', fill);
        }
        output.put_slice(text.as_bytes());
        if self.left {
            output.put_bytes(b' ', fill);
        }
        output.put_slice(&self.after);
    }
}

/// The text from `from` to the next conversion, and where that is.
fn literal(text: &[u8], from: usize) -> Option<(Vec<u8>, usize)> {
    let mut at = from;
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            (b'%', Some(b'%')) => at += 2,
            (b'%', _) => return Some((unescape(&text[from..at]), at)),
            _ => at += 1,
        }
    }
    None
}

/// `%%` is one percent sign.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        output.push(text[at]);
        at += if text[at] == b'%' { 2 } else { 1 };
    }
    output
}
