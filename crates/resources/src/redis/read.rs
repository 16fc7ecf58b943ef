//! Reading: ranges of strings, and what else a key holds as lines of JSON.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use mirage_vfs::{
    BoxStream, Call, Entry, Error, ErrorKind, Fingerprint, Kind, Path, ReadHandle, ReadOptions, Result, Size,
};

use super::find::Found;
use super::{Server, is_a, rows};

const OPERATION: &str = "read";

/// How much of a string is asked for at a time.
const PIECE: u64 = 16 << 20;

pub(super) async fn read(
    server: &Arc<Server>,
    call: &Call,
    path: &Path,
    options: &ReadOptions,
) -> Result<ReadHandle> {
    if options.revision.is_some() {
        return Err(Error::unsupported(OPERATION));
    }
    let key = server.keys.of(path, OPERATION)?;
    let first = (options.length != Some(0)).then(|| piece(options.offset, options.length));
    let found = match key.plain() {
        Some(plain) => server.look(call, plain, first, OPERATION).await?.map(|found| (plain.to_vec(), found)),
        None => None,
    };
    let Some((plain, found)) = found else {
        return Err(match server.is_directory(call, path, &key, OPERATION).await? {
            true => is_a(Kind::Directory, OPERATION),
            false => server.absent(call, path, OPERATION).await,
        });
    };
    let name = path.name().unwrap_or_default();
    if found.kind != "string" {
        return structure(server, call, &plain, &found, name, options).await;
    }
    let entry = found.entry(name);
    check_version(&entry, options)?;
    let first = found.bytes.clone();
    let left = options.length.map(|length| length.saturating_sub(first.len() as u64));
    let rest = Rest {
        server: server.clone(),
        call: call.clone(),
        key: plain,
        next: options.offset + first.len() as u64,
        left,
        found,
    };
    let bytes = stream::iter((!first.is_empty()).then_some(Ok(first)));
    Ok(ReadHandle { entry, bytes: Box::pin(bytes.chain(rest.stream())) })
}

/// The first and the last byte of what is asked for next.
fn piece(offset: u64, length: Option<u64>) -> (u64, u64) {
    let length = length.unwrap_or(PIECE).min(PIECE);
    (offset, offset.saturating_add(length - 1))
}

fn check_version(entry: &Entry, options: &ReadOptions) -> Result<()> {
    match &options.if_match {
        Some(_) if options.if_match != entry.fingerprint => Err(Error::new(ErrorKind::Changed, OPERATION)),
        _ => Ok(()),
    }
}

/// What follows the first piece of a string.
struct Rest {
    server: Arc<Server>,
    call: Call,
    key: Vec<u8>,
    next: u64,
    left: Option<u64>,
    /// The string as it was when reading began.
    found: Found,
}

impl Rest {
    fn stream(self) -> BoxStream<'static, Result<Bytes>> {
        Box::pin(stream::try_unfold(self, |mut rest| async move {
            Ok(rest.more().await?.map(|bytes| (bytes, rest)))
        }))
    }

    async fn more(&mut self) -> Result<Option<Bytes>> {
        if self.left == Some(0) || self.found.size.is_none_or(|size| self.next >= size) {
            return Ok(None);
        }
        let range = Some(piece(self.next, self.left));
        let found = self.server.look(&self.call, &self.key, range, OPERATION).await?;
        let found = found.filter(|found| {
            found.size == self.found.size
                && found.fingerprint == self.found.fingerprint
                && !found.bytes.is_empty()
        });
        let found = found.ok_or_else(|| Error::new(ErrorKind::Changed, OPERATION))?;
        let count = found.bytes.len() as u64;
        self.next += count;
        self.left = self.left.map(|left| left.saturating_sub(count));
        Ok(Some(found.bytes))
    }
}

/// A hash, list, set or stream, a line for each of its members.
async fn structure(
    server: &Arc<Server>,
    call: &Call,
    key: &[u8],
    found: &Found,
    name: Bytes,
    options: &ReadOptions,
) -> Result<ReadHandle> {
    let mut entry = Entry::new(name, Kind::File);
    if found.kind == "stream" {
        // It only grows: it is read in parts, and nobody knows how long it is.
        check_version(&entry, options)?;
        let lines = rows::of_stream(server.clone(), call.clone(), key.to_vec());
        return Ok(ReadHandle { entry, bytes: cut(lines, options) });
    }
    let content = rows::of(server, call, key, &found.kind).await?;
    entry.size = Size::Exact(content.len() as u64);
    let digest = blake3::hash(&content);
    let value = Bytes::copy_from_slice(digest.to_hex().as_bytes());
    entry.fingerprint = Some(Fingerprint { value, strong: true });
    check_version(&entry, options)?;
    Ok(ReadHandle { entry, bytes: cut(Box::pin(stream::iter([Ok(content)])), options) })
}

/// The range of `bytes` that is asked for.
pub(super) fn cut(
    bytes: BoxStream<'static, Result<Bytes>>,
    options: &ReadOptions,
) -> BoxStream<'static, Result<Bytes>> {
    let state = (bytes, options.offset, options.length.unwrap_or(u64::MAX));
    Box::pin(stream::try_unfold(state, |(mut bytes, mut passed, mut left)| async move {
        while left > 0 {
            let Some(chunk) = bytes.next().await else { break };
            let mut chunk = chunk?;
            let before = usize::try_from(passed).unwrap_or(usize::MAX).min(chunk.len());
            passed -= before as u64;
            let _ = chunk.split_to(before);
            chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= chunk.len() as u64;
            if !chunk.is_empty() {
                return Ok(Some((chunk, (bytes, passed, left))));
            }
        }
        Ok(None)
    }))
}
