//! The last lines or bytes of one input, or everything from some line or byte on.

use memchr::memchr_iter;
use mirage_shell::io::{Descriptor, Writer};
use mirage_vfs::{Call, Result};

use super::Amount;
use crate::support::{Held, last_lines, left_to_read};

/// Beyond what any file reaches; a host refuses to look further.
const LARGEST_OFFSET: u64 = 1 << 62;

/// Copies what is wanted of `input`; the inner result is about reading it, the outer one about writing. Of a file no
/// more is read than is printed; a stream is held back until its end is known.
pub async fn copy(
    input: &Descriptor,
    amount: Amount,
    separator: u8,
    output: &mut Writer,
    call: &Call,
) -> Result<Result<()>> {
    let found = match amount {
        Amount::FromLine(line) => skip_lines(input, line.saturating_sub(1), separator, call).await,
        Amount::FromByte(byte) => skip_bytes(input, byte.saturating_sub(1), call).await,
        Amount::LastLines(_) | Amount::LastBytes(_) => match left_to_read(input, call).await {
            Err(error) => Err(error),
            Ok(None) => hold_back(input, amount, separator, call).await,
            Ok(Some((file, start, end))) => {
                let first = match amount {
                    Amount::LastLines(lines) => last_lines(file, call, (start, end), lines, separator).await,
                    Amount::LastBytes(bytes) => Ok(end.saturating_sub(bytes).max(start)),
                    Amount::FromLine(_) | Amount::FromByte(_) => Ok(start),
                };
                first.map(|first| input.seek(first))
            }
        },
    };
    match found {
        Ok(()) => copy_rest(input, output, call).await,
        Err(error) => Ok(Err(error)),
    }
}

/// Copies all that is left.
pub async fn copy_rest(input: &Descriptor, output: &mut Writer, call: &Call) -> Result<Result<()>> {
    loop {
        match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => output.pass(call, chunk).await?,
            Err(error) => return Ok(Err(error)),
        }
        output.flush(call).await?;
        call.tick_many(64).await;
    }
    output.flush(call).await?;
    Ok(Ok(()))
}

async fn skip_lines(input: &Descriptor, mut lines: u64, separator: u8, call: &Call) -> Result<()> {
    while lines > 0 {
        let chunk = input.read(call).await?;
        if chunk.is_empty() {
            break;
        }
        for at in memchr_iter(separator, &chunk) {
            lines -= 1;
            if lines == 0 {
                input.unread(chunk.slice(at + 1..));
                break;
            }
        }
        call.tick_many(64).await;
    }
    Ok(())
}

async fn skip_bytes(input: &Descriptor, mut bytes: u64, call: &Call) -> Result<()> {
    if let Some(offset) = input.offset() {
        input.seek(offset.saturating_add(bytes).min(LARGEST_OFFSET));
        return Ok(());
    }
    while bytes > 0 {
        let chunk = input.read(call).await?;
        if chunk.is_empty() {
            break;
        }
        let skipped = usize::try_from(bytes).map_or(chunk.len(), |bytes| bytes.min(chunk.len()));
        input.unread(chunk.slice(skipped..));
        bytes -= skipped as u64;
        call.tick_many(64).await;
    }
    Ok(())
}

/// Reads a stream to its end and puts back the part that is wanted.
async fn hold_back(input: &Descriptor, amount: Amount, separator: u8, call: &Call) -> Result<()> {
    let mut held = Held::counted(separator, call);
    loop {
        let chunk = input.read(call).await?;
        if chunk.is_empty() {
            break;
        }
        held.push(chunk);
        match amount {
            Amount::LastLines(lines) => while held.pop_beyond_lines(lines).is_some() {},
            Amount::LastBytes(bytes) => while held.pop_beyond_bytes(bytes).is_some() {},
            Amount::FromLine(_) | Amount::FromByte(_) => {}
        }
        call.tick_many(64).await;
    }
    match amount {
        Amount::LastLines(lines) => held.take_lines(held.lines().saturating_sub(lines)),
        Amount::LastBytes(bytes) => held.take_bytes(held.bytes().saturating_sub(bytes)),
        Amount::FromLine(_) | Amount::FromByte(_) => Vec::new(),
    };
    let wanted: Vec<_> = held.into_chunks().collect();
    wanted.into_iter().rev().for_each(|chunk| input.unread(chunk));
    Ok(())
}
