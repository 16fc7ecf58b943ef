//! Whether lines are in order already: `-c` and `-C`.

use std::cmp::Ordering;

use memchr::memchr;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_vfs::{Call, Result};

use super::rules::Rules;

/// The first line that is out of order.
pub struct Disorder {
    /// Its number, from 1.
    pub number: u64,
    /// The line without its end.
    pub line: Vec<u8>,
}

/// Reads `input` up to the first line that should come before its predecessor, or with `unique` be the same.
pub async fn check(
    input: Descriptor,
    rules: &Rules,
    end: u8,
    unique: bool,
    call: &Call,
) -> Result<Option<Disorder>> {
    let mut blocks = Blocks::new(input, end);
    let mut before: Option<Vec<u8>> = None;
    let mut number = 0;
    while let Some(block) = blocks.next(call).await? {
        let mut last: Option<&[u8]> = before.as_deref();
        let mut rest = &block[..];
        while !rest.is_empty() {
            let length = memchr(end, rest).unwrap_or(rest.len());
            let line = &rest[..length];
            rest = rest.get(length + 1..).unwrap_or_default();
            number += 1;
            let order = last.map_or(Ordering::Less, |last| match unique {
                true => rules.compare_keys(last, line),
                false => rules.compare(last, line),
            });
            if order == Ordering::Greater || unique && order == Ordering::Equal {
                return Ok(Some(Disorder { number, line: line.to_vec() }));
            }
            last = Some(line);
            call.tick().await;
        }
        before = last.map(<[u8]>::to_vec);
    }
    Ok(None)
}
