//! The bytes of one file.

use bytes::Bytes;

use crate::extents::Extents;

/// Writes below this are copied, so that a small slice does not keep a large buffer alive; larger ones are shared.
const COPY_BELOW: usize = 32 * 1024;

/// Pieces are merged, and rewritten in place, up to this size.
const MERGE_LIMIT: usize = 64 * 1024;

/// What holes read as, a piece at a time.
static ZEROS: [u8; MERGE_LIMIT] = [0; MERGE_LIMIT];

/// A block of the disk that `allocated` pretends.
const BLOCK: u64 = 4096;

/// Bytes in pieces; what no piece covers is zero.
///
/// Reads are slices, a clone shares everything, and a write touches the pieces it hits: appending copies nothing but
/// small pieces, each at most as often as the logarithm of their number.
#[derive(Clone, Default)]
pub(super) struct Content {
    pieces: Extents<Bytes>,
    size: u64,
}

impl Content {
    pub fn new(bytes: Bytes) -> Self {
        let mut content = Content::default();
        content.write(0, bytes);
        content
    }

    /// Content of these pieces, which do not overlap and end before `size`.
    pub fn of_pieces(size: u64, pieces: Vec<(u64, Bytes)>) -> Self {
        let mut content = Content { pieces: Extents::default(), size };
        pieces.into_iter().for_each(|(start, piece)| content.pieces.put(start, piece));
        content
    }

    /// The pieces with their offsets, in order.
    pub fn pieces(&self) -> impl Iterator<Item = (u64, &Bytes)> {
        self.pieces.iter()
    }

    /// The piece that starts at `start`.
    pub fn piece(&self, start: u64) -> Option<Bytes> {
        self.pieces.before(start).filter(|(at, _)| *at == start).map(|(_, piece)| piece.clone())
    }

    /// Whether it holds `piece` itself at `start`, not a copy of it.
    pub fn has_piece(&self, start: u64, piece: &Bytes) -> bool {
        self.piece(start).is_some_and(|own| own.as_ptr() == piece.as_ptr() && own.len() == piece.len())
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that are held, without the holes.
    pub fn stored(&self) -> u64 {
        self.pieces.stored()
    }

    /// Bytes a disk of 4096-byte blocks would allocate.
    pub fn allocated(&self) -> u64 {
        if self.stored() == self.size {
            return self.size.div_ceil(BLOCK) * BLOCK;
        }
        let (mut blocks, mut next_block) = (0, 0);
        for (start, piece) in self.pieces.iter() {
            let first = (start / BLOCK).max(next_block);
            next_block = (start + piece.len() as u64).div_ceil(BLOCK);
            blocks += next_block.saturating_sub(first);
        }
        blocks * BLOCK
    }

    /// Up to `length` bytes from `offset`, at least one unless the end is reached.
    pub fn read(&self, offset: u64, length: usize) -> Bytes {
        let length = length.min(usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX));
        if length == 0 {
            return Bytes::new();
        }
        if let Some((start, piece)) = self.pieces.before(offset) {
            let from = usize::try_from(offset - start).unwrap_or(usize::MAX);
            if from < piece.len() {
                return piece.slice(from..piece.len().min(from.saturating_add(length)));
            }
        }
        let hole = self.pieces.next_start(offset).map_or(u64::MAX, |next| next - offset);
        let hole = usize::try_from(hole).unwrap_or(usize::MAX);
        Bytes::from_static(&ZEROS[..length.min(hole).min(ZEROS.len())])
    }

    /// Puts `bytes` at `offset`.
    pub fn write(&mut self, offset: u64, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len() as u64;
        self.size = self.size.max(end);
        if bytes.len() >= MERGE_LIMIT || !self.rewrite(offset, &bytes) {
            self.pieces.cut(offset, end);
            let (start, piece) = self.merged(offset, bytes);
            self.pieces.put(start, piece);
        }
    }

    /// Cuts or extends to `size` bytes.
    pub fn truncate(&mut self, size: u64) {
        if size < self.size {
            self.pieces.cut(size, self.size);
        }
        self.size = size;
    }

    /// Changes bytes inside a piece that is small enough to copy: many small writes do not shred a file.
    fn rewrite(&mut self, offset: u64, bytes: &[u8]) -> bool {
        let Some((start, piece)) = self.pieces.before(offset) else { return false };
        let from = usize::try_from(offset - start).unwrap_or(usize::MAX);
        if piece.len() > MERGE_LIMIT || from.saturating_add(bytes.len()) > piece.len() {
            return false;
        }
        let mut changed = piece.to_vec();
        changed[from..from + bytes.len()].copy_from_slice(bytes);
        self.pieces.put(start, changed.into());
        true
    }

    /// `bytes` together with the pieces just before it that are not larger: sizes then fall towards the end, and there are
    /// few of them.
    fn merged(&mut self, offset: u64, bytes: Bytes) -> (u64, Bytes) {
        let (mut start, mut length, mut before) = (offset, bytes.len(), Vec::new());
        while let Some((at, piece)) = start.checked_sub(1).and_then(|last| self.pieces.before(last)) {
            let touches = at + piece.len() as u64 == start;
            if !touches || piece.len() > length || piece.len() + length > MERGE_LIMIT {
                break;
            }
            (start, length) = (at, length + piece.len());
            before.extend(self.pieces.take(at));
        }
        if before.is_empty() {
            return match bytes.len() < COPY_BELOW {
                true => (start, Bytes::copy_from_slice(&bytes)),
                false => (start, bytes),
            };
        }
        let mut whole = Vec::with_capacity(length);
        for piece in before.iter().rev() {
            whole.extend_from_slice(piece);
        }
        whole.extend_from_slice(&bytes);
        (start, whole.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(content: &Content) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let piece = content.read(all.len() as u64, usize::MAX);
            if piece.is_empty() {
                return all;
            }
            all.extend_from_slice(&piece);
        }
    }

    #[test]
    fn any_writes_and_cuts_read_back_like_those_on_a_vector() {
        let (mut content, mut model) = (Content::default(), Vec::new());
        let mut state = 7u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for round in 0..2000u32 {
            let scale = [20, 5_000, 100_000][next(3) as usize];
            let (offset, length) = (next(scale) as usize, next(scale) as usize);
            match next(8) {
                0 => {
                    content.truncate(offset as u64);
                    model.resize(offset, 0);
                }
                1..=3 => {
                    let bytes = vec![round as u8; length / 4];
                    content.write(model.len() as u64, bytes.clone().into());
                    model.extend(bytes);
                }
                _ => {
                    let bytes = vec![round as u8; length];
                    content.write(offset as u64, bytes.clone().into());
                    if length > 0 {
                        model.resize(model.len().max(offset + length), 0);
                        model[offset..offset + length].copy_from_slice(&bytes);
                    }
                }
            }
            let stored: usize = content.pieces.iter().map(|(_, piece)| piece.len()).sum();
            assert_eq!(
                (content.size(), content.stored()),
                (model.len() as u64, stored as u64),
                "round {round}"
            );
            if round % 50 == 0 {
                assert!(all(&content) == model, "round {round}");
            }
        }
    }

    #[test]
    fn small_appends_make_few_pieces() {
        let mut content = Content::default();
        for _ in 0..100_000 {
            content.write(content.size(), Bytes::from_static(b"0123456789"));
        }
        let pieces = content.pieces.iter().count();
        assert!(pieces < 60, "{pieces}");
        assert_eq!(content.stored(), 1_000_000);
    }

    #[test]
    fn large_pieces_are_shared_not_copied() {
        let big = Bytes::from(vec![1; 1 << 20]);
        let content = Content::new(big.clone());
        assert_eq!(content.read(10, 100).as_ptr(), big[10..].as_ptr());
    }

    #[test]
    fn a_hole_is_not_allocated() {
        let mut content = Content::default();
        content.write(1 << 30, Bytes::from_static(b"x"));
        assert_eq!((content.size(), content.allocated()), ((1 << 30) + 1, 4096));
        assert!(content.read(0, 10).iter().all(|&byte| byte == 0));
    }
}
