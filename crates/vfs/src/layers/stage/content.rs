//! Content that is not committed yet.

use std::sync::Arc;

use bytes::Bytes;
use mirage_store::Scratch;

use crate::call::Call;
use crate::error::Result;
use crate::extents::{Extent, Extents};

/// Bytes that one open file holds in memory; what is beyond goes to scratch space.
const MEMORY: u64 = 8 << 20;

/// The most one read gives.
const LARGEST_READ: u64 = 256 * 1024;

static ZEROS: [u8; LARGEST_READ as usize] = [0; LARGEST_READ as usize];

/// A run of bytes in memory or in scratch space.
#[derive(Clone)]
enum Piece {
    Memory(Bytes),
    Scratch { offset: u64, length: u64 },
}

impl Extent for Piece {
    fn len(&self) -> u64 {
        match self {
            Piece::Memory(bytes) => bytes.len() as u64,
            Piece::Scratch { length, .. } => *length,
        }
    }

    fn slice(&self, start: u64, end: u64) -> Self {
        match self {
            Piece::Memory(bytes) => Piece::Memory(Extent::slice(bytes, start, end)),
            Piece::Scratch { offset, .. } => Piece::Scratch { offset: offset + start, length: end - start },
        }
    }
}

/// The bytes of a file while it is written.
#[derive(Default)]
pub(super) struct Content {
    pieces: Extents<Piece>,
    size: u64,
    in_memory: u64,
    scratch: Option<Arc<dyn Scratch>>,
}

impl Content {
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Puts `bytes` at `offset`.
    pub async fn write(&mut self, call: &Call, offset: u64, bytes: Bytes) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let length = bytes.len() as u64;
        let piece = match self.in_memory + length > MEMORY {
            false => {
                // Counts what was ever written: pieces that are overwritten may be kept alive by their neighbours.
                self.in_memory += length;
                Piece::Memory(bytes)
            }
            true => {
                let scratch = self.scratch(call).await?;
                Piece::Scratch { offset: scratch.append(bytes).await?, length }
            }
        };
        self.pieces.write(offset, piece);
        self.size = self.size.max(offset + length);
        Ok(())
    }

    /// Cuts or extends to `size` bytes.
    pub fn truncate(&mut self, size: u64) {
        if size < self.size {
            self.pieces.cut(size, self.size);
        }
        if size == 0 {
            self.in_memory = 0;
        }
        self.size = size;
    }

    /// Up to `length` bytes from `offset`, at least one unless the end is reached.
    pub async fn read(&self, offset: u64, length: u64) -> Result<Bytes> {
        let length = length.min(self.size.saturating_sub(offset)).min(LARGEST_READ);
        if length == 0 {
            return Ok(Bytes::new());
        }
        if let Some((start, piece)) = self.pieces.before(offset) {
            let from = offset - start;
            if from < piece.len() {
                return self.bytes(&piece.slice(from, piece.len().min(from + length))).await;
            }
        }
        let hole = self.pieces.next_start(offset).map_or(length, |next| length.min(next - offset));
        Ok(Bytes::from_static(&ZEROS[..hole as usize]))
    }

    async fn bytes(&self, piece: &Piece) -> Result<Bytes> {
        match (piece, &self.scratch) {
            (Piece::Memory(bytes), _) => Ok(bytes.clone()),
            (Piece::Scratch { offset, length }, Some(scratch)) => {
                Ok(scratch.read_at(*offset, *length as usize).await?)
            }
            (Piece::Scratch { .. }, None) => Ok(Bytes::new()),
        }
    }

    async fn scratch(&mut self, call: &Call) -> Result<Arc<dyn Scratch>> {
        if let Some(scratch) = &self.scratch {
            return Ok(scratch.clone());
        }
        let scratch: Arc<dyn Scratch> = call.host().store().scratch().await?.into();
        Ok(self.scratch.insert(scratch).clone())
    }
}
