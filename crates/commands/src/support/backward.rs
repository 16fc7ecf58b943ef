//! Files searched from their end, by ranges: a file's last lines cost no more than they are long.

use bytes::Bytes;
use memchr::memrchr_iter;
use mirage_shell::io::{Descriptor, Opened};
use mirage_vfs::{Call, Result};

/// The first range read; later ones grow.
const FIRST_RANGE: u64 = 16 * 1024;

/// The largest range read.
const LARGEST_RANGE: u64 = 1024 * 1024;

/// Where the last `lines` lines of the bytes `start..end` begin. Text behind the last separator is a line too.
pub async fn last_lines(
    file: &Opened,
    call: &Call,
    (start, end): (u64, u64),
    mut lines: u64,
    separator: u8,
) -> Result<u64> {
    if lines == 0 {
        return Ok(end);
    }
    let mut range = FIRST_RANGE;
    let mut upper = end;
    while upper > start {
        let lower = upper.saturating_sub(range).max(start);
        let block = read_range(file, call, lower, upper).await?;
        for at in memrchr_iter(separator, &block) {
            let after = lower + at as u64 + 1;
            // The separator at the very end ends the last line, it does not start another.
            if after == end {
                continue;
            }
            lines -= 1;
            if lines == 0 {
                return Ok(after);
            }
        }
        call.tick_many(64).await;
        upper = lower;
        range = (range * 4).min(LARGEST_RANGE);
    }
    Ok(start)
}

/// The bytes `start..end`; fewer when the file has become shorter.
pub async fn read_range(file: &Opened, call: &Call, start: u64, end: u64) -> Result<Bytes> {
    let first = file.file().read_at(call, start, (end - start) as usize).await?;
    let mut at = start + first.len() as u64;
    if at >= end || first.is_empty() {
        return Ok(first);
    }
    let mut gathered = first.to_vec();
    while at < end {
        let more = file.file().read_at(call, at, (end - at) as usize).await?;
        if more.is_empty() {
            break;
        }
        at += more.len() as u64;
        gathered.extend_from_slice(&more);
    }
    Ok(gathered.into())
}

/// The file behind `input` and the bytes of it that are left to read, if it is a file whose size is known.
pub async fn left_to_read<'a>(input: &'a Descriptor, call: &Call) -> Result<Option<(&'a Opened, u64, u64)>> {
    let Some(file) = input.as_file() else { return Ok(None) };
    let Some(size) = file.file().stat(call).await?.size.exact() else { return Ok(None) };
    let offset = input.offset().unwrap_or(0);
    Ok((offset < size).then_some((file, offset, size)))
}
