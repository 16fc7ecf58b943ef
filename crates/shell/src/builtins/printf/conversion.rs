//! `%-08.3f`: a conversion and its parts.

use bytes::Bytes;

use super::{Flavor, Problem};

/// How what is converted is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A blank where a plus would be.
    pub blank: bool,
    /// `0`
    pub zeros: bool,
    /// `#`
    pub alternate: bool,
    /// `'`: groups of digits; the locales there are have none.
    pub grouped: bool,
    /// The least number of bytes.
    pub width: usize,
    /// What stands behind the `.`
    pub precision: Option<usize>,
}

/// Where a width or a precision comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The format itself.
    Written,
    /// `*`: the next argument.
    Given,
}

/// One conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// How it is laid out.
    pub flags: Flags,
    /// Where the width comes from.
    pub width: Argument,
    /// Where the precision comes from.
    pub precision: Argument,
    /// What it converts to.
    pub letter: u8,
    /// The text between the parentheses of `%(..)T`.
    pub time: Bytes,
}

impl Conversion {
    /// Whether the precision is a number of digits.
    pub(super) fn is_number(&self) -> bool {
        !matches!(self.letter, b's' | b'b' | b'c' | b'q' | b'Q' | b'T')
    }

    /// Whether the program takes these flags with this letter.
    fn is_known_to_program(&self, plain: bool) -> bool {
        let precise = self.precision == Argument::Given || self.flags.precision.is_some();
        match self.letter {
            b'b' | b'q' => plain,
            b'c' => !(self.flags.alternate || self.flags.zeros || self.flags.grouped || precise),
            b's' => !(self.flags.alternate || self.flags.zeros || self.flags.grouped),
            b'd' | b'i' | b'u' => !self.flags.alternate,
            b'f' | b'F' | b'g' | b'G' => true,
            _ => !self.flags.grouped,
        }
    }
}

/// The conversion at `start`, and where the format goes on behind it.
pub(super) fn parse(format: &Bytes, start: usize, flavor: Flavor) -> Result<(Conversion, usize), Problem> {
    let mut conversion = Conversion {
        flags: Flags::default(),
        width: Argument::Written,
        precision: Argument::Written,
        letter: 0,
        time: Bytes::new(),
    };
    let mut at = start + 1;
    while let Some(&flag) = format.get(at) {
        match flag {
            b'-' => conversion.flags.left = true,
            b'+' => conversion.flags.plus = true,
            b' ' => conversion.flags.blank = true,
            b'0' => conversion.flags.zeros = true,
            b'#' => conversion.flags.alternate = true,
            b'\'' => conversion.flags.grouped = true,
            b'I' if flavor == Flavor::Program => {}
            _ => break,
        }
        at += 1;
    }
    if format.get(at) == Some(&b'*') {
        conversion.width = Argument::Given;
        at += 1;
    } else {
        (conversion.flags.width, at) = digits(format, at);
    }
    if format.get(at) == Some(&b'.') {
        at += 1;
        if format.get(at) == Some(&b'*') {
            conversion.precision = Argument::Given;
            at += 1;
        } else {
            let (precision, next) = digits(format, at);
            conversion.flags.precision = Some(precision);
            at = next;
        }
    }
    while matches!(format.get(at), Some(b'h' | b'l' | b'L' | b'j' | b't' | b'z')) {
        at += 1;
    }
    let Some(&letter) = format.get(at) else { return Err(Problem::Unfinished(format.slice(start..))) };
    if letter == b'(' && flavor == Flavor::Builtin {
        return match closing(format, at) {
            Some(close) if format.get(close + 1) == Some(&b'T') => {
                conversion.time = format.slice(at + 1..close);
                conversion.letter = b'T';
                Ok((conversion, close + 2))
            }
            close => {
                let behind = close.and_then(|close| format.get(close + 1));
                Err(Problem::BadTime(behind.copied().unwrap_or_default()))
            }
        };
    }
    conversion.letter = letter;
    let known = match flavor {
        Flavor::Builtin => b"sbcdiuoxXeEfFgGaAqQn".contains(&letter),
        Flavor::Program => {
            b"sbcdiuoxXeEfFgGaAq".contains(&letter) && conversion.is_known_to_program(at == start + 1)
        }
    };
    match known {
        true => Ok((conversion, at + 1)),
        false => Err(Problem::BadConversion(format.slice(start..=at))),
    }
}

fn digits(format: &[u8], start: usize) -> (usize, usize) {
    let mut at = start;
    let mut value = 0usize;
    while let Some(digit @ b'0'..=b'9') = format.get(at) {
        value = value.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        at += 1;
    }
    (value.min(i32::MAX as usize), at)
}

/// The parenthesis that closes the one at `open`.
fn closing(format: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in format.iter().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}
