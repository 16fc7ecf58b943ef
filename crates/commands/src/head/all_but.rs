//! Everything but the last lines or bytes.

use bytes::Bytes;
use mirage_shell::io::{Descriptor, Writer};
use mirage_vfs::{Call, Result};

use super::first;
use crate::support::{Held, last_lines, left_to_read};

/// Copies all but the last `lines` lines.
pub async fn lines(
    input: &Descriptor,
    lines: u64,
    separator: u8,
    output: &mut Writer,
    call: &Call,
) -> Result<Result<()>> {
    if lines > 0 {
        match left_to_read(input, call).await {
            Ok(None) => {}
            Ok(Some((file, start, end))) => {
                return match last_lines(file, call, (start, end), lines, separator).await {
                    Ok(stop) => first::bytes(input, stop - start, output, call).await,
                    Err(error) => Ok(Err(error)),
                };
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    let mut held = Held::counted(separator, call);
    loop {
        let chunk = match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        held.push(chunk);
        while let Some(chunk) = held.pop_beyond_lines(lines) {
            output.pass(call, chunk).await?;
        }
        output.flush(call).await?;
        call.tick_many(64).await;
    }
    let rest = held.take_lines(held.lines().saturating_sub(lines));
    Ok(Ok(pass_all(rest, output, call).await?))
}

/// Copies all but the last `bytes` bytes.
pub async fn bytes(input: &Descriptor, bytes: u64, output: &mut Writer, call: &Call) -> Result<Result<()>> {
    if bytes > 0 {
        match left_to_read(input, call).await {
            Ok(None) => {}
            Ok(Some((_, start, end))) => {
                return first::bytes(input, (end - start).saturating_sub(bytes), output, call).await;
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    let mut held = Held::counted(b'\n', call);
    loop {
        let chunk = match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        held.push(chunk);
        while let Some(chunk) = held.pop_beyond_bytes(bytes) {
            output.pass(call, chunk).await?;
        }
        output.flush(call).await?;
        call.tick_many(64).await;
    }
    let rest = held.take_bytes(held.bytes().saturating_sub(bytes));
    Ok(Ok(pass_all(rest, output, call).await?))
}

async fn pass_all(chunks: Vec<Bytes>, output: &mut Writer, call: &Call) -> Result<()> {
    for chunk in chunks {
        output.pass(call, chunk).await?;
    }
    output.flush(call).await
}
