//! An input that can be read from its end.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Opened};
use mirage_store::Scratch;
use mirage_vfs::{Call, Error, Result};

use crate::support::read_range;

/// How much of a stream is kept in memory; more goes to scratch space.
const HELD: usize = 4 * 1024 * 1024;

/// The bytes of one input.
pub enum Text<'a> {
    /// A file, up to where its end was.
    File { file: &'a Opened, size: u64 },
    /// A short stream.
    Held(Bytes),
    /// A long stream, put aside.
    Scratch(Arc<dyn Scratch>),
}

impl<'a> Text<'a> {
    /// All of a file, wherever it is read; what is left of a stream, read to its end.
    pub async fn new(input: &'a Descriptor, context: &Context) -> Result<Text<'a>> {
        let call = &context.call;
        if let Some(file) = input.as_file()
            && let Some(size) = file.file().stat(call).await?.size.exact()
            && size > 0
        {
            return Ok(Text::File { file, size });
        }
        let mut held = BytesMut::new();
        let mut scratch: Option<Arc<dyn Scratch>> = None;
        loop {
            let chunk = input.read(call).await?;
            if chunk.is_empty() {
                break;
            }
            call.tick_many(64).await;
            if let Some(scratch) = &scratch {
                scratch.append(chunk).await.map_err(Error::from)?;
                continue;
            }
            held.extend_from_slice(&chunk);
            if held.len() > HELD {
                let space: Arc<dyn Scratch> = Arc::from(call.host().store().scratch().await?);
                space.append(held.split().freeze()).await.map_err(Error::from)?;
                scratch = Some(space);
            }
        }
        Ok(scratch.map_or_else(|| Text::Held(held.freeze()), Text::Scratch))
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        match self {
            Text::File { size, .. } => *size,
            Text::Held(text) => text.len() as u64,
            Text::Scratch(scratch) => scratch.size(),
        }
    }

    /// The bytes `from..to`.
    pub async fn read(&self, from: u64, to: u64, call: &Call) -> Result<Bytes> {
        match self {
            Text::File { file, .. } => read_range(file, call, from, to).await,
            Text::Held(text) => Ok(text.slice(from as usize..to as usize)),
            Text::Scratch(scratch) => {
                let mut gathered = BytesMut::new();
                let mut at = from;
                while at < to {
                    let piece = scratch.read_at(at, (to - at) as usize).await.map_err(Error::from)?;
                    if piece.is_empty() || (at == from && piece.len() as u64 == to - from) {
                        return Ok(piece);
                    }
                    at += piece.len() as u64;
                    gathered.extend_from_slice(&piece);
                }
                Ok(gathered.freeze())
            }
        }
    }
}
