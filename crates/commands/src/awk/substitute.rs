//! `sub`, `gsub` and `gensub`.

use bytes::{Bytes, BytesMut};
use mirage_pattern::regex::{Captures, Regex};

use super::machine::{Fatal, Machine};
use super::value::Value;

/// A piece of a replacement.
enum Piece {
    Text(Vec<u8>),
    /// `&`, or `\N` of gensub.
    Group(usize),
}

impl Machine {
    /// Pops replacement, expression and text; pushes the new text and remembers how often something was replaced.
    pub(super) fn substitute(&mut self, every: bool) -> Result<(), Fatal> {
        let replacement = self.pop_text();
        let pattern = self.pop_text();
        let text = self.pop_text();
        let regex = self.regex_of(&pattern)?;
        let pieces = pieces(&replacement, false);
        let which = if every { Which::Every } else { Which::Number(1) };
        let (changed, count) = replace(&text, &regex, &pieces, which)?;
        self.replaced = count;
        self.stack.push(changed.map_or(Value::Text(text), Value::Text));
        Ok(())
    }

    /// `gensub(regex, replacement, which, text)`.
    pub(super) fn gensub(
        &mut self,
        text: Bytes,
        pattern: &Bytes,
        replacement: &[u8],
        which: &Value,
    ) -> Result<Value, Fatal> {
        let regex = self.regex_of(pattern)?;
        let which_text = which.to_text(b"%.6g");
        let which = match which_text.first() {
            Some(b'g' | b'G') => Which::Every,
            _ => {
                let number = which.number();
                if number < 1.0 {
                    let shown = String::from_utf8_lossy(&which_text);
                    self.warnings.push(format!("gensub: third argument `{shown}' treated as 1"));
                }
                Which::Number(number.max(1.0) as u64)
            }
        };
        let (changed, _) = replace(&text, &regex, &pieces(replacement, true), which)?;
        Ok(Value::Text(changed.unwrap_or(text)))
    }
}

#[derive(Clone, Copy)]
enum Which {
    Every,
    Number(u64),
}

/// A replacement's pieces: `&` is the match, `\&` a plain one, `\\` before either a backslash.
fn pieces(replacement: &[u8], groups: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(&byte) = replacement.get(at) {
        let next = replacement.get(at + 1).copied();
        let group = match (byte, next) {
            (b'&', _) => Some((0, 1)),
            (b'\\', Some(digit @ b'0'..=b'9')) if groups => Some((usize::from(digit - b'0'), 2)),
            _ => None,
        };
        if let Some((group, length)) = group {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Group(group));
            at += length;
            continue;
        }
        match (byte, next) {
            (b'\\', Some(b'&')) => {
                text.push(b'&');
                at += 2;
            }
            // POSIX: two backslashes are one where an `&` follows, and in gensub anywhere.
            (b'\\', Some(b'\\')) if groups || replacement.get(at + 2) == Some(&b'&') => {
                text.push(b'\\');
                at += 2;
            }
            _ => {
                text.push(byte);
                at += 1;
            }
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// The new text, if anything was replaced, and how often.
fn replace(
    text: &Bytes,
    regex: &Regex,
    pieces: &[Piece],
    which: Which,
) -> Result<(Option<Bytes>, f64), Fatal> {
    let error = |error: mirage_pattern::Error| Fatal(error.to_string());
    let wants_groups = pieces.iter().any(|piece| matches!(piece, Piece::Group(1..)));
    let mut captures = Captures::default();
    let mut output = BytesMut::new();
    let (mut at, mut copied, mut seen, mut count) = (0, 0, 0u64, 0.0);
    while at <= text.len() {
        let found = match wants_groups {
            true => match regex.captures_at(text, at, &mut captures).map_err(error)? {
                true => captures.get(0),
                false => None,
            },
            false => regex.find_at(text, at).map_err(error)?,
        };
        let Some(found) = found else { break };
        // An empty match right behind the last one is none.
        let stuck = found.is_empty() && seen > 0 && found.start == copied && count > 0.0;
        if !stuck {
            seen += 1;
            if matches!(which, Which::Every) || matches!(which, Which::Number(number) if number == seen) {
                output.extend_from_slice(&text[copied..found.start]);
                for piece in pieces {
                    match piece {
                        Piece::Text(piece) => output.extend_from_slice(piece),
                        Piece::Group(0) => output.extend_from_slice(&text[found.clone()]),
                        Piece::Group(group) => {
                            output.extend_from_slice(&text[captures.get(*group).unwrap_or(0..0)]);
                        }
                    }
                }
                copied = found.end;
                count += 1.0;
                if matches!(which, Which::Number(_)) {
                    break;
                }
            }
        }
        at = if found.is_empty() { found.end + 1 } else { found.end };
    }
    if count == 0.0 {
        return Ok((None, 0.0));
    }
    output.extend_from_slice(&text[copied..]);
    Ok((Some(output.freeze()), count))
}
