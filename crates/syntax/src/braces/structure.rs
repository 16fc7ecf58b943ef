//! Finding the braces of a word.

use bytes::Bytes;

use super::range::range;
use crate::ast::{BraceRange, Part};
use crate::parser::{Parse, Parser};
use crate::word::push_text;

/// An open brace and what was found behind it.
#[derive(Default)]
struct Frame {
    alternatives: Vec<Vec<Part>>,
    current: Vec<Part>,
}

impl Frame {
    /// What a brace means that is closed now.
    fn close_into(mut self, range: Option<BraceRange>, parts: &mut Vec<Part>) {
        if let Some(range) = range {
            parts.push(Part::BraceRange(Box::new(range)));
        } else if self.alternatives.is_empty() {
            self.flatten_into(parts);
            push_text(parts, Bytes::from_static(b"}"));
        } else {
            self.alternatives.push(self.current);
            parts.push(Part::BraceList(self.alternatives));
        }
    }

    /// The text of a brace that was never closed, or that means nothing.
    fn flatten_into(self, parts: &mut Vec<Part>) {
        push_text(parts, Bytes::from_static(b"{"));
        for alternative in self.alternatives {
            append(parts, alternative);
            push_text(parts, Bytes::from_static(b","));
        }
        append(parts, self.current);
    }
}

fn append(parts: &mut Vec<Part>, more: Vec<Part>) {
    for part in more {
        match part {
            Part::Literal(text) => push_text(parts, text),
            _ => parts.push(part),
        }
    }
}

impl Parser {
    /// Turns the braces in unquoted text that mean alternatives or ranges into parts.
    pub(crate) fn structure_braces(&mut self, parts: Vec<Part>) -> Parse<Vec<Part>> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut out = Vec::with_capacity(parts.len());
        for part in parts {
            let Part::Literal(text) = part else {
                frames.last_mut().map_or(&mut out, |frame| &mut frame.current).push(part);
                continue;
            };
            let mut done = 0;
            for (at, &byte) in text.iter().enumerate() {
                if !matches!(byte, b'{' | b'}' | b',') || (frames.is_empty() && byte != b'{') {
                    continue;
                }
                let current = frames.last_mut().map_or(&mut out, |frame| &mut frame.current);
                if at > done {
                    push_text(current, text.slice(done..at));
                }
                done = at + 1;
                match byte {
                    b'{' => {
                        if frames.len() as u32 >= self.options.depth {
                            return Err(self.too_deep());
                        }
                        frames.push(Frame::default());
                    }
                    b',' => {
                        if let Some(frame) = frames.last_mut() {
                            let alternative = std::mem::take(&mut frame.current);
                            frame.alternatives.push(alternative);
                        }
                    }
                    _ => close(&mut frames, &mut out),
                }
            }
            if done < text.len() {
                let current = frames.last_mut().map_or(&mut out, |frame| &mut frame.current);
                push_text(current, text.slice(done..));
            }
        }
        while let Some(frame) = frames.pop() {
            frame.flatten_into(frames.last_mut().map_or(&mut out, |outer| &mut outer.current));
        }
        Ok(out)
    }
}

/// Closes the innermost brace.
fn close(frames: &mut Vec<Frame>, out: &mut Vec<Part>) {
    let Some(mut frame) = frames.pop() else { return };
    let range = match frame.current.as_slice() {
        [Part::Literal(text)] if frame.alternatives.is_empty() => {
            range(text, [b"{", &text[..], b"}"].concat().into())
        }
        _ => None,
    };
    let Some(outer) = frames.last_mut().map(|outer| &mut outer.current) else {
        if frame.alternatives.is_empty() && range.is_none() {
            // No comma yet: it may still come, `{a},b}` is `a}` and `b`.
            push_text(&mut frame.current, Bytes::from_static(b"}"));
            frames.push(frame);
        } else {
            frame.close_into(range, out);
        }
        return;
    };
    frame.close_into(range, outer);
}
