//! Separators found from the end, and the records between them.

use std::ops::Range;

use bytes::Bytes;
use memchr::{memmem, memrchr};
use mirage_pattern::regex::Regex;
use mirage_shell::command::Context;
use mirage_shell::io::Writer;
use mirage_vfs::Error;

use super::text::Text;

/// How much is read at a time, from the end on.
const PIECE: u64 = 256 * 1024;

/// What separates records.
pub enum Separator {
    Literal(Bytes),
    Regex(Regex),
}

/// How printing one input ended.
pub enum Outcome {
    Done,
    /// It could not be read.
    Unread(Error),
    /// The expression is too much.
    Stopped(String),
}

/// Prints the records of `text` from the last to the first.
pub async fn print(
    text: &Text<'_>,
    separator: &Separator,
    before: bool,
    output: &mut Writer,
    context: &Context,
) -> mirage_vfs::Result<Outcome> {
    let call = &context.call;
    // `window` holds the bytes from `base` on; records up to `record_end` are not printed yet.
    let mut window = Bytes::new();
    let mut base = text.len();
    let mut record_end = base;
    // Matches lie before `limit` and start before `below`.
    let mut limit = base;
    let mut below = base + 1;
    loop {
        let within = &window[..(limit - base) as usize];
        let found = match separator.last(within, below.saturating_sub(base) as usize) {
            Ok(found) => found,
            Err(message) => return Ok(Outcome::Stopped(message)),
        };
        // A match that could start earlier, or reach into what is not read yet, needs more text in front.
        let Some(found) = found.filter(|found| base == 0 || separator.is_certain(found)) else {
            if base == 0 {
                break;
            }
            let size = PIECE.max(window.len() as u64).min(base);
            let piece = match text.read(base - size, base, call).await {
                Ok(piece) => piece,
                Err(error) => return Ok(Outcome::Unread(error)),
            };
            if piece.len() as u64 != size {
                // It became shorter while it was read: what is gone is not printed.
                return Ok(Outcome::Done);
            }
            let kept = (record_end - base) as usize;
            window = match kept {
                0 => piece,
                _ => [&piece[..], &window[..kept]].concat().into(),
            };
            base -= size;
            call.tick_many(64).await;
            continue;
        };
        let (start, end) = (base + found.start as u64, base + found.end as u64);
        let cut = if before { start } else { end };
        let record = window.slice((cut - base) as usize..(record_end - base) as usize);
        output.pass(call, record).await?;
        record_end = cut;
        limit = start;
        below = start;
        if separator.is_regex() && below == 0 {
            break;
        }
        call.tick().await;
    }
    output.pass(call, window.slice(..record_end as usize)).await?;
    Ok(Outcome::Done)
}

impl Separator {
    fn is_regex(&self) -> bool {
        matches!(self, Separator::Regex(_))
    }

    /// The match within `text` that starts last, but before `below`.
    fn last(&self, text: &[u8], below: usize) -> Result<Option<Range<usize>>, String> {
        match self {
            Separator::Literal(literal) => {
                let start = match literal[..] {
                    [byte] => memrchr(byte, text),
                    _ => memmem::rfind(text, literal),
                };
                Ok(start.map(|start| start..start + literal.len()))
            }
            Separator::Regex(regex) => last_match(regex, text, below).map_err(|error| error.to_string()),
        }
    }

    /// Whether a match stands wherever the text in front of it begins: an expression may look at the byte before.
    fn is_certain(&self, found: &Range<usize>) -> bool {
        !self.is_regex() || found.start > 4
    }
}

/// The match that starts last, but before `below`, as long as it can be: looked for in ever longer ends of the text.
fn last_match(
    regex: &Regex,
    text: &[u8],
    below: usize,
) -> Result<Option<Range<usize>>, mirage_pattern::Error> {
    let below = below.min(text.len() + 1);
    let (mut length, mut upper) = (64, below);
    while upper > 0 {
        let lower = upper.saturating_sub(length);
        let (mut at, mut last) = (lower, None);
        while at < upper
            && let Some(found) = regex.find_at(text, at)?
            && found.start < upper
        {
            at = found.start + 1;
            last = Some(found);
        }
        if last.is_some() {
            return Ok(last);
        }
        upper = lower;
        length *= 2;
    }
    Ok(None)
}
