//! Pieces of content by the offset they start at.

use bytes::Bytes;
use imbl::OrdMap;

/// A run of bytes, wherever they are, that can be cut without touching them.
pub(crate) trait Extent: Clone {
    /// How many bytes; never zero in a map.
    fn len(&self) -> u64;

    /// The bytes from `start` to `end`, counted from its own start.
    fn slice(&self, start: u64, end: u64) -> Self;
}

impl Extent for Bytes {
    fn len(&self) -> u64 {
        Bytes::len(self) as u64
    }

    fn slice(&self, start: u64, end: u64) -> Self {
        // Both lie inside the piece, so they fit.
        Bytes::slice(self, start as usize..end as usize)
    }
}

/// Pieces that never overlap. Between them are holes. A clone shares all of them.
#[derive(Clone)]
pub(crate) struct Extents<E> {
    pieces: OrdMap<u64, E>,
    stored: u64,
}

impl<E: Clone> Default for Extents<E> {
    fn default() -> Self {
        Extents { pieces: OrdMap::new(), stored: 0 }
    }
}

impl<E: Extent> Extents<E> {
    /// Bytes in all pieces.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The last piece that starts at `offset` or before it, and where it starts.
    pub fn before(&self, offset: u64) -> Option<(u64, &E)> {
        self.pieces.get_prev(&offset).map(|(&start, piece)| (start, piece))
    }

    /// Where the first piece after `offset` starts.
    pub fn next_start(&self, offset: u64) -> Option<u64> {
        self.pieces.get_next(&offset).map(|(&start, _)| start)
    }

    /// All pieces in order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &E)> {
        self.pieces.iter().map(|(&start, piece)| (start, piece))
    }

    /// Puts `piece` at `start`, in place of what is there.
    pub fn write(&mut self, start: u64, piece: E) {
        self.cut(start, start + piece.len());
        self.put(start, piece);
    }

    /// Puts `piece` at `start`, where there is a hole for it, or a piece of its length.
    pub fn put(&mut self, start: u64, piece: E) {
        self.stored += piece.len();
        let old = self.pieces.insert(start, piece);
        self.stored -= old.map_or(0, |old| old.len());
    }

    /// Takes out the piece that starts at `start`.
    pub fn take(&mut self, start: u64) -> Option<E> {
        let piece = self.pieces.remove(&start)?;
        self.stored -= piece.len();
        Some(piece)
    }

    /// Makes a hole from `start` to `end`.
    pub fn cut(&mut self, start: u64, end: u64) {
        let first = self.before(start).map_or(start, |(start, _)| start);
        let hit: Vec<u64> = self.pieces.range(first..end).map(|(&at, _)| at).collect();
        for at in hit {
            let Some(piece) = self.take(at) else { continue };
            let piece_end = at + piece.len();
            if at < start {
                self.put(at, piece.slice(0, start.min(piece_end) - at));
            }
            if piece_end > end {
                self.put(end, piece.slice(end - at, piece.len()));
            }
        }
    }
}
