//! Sizes that a service does not tell.

use mirage_vfs::tree::View;
use mirage_vfs::{Entry, OpenOptions, Result};

/// How much is read at a time.
const PIECE: usize = 256 * 1024;

/// How many bytes the file at `path` holds: what its entry says, else by reading it to its end.
pub async fn file_size(view: &View, path: &[u8], entry: &Entry) -> Result<u64> {
    if let Some(size) = entry.size.exact() {
        return Ok(size);
    }
    let file = view.open(path, &OpenOptions::reading()).await?;
    let mut size = 0;
    loop {
        let piece = file.read_at(view.call(), size, PIECE).await?;
        if piece.is_empty() {
            return Ok(size);
        }
        size += piece.len() as u64;
        view.call().tick_many(64).await;
    }
}
