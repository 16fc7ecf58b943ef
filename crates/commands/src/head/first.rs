//! The first lines or bytes: reads no further than it must, and gives back what it did not need.

use memchr::memchr_iter;
use mirage_shell::io::{Descriptor, Writer};
use mirage_vfs::{Call, Result};

/// What `head` takes from a pipe at a time, and does not give back: the same bytes are left to the next reader as with
/// the real one. A file is left exactly behind the last line printed.
const PIPE_READ: u64 = 8192;

/// Copies the first `lines` lines.
pub async fn lines(
    input: &Descriptor,
    mut lines: u64,
    separator: u8,
    output: &mut Writer,
    call: &Call,
) -> Result<Result<()>> {
    let mut taken = 0;
    while lines > 0 {
        let mut chunk = match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        let mut end = chunk.len();
        for at in memchr_iter(separator, &chunk) {
            lines -= 1;
            if lines == 0 {
                end = at + 1;
                break;
            }
        }
        if lines == 0 {
            input.unread(chunk.slice(consumed(input, taken, end, chunk.len())..));
            chunk.truncate(end);
        }
        taken += chunk.len() as u64;
        output.pass(call, chunk).await?;
        output.flush(call).await?;
        call.tick_many(64).await;
    }
    Ok(Ok(()))
}

/// How much of a chunk of `length` bytes, `taken` bytes into the input, is used up when `end` bytes of it are printed.
fn consumed(input: &Descriptor, taken: u64, end: usize, length: usize) -> usize {
    match input.as_file() {
        Some(_) => end,
        None => {
            let boundary = (taken + end as u64).next_multiple_of(PIPE_READ) - taken;
            usize::try_from(boundary).map_or(length, |boundary| boundary.min(length))
        }
    }
}

/// Copies the first `bytes` bytes.
pub async fn bytes(
    input: &Descriptor,
    mut bytes: u64,
    output: &mut Writer,
    call: &Call,
) -> Result<Result<()>> {
    while bytes > 0 {
        let mut chunk = match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        if chunk.len() as u64 > bytes {
            input.unread(chunk.split_off(bytes as usize));
        }
        bytes -= chunk.len() as u64;
        output.pass(call, chunk).await?;
        output.flush(call).await?;
        call.tick_many(64).await;
    }
    Ok(Ok(()))
}
