//! The formats of `-printf`.

/// A format, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Format(pub Vec<Segment>);

/// One part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// As it is.
    Text(Vec<u8>),
    /// A property of the entry.
    Directive(Directive),
    /// `\c`: nothing more, at once.
    Stop,
}

/// `%-10p`, `%TY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    pub left: bool,
    pub zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub precision: Option<usize>,
    pub letter: u8,
    /// Of `%A`, `%B`, `%C` and `%T`: the form of the time.
    pub form: u8,
}

/// Letters that take nothing but the name or the kind of an entry.
const CHEAP: &[u8] = b"dfhHpPy";

impl Format {
    /// Takes a format apart; `warnings` gets what is odd about it. The error is a message.
    pub fn parse(text: &[u8], warnings: &mut Vec<Vec<u8>>) -> Result<Format, Vec<u8>> {
        let mut format = Format::default();
        let mut literal = Vec::new();
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'\\' => match escape(&text[at..], warnings) {
                    (Some(bytes), length) => {
                        literal.extend_from_slice(&bytes);
                        at += length;
                    }
                    (None, _) => {
                        format.add_text(&mut literal);
                        format.0.push(Segment::Stop);
                        return Ok(format);
                    }
                },
                b'%' if text.get(at + 1) == Some(&b'%') => {
                    literal.push(b'%');
                    at += 2;
                }
                b'%' => {
                    let (segment, length) = directive(&text[at..], warnings)?;
                    match segment {
                        Segment::Text(text) => literal.extend_from_slice(&text),
                        segment => {
                            format.add_text(&mut literal);
                            format.0.push(segment);
                        }
                    }
                    at += length;
                }
                byte => {
                    literal.push(byte);
                    at += 1;
                }
            }
        }
        format.add_text(&mut literal);
        Ok(format)
    }

    fn add_text(&mut self, literal: &mut Vec<u8>) {
        if !literal.is_empty() {
            self.0.push(Segment::Text(std::mem::take(literal)));
        }
    }

    /// Whether printing it takes the metadata of entries.
    pub fn needs_metadata(&self) -> bool {
        self.0.iter().any(
            |segment| matches!(segment, Segment::Directive(directive) if !CHEAP.contains(&directive.letter)),
        )
    }
}

/// What an escape stands for and its length; nothing for `\c`.
fn escape(text: &[u8], warnings: &mut Vec<Vec<u8>>) -> (Option<Vec<u8>>, usize) {
    let Some(&letter) = text.get(1) else {
        warnings.push(b"escape `\\' followed by nothing at all".to_vec());
        return (Some(b"\\".to_vec()), 1);
    };
    let byte = match letter {
        b'a' => 7,
        b'b' => 8,
        b'c' => return (None, 2),
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'0'..=b'7' => {
            let digits = text[1..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte));
            let value = digits.clone().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            return (Some(vec![value as u8]), 1 + digits.count());
        }
        _ => {
            warnings.push([b"unrecognized escape `\\", &[letter][..], b"'"].concat());
            return (Some(vec![b'\\', letter]), 2);
        }
    };
    (Some(vec![byte]), 2)
}

/// The directive that `text` starts with, and its length.
fn directive(text: &[u8], warnings: &mut Vec<Vec<u8>>) -> Result<(Segment, usize), Vec<u8>> {
    let mut directive = Directive {
        left: false,
        zero: false,
        alternate: false,
        width: 0,
        precision: None,
        letter: 0,
        form: 0,
    };
    let mut at = 1;
    while let Some(flag) = text.get(at) {
        match flag {
            b'-' => directive.left = true,
            b'0' => directive.zero = true,
            b'#' => directive.alternate = true,
            b'+' | b' ' => {}
            _ => break,
        }
        at += 1;
    }
    let number = |at: &mut usize| {
        let mut value = 0usize;
        while let Some(digit) = text.get(*at).filter(|byte| byte.is_ascii_digit()) {
            value = (value * 10 + usize::from(digit - b'0')).min(1 << 20);
            *at += 1;
        }
        value
    };
    directive.width = number(&mut at);
    if text.get(at) == Some(&b'.') {
        at += 1;
        directive.precision = Some(number(&mut at));
    }
    let Some(&letter) = text.get(at) else {
        return Err(b"error: % at end of format string".to_vec());
    };
    at += 1;
    directive.letter = letter;
    match letter {
        b'A' | b'B' | b'C' | b'T' => match text.get(at) {
            Some(&form) => {
                directive.form = form;
                Ok((Segment::Directive(directive), at + 1))
            }
            None => {
                let shown = [&b"%"[..], &[letter]].concat();
                warnings.push(
                    [b"format directive `", &shown[..], b"' should be followed by another character"]
                        .concat(),
                );
                Ok((Segment::Text(text[..at].to_vec()), at))
            }
        },
        b'a' | b'b' | b'c' | b'd' | b'D' | b'f' | b'F' | b'g' | b'G' | b'h' | b'H' | b'i' | b'k' | b'l'
        | b'm' | b'M' | b'n' | b'p' | b'P' | b's' | b'S' | b't' | b'u' | b'U' | b'y' | b'Y' | b'Z' => {
            Ok((Segment::Directive(directive), at))
        }
        b'{' | b'(' | b'[' => {
            Err([b"error: the format directive `%", &[letter][..], b"' is reserved for future use"].concat())
        }
        _ => {
            warnings.push([b"unrecognized format directive `%", &[letter][..], b"'"].concat());
            Ok((Segment::Text(text[..at].to_vec()), at))
        }
    }
}

impl Directive {
    /// `value` with the precision, the width and the flags of this directive; a number may be filled with zeros.
    pub fn pad(&self, value: &[u8], is_number: bool, text: &mut Vec<u8>) {
        let shown = match self.precision {
            Some(precision) if !is_number => &value[..value.len().min(precision)],
            _ => value,
        };
        let fill = self.width.saturating_sub(shown.len());
        if self.left {
            text.extend_from_slice(shown);
            text.extend(std::iter::repeat_n(b' ', fill));
            return;
        }
        let zero = self.zero && is_number && self.precision.is_none();
        text.extend(std::iter::repeat_n(if zero { b'0' } else { b' ' }, fill));
        text.extend_from_slice(shown);
    }
}
