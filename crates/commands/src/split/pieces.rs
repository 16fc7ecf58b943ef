//! Where one piece ends and the next begins.

use bytes::{Bytes, BytesMut};
use memchr::{memchr, memrchr};
use mirage_shell::command::Context;
use mirage_shell::io::Descriptor;

use super::options::{Cut, Options, Way};
use super::output::{Outputs, Piece, Trouble};

/// Bytes gathered for a piece whose lines come one at a time.
const GATHER: usize = 64 * 1024;

/// Splits `input`.
pub async fn split(
    options: &Options,
    input: &Descriptor,
    outputs: &mut Outputs<'_>,
    context: &Context,
) -> Result<(), Trouble> {
    let mut pieces = Pieces { outputs, context, current: None };
    match options.cut {
        Cut::Bytes(size) => by_bytes(size, input, &mut pieces).await?,
        Cut::Lines(lines) => by_lines(lines, options.separator, input, &mut pieces).await?,
        Cut::LineBytes(size) => by_line_bytes(size, options.separator, input, &mut pieces).await?,
        Cut::Pieces { way: Way::Dealt, count, only } => {
            return deal(count, only, options, input, pieces.outputs, context).await;
        }
        Cut::Pieces { way, count, only } => {
            let separator = (way == Way::Lines).then_some(options.separator);
            return by_count(count, only, separator, input, pieces).await;
        }
    }
    pieces.end().await
}

async fn read(input: &Descriptor, context: &Context) -> Result<Bytes, Trouble> {
    context.call.tick_many(64).await;
    input.read(&context.call).await.map_err(Trouble::Input)
}

/// The piece at hand.
struct Pieces<'o, 'a> {
    outputs: &'o mut Outputs<'a>,
    context: &'o Context,
    current: Option<Piece<'a>>,
}

impl Pieces<'_, '_> {
    /// Ends the piece at hand; the next bytes start another.
    async fn end(&mut self) -> Result<(), Trouble> {
        match self.current.take() {
            Some(piece) => piece.close(self.context).await,
            None => Ok(()),
        }
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), Trouble> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut piece = match self.current.take() {
            Some(piece) => piece,
            None => self.outputs.open().await?,
        };
        let written = piece.write(bytes, self.context).await;
        self.current = Some(piece);
        written
    }
}

async fn by_bytes(size: u64, input: &Descriptor, pieces: &mut Pieces<'_, '_>) -> Result<(), Trouble> {
    let mut room = size;
    loop {
        let mut rest = read(input, pieces.context).await?;
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            let step = usize::try_from(room).unwrap_or(usize::MAX).min(rest.len());
            pieces.write(rest.split_to(step)).await?;
            room -= step as u64;
            if room == 0 {
                pieces.end().await?;
                room = size;
            }
        }
    }
}

async fn by_lines(
    lines: u64,
    separator: u8,
    input: &Descriptor,
    pieces: &mut Pieces<'_, '_>,
) -> Result<(), Trouble> {
    let mut left = lines;
    loop {
        let mut rest = read(input, pieces.context).await?;
        if rest.is_empty() {
            return Ok(());
        }
        let mut at = 0;
        while let Some(found) = memchr(separator, &rest[at..]) {
            at += found + 1;
            left -= 1;
            if left == 0 {
                pieces.write(rest.split_to(at)).await?;
                pieces.end().await?;
                (left, at) = (lines, 0);
                pieces.context.call.tick().await;
            }
        }
        pieces.write(rest).await?;
    }
}

async fn by_line_bytes(
    size: u64,
    separator: u8,
    input: &Descriptor,
    pieces: &mut Pieces<'_, '_>,
) -> Result<(), Trouble> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut room = 0;
    let mut held = BytesMut::new();
    loop {
        let mut rest = read(input, pieces.context).await?;
        if rest.is_empty() {
            break;
        }
        while !rest.is_empty() {
            // Lines that fit go out together.
            let fitting =
                if held.is_empty() { memrchr(separator, &rest[..room.min(rest.len())]) } else { None };
            if let Some(last) = fitting {
                room -= last + 1;
                pieces.write(rest.split_to(last + 1)).await?;
                continue;
            }
            let end = memchr(separator, &rest).map_or(rest.len(), |at| at + 1);
            // No more is held than a piece may have.
            let line = rest.split_to(end.min(size - held.len()));
            held.extend_from_slice(&line);
            let whole = held.last() == Some(&separator);
            if whole || held.len() >= size {
                put_line(held.split().freeze(), size, &mut room, pieces).await?;
            }
            pieces.context.call.tick().await;
        }
    }
    match held.is_empty() {
        true => Ok(()),
        false => put_line(held.freeze(), size, &mut room, pieces).await,
    }
}

/// A line, or the next part of one that is longer than a piece.
async fn put_line(
    line: Bytes,
    size: usize,
    room: &mut usize,
    pieces: &mut Pieces<'_, '_>,
) -> Result<(), Trouble> {
    if line.len() > *room {
        pieces.end().await?;
        *room = size;
    }
    *room -= line.len();
    pieces.write(line).await
}

/// So many pieces of one size; with `separator` to the end of the line.
async fn by_count(
    count: u64,
    only: Option<u64>,
    separator: Option<u8>,
    input: &Descriptor,
    mut pieces: Pieces<'_, '_>,
) -> Result<(), Trouble> {
    let call = &pieces.context.call;
    let size = match input.as_file() {
        Some(file) => file.file().stat(call).await.map_err(Trouble::Input)?.size.exact(),
        None => None,
    };
    if input.is_closed() {
        let error = mirage_vfs::Error::new(mirage_vfs::ErrorKind::BadDescriptor, "read");
        return Err(Trouble::Input(error));
    }
    let Some(size) = size else {
        return Err(Trouble::Message(b"-: cannot determine file size".to_vec()));
    };
    let left = size.saturating_sub(input.offset().unwrap_or(0));
    let each = left.max(count) / count;
    let mut stdout = pieces.outputs.stdout();
    // The number of the piece, from 1, and how far the input is read.
    let (mut number, mut at) = (1, 0);
    if let (Some(only), None) = (only, separator) {
        let first = (only - 1).saturating_mul(each);
        input.seek(input.offset().unwrap_or(0).saturating_add(first).min(size));
        (number, at) = (only, first);
    }
    'reading: loop {
        let mut rest = read(input, pieces.context).await?;
        if rest.is_empty() {
            break;
        }
        while !rest.is_empty() {
            let boundary = if number == count { u64::MAX } else { number * each };
            let last = if separator.is_none() { boundary } else { boundary - 1 };
            let start = usize::try_from(last.saturating_sub(at)).unwrap_or(usize::MAX).min(rest.len());
            let end = match separator {
                None => start,
                Some(separator) => memchr(separator, &rest[start..]).map_or(rest.len(), |at| start + at + 1),
            };
            let ended = match separator {
                None => end < rest.len() || at + end as u64 == boundary,
                Some(separator) => at + end as u64 >= boundary && end > 0 && rest[end - 1] == separator,
            };
            let part = rest.split_to(end);
            at += end as u64;
            match only {
                None => pieces.write(part).await?,
                Some(only) if only == number => {
                    stdout.pass(&pieces.context.call, part).await.map_err(Trouble::Stdout)?;
                }
                Some(_) => {}
            }
            if ended {
                if only == Some(number) {
                    break 'reading;
                }
                number += 1;
                pieces.end().await?;
                while number < count && number * each <= at {
                    skip(&mut pieces, only).await?;
                    number += 1;
                }
            }
            pieces.context.call.tick().await;
        }
    }
    stdout.flush(&pieces.context.call).await.map_err(Trouble::Stdout)?;
    pieces.end_or_skip(only).await?;
    while number < count {
        number += 1;
        skip(&mut pieces, only).await?;
        pieces.context.call.tick().await;
    }
    Ok(())
}

/// A piece that holds nothing.
async fn skip(pieces: &mut Pieces<'_, '_>, only: Option<u64>) -> Result<(), Trouble> {
    match only.is_none() && pieces.outputs.makes_empty() {
        true => pieces.outputs.open().await?.close(pieces.context).await,
        false => Ok(()),
    }
}

impl Pieces<'_, '_> {
    /// Ends the piece at hand, which holds nothing when it was not begun.
    async fn end_or_skip(&mut self, only: Option<u64>) -> Result<(), Trouble> {
        match self.current.is_some() {
            true => self.end().await,
            false => skip(self, only).await,
        }
    }
}

/// Lines dealt out to `count` pieces in turn.
async fn deal(
    count: u64,
    only: Option<u64>,
    options: &Options,
    input: &Descriptor,
    outputs: &mut Outputs<'_>,
    context: &Context,
) -> Result<(), Trouble> {
    let separator = options.separator;
    let mut stdout = outputs.stdout();
    let mut hands: Vec<(Piece, BytesMut)> = Vec::new();
    if only.is_none() && outputs.makes_empty() {
        for _ in 0..count {
            hands.push((outputs.open().await?, BytesMut::new()));
            context.call.tick().await;
        }
    }
    let mut turn = 0u64;
    loop {
        let mut rest = read(input, context).await?;
        if rest.is_empty() {
            break;
        }
        while !rest.is_empty() {
            let found = memchr(separator, &rest);
            let line = rest.split_to(found.map_or(rest.len(), |at| at + 1));
            match only {
                Some(only) if turn + 1 == only => stdout.push(&line),
                Some(_) => {}
                None => {
                    if hands.len() as u64 <= turn {
                        hands.push((outputs.open().await?, BytesMut::new()));
                    }
                    if let Some((piece, gathered)) = hands.get_mut(turn as usize) {
                        gathered.extend_from_slice(&line);
                        if gathered.len() >= GATHER {
                            piece.write(gathered.split().freeze(), context).await?;
                        }
                    }
                }
            }
            if found.is_some() {
                turn = (turn + 1) % count;
            }
            context.call.tick().await;
        }
        stdout.settle(&context.call).await.map_err(Trouble::Stdout)?;
    }
    stdout.flush(&context.call).await.map_err(Trouble::Stdout)?;
    for (mut piece, gathered) in hands {
        if !gathered.is_empty() {
            piece.write(gathered.freeze(), context).await?;
        }
        piece.close(context).await?;
    }
    Ok(())
}
