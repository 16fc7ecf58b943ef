//! Content, from blocks where they are there, else from the service.

use std::future::ready;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use mirage_store::{BoxFuture, BoxStream};

use super::blocks::{BLOCK, Blocks, Version};
use super::{Inner, Known, Policy};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::path::Path;
use crate::resource::{ReadHandle, ReadOptions};

const OPERATION: &str = "read";

/// Reads that are no longer than this are done once for all who want the same at a time.
const SHARED: u64 = 1 << 20;

/// Bytes `options` of a file.
pub(super) async fn read(
    cache: &Arc<Inner>,
    call: &Call,
    path: &Path,
    options: &ReadOptions,
) -> Result<ReadHandle> {
    let capabilities = cache.resource.info().capabilities;
    let Some(blocks) = cache.blocks.as_ref().filter(|_| capabilities.ranges && options.revision.is_none())
    else {
        return ask(cache, call, path, options).await;
    };
    let known = match cache.policy {
        Policy::Bounded => cache.known(call, path),
        Policy::Fresh => {
            let entry = match cache.tickets.entry(call, path) {
                Some(entry) => entry,
                None => cache.ask(call, path).await?,
            };
            Known::Entry(Box::new(entry))
        }
    };
    match known {
        Known::Missing(kind) => {
            cache.hit(call);
            Err(Error::new(kind, OPERATION))
        }
        Known::Entry(entry) if entry.is_directory() => Err(Error::new(ErrorKind::IsADirectory, OPERATION)),
        Known::Entry(entry) => match reading(cache, blocks, call, path, options, &entry) {
            Some(reading) => reading.start(*entry, options).await,
            None => first(cache, blocks, call, path, options).await,
        },
        Known::Nothing => first(cache, blocks, call, path, options).await,
    }
}

/// Passes on a read of which nothing is kept but what it tells of the file.
async fn ask(cache: &Arc<Inner>, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
    let learning = cache.index.learn();
    let answer = cache.resource.read(call, path, options).await;
    if options.revision.is_none() {
        match &answer {
            Ok(handle) => learning.answer(call.host().monotonic(), path, &Ok(handle.entry.clone())),
            Err(error) => learning.answer(call.host().monotonic(), path, &Err(error.clone())),
        }
    }
    answer
}

/// The first read of a file of which nothing is known: its answer tells the version.
async fn first(
    cache: &Arc<Inner>,
    blocks: &Arc<Blocks>,
    call: &Call,
    path: &Path,
    options: &ReadOptions,
) -> Result<ReadHandle> {
    let start = options.offset - options.offset % BLOCK;
    let end =
        options.length.and_then(|length| options.offset.checked_add(length)?.checked_next_multiple_of(BLOCK));
    let aligned = ReadOptions { offset: start, length: end.map(|end| end - start), ..options.clone() };
    if options.length == Some(0) {
        return ask(cache, call, path, options).await;
    }
    let handle = match aligned.length {
        Some(length) if length <= SHARED && options.if_match.is_none() => {
            fetched(cache, call, path, &aligned, None).await?
        }
        _ => ask(cache, call, path, &aligned).await?,
    };
    let Some(mut reading) = reading(cache, blocks, call, path, options, &handle.entry) else {
        // Without a version nothing is kept; the bytes before the range are passed over.
        let wanted = cut(handle.bytes, options.offset - start, options.length);
        return Ok(ReadHandle { entry: handle.entry, bytes: wanted });
    };
    reading.fetch = Some(Fetch {
        bytes: handle.bytes,
        offset: start,
        end: reading.block_end(reading.end),
        block: BytesMut::new(),
    });
    Ok(ReadHandle { entry: handle.entry, bytes: reading.stream() })
}

/// What equal reads have in common: the range, and the version if it is known.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    path: Path,
    offset: u64,
    length: Option<u64>,
    version: Option<Bytes>,
}

/// The answer to a short read.
#[derive(Clone)]
pub(super) struct Fetched {
    entry: Entry,
    bytes: Bytes,
}

/// A short range as a whole, which others may be waiting for already.
async fn fetched(
    cache: &Arc<Inner>,
    call: &Call,
    path: &Path,
    options: &ReadOptions,
    version: Option<Bytes>,
) -> Result<ReadHandle> {
    let question = Question { path: path.clone(), offset: options.offset, length: options.length, version };
    let own_line = cache.policy == Policy::Fresh && question.version.is_none();
    let fetch = || -> BoxFuture<'static, Result<Fetched>> {
        let (cache, call, path, options) = (cache.clone(), call.clone(), path.clone(), options.clone());
        Box::pin(async move {
            let handle = ask(&cache, &call, &path, &options).await?;
            let bytes = gathered(handle.bytes).await?;
            Ok(Fetched { entry: handle.entry, bytes })
        })
    };
    let (answer, was_asked) = cache.reads.join(call, &question, own_line, fetch).await;
    let Fetched { entry, bytes } = answer?;
    if was_asked && !cache.tickets.is_of(call, path) {
        cache.hit(call);
    }
    Ok(ReadHandle { entry, bytes: Box::pin(stream::once(ready(Ok(bytes)))) })
}

async fn gathered(mut bytes: BoxStream<'static, Result<Bytes>>) -> Result<Bytes> {
    let Some(first) = bytes.next().await.transpose()? else { return Ok(Bytes::new()) };
    let Some(second) = bytes.next().await.transpose()? else { return Ok(first) };
    let mut all = BytesMut::from(&first[..]);
    all.extend_from_slice(&second);
    while let Some(chunk) = bytes.next().await.transpose()? {
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

/// `bytes` from `skipped` on, at most `length`.
fn cut(
    bytes: BoxStream<'static, Result<Bytes>>,
    skipped: u64,
    length: Option<u64>,
) -> BoxStream<'static, Result<Bytes>> {
    let state = (bytes, skipped, length.unwrap_or(u64::MAX));
    Box::pin(stream::try_unfold(state, |(mut bytes, mut skipped, mut left)| async move {
        while left > 0 {
            let Some(chunk) = bytes.next().await else { break };
            let mut chunk = chunk?;
            let passed = skipped.min(chunk.len() as u64);
            skipped -= passed;
            let _ = chunk.split_to(passed as usize);
            chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= chunk.len() as u64;
            if !chunk.is_empty() {
                return Ok(Some((chunk, (bytes, skipped, left))));
            }
        }
        Ok(None)
    }))
}

/// A read of the version that `entry` names; none where it names none that can be kept.
fn reading(
    cache: &Arc<Inner>,
    blocks: &Arc<Blocks>,
    call: &Call,
    path: &Path,
    options: &ReadOptions,
    entry: &Entry,
) -> Option<Reading> {
    let size = entry.size.exact()?;
    let fingerprint = entry.fingerprint.as_ref().filter(|fingerprint| fingerprint.strong)?;
    if options.if_match.as_ref().is_some_and(|wanted| wanted != fingerprint) {
        return None;
    }
    let version = cache.version(path, fingerprint);
    let end = options.length.and_then(|length| options.offset.checked_add(length)).unwrap_or(size).min(size);
    Some(Reading {
        cache: cache.clone(),
        blocks: blocks.clone(),
        call: call.clone(),
        version,
        position: options.offset.min(end),
        end,
        size,
        fetch: None,
    })
}

/// A range on its way to whoever reads it.
struct Reading {
    cache: Arc<Inner>,
    blocks: Arc<Blocks>,
    call: Call,
    version: Arc<Version>,
    /// The next byte to give.
    position: u64,
    end: u64,
    /// Of the file.
    size: u64,
    /// What is being received.
    fetch: Option<Fetch>,
}

/// Consecutive missing blocks on their way.
struct Fetch {
    bytes: BoxStream<'static, Result<Bytes>>,
    /// The next byte of `bytes`.
    offset: u64,
    /// A block's end, or the file's.
    end: u64,
    /// What was received of the current block.
    block: BytesMut,
}

impl Reading {
    /// Starts with the first block, so that what is wrong is told at once.
    async fn start(mut self, entry: Entry, options: &ReadOptions) -> Result<ReadHandle> {
        let (cache, blocks, call) = (self.cache.clone(), self.blocks.clone(), self.call.clone());
        let path = self.version.path.clone();
        let is_kept = (self.position..self.end)
            .step_by(BLOCK as usize)
            .chain(self.end.checked_sub(1).filter(|last| *last >= self.position))
            .all(|offset| blocks.contains(&self.version, offset / BLOCK));
        if is_kept {
            if !cache.tickets.is_of(&call, &path) {
                cache.hit(&call);
            }
            return Ok(ReadHandle { entry, bytes: self.stream() });
        }
        if blocks.contains(&self.version, self.position / BLOCK) {
            return Ok(ReadHandle { entry, bytes: self.stream() });
        }
        match self.open().await {
            Ok(()) => Ok(ReadHandle { entry, bytes: self.stream() }),
            // The index is behind: another look, unless the caller wants this version and no other.
            Err(error) if matches!(error.kind(), ErrorKind::Changed | ErrorKind::NotFound) => {
                cache.index.forget(&path);
                match options.if_match {
                    Some(_) => Err(error),
                    None => first(&cache, &blocks, &call, &path, options).await,
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for the blocks from the current one to the next that is there.
    async fn open(&mut self) -> Result<()> {
        let start = self.position - self.position % BLOCK;
        let mut end = start + BLOCK;
        while end < self.end && !self.blocks.contains(&self.version, end / BLOCK) {
            end += BLOCK;
        }
        let end = end.min(self.size);
        let resource = &self.cache.resource;
        let fingerprint = crate::Fingerprint { value: self.version.fingerprint.clone(), strong: true };
        let has_conditions = resource.info().capabilities.preconditions;
        let options = ReadOptions {
            offset: start,
            length: Some(end - start),
            if_match: has_conditions.then(|| fingerprint.clone()),
            revision: None,
        };
        let handle = match end - start <= SHARED {
            true => {
                let version = Some(self.version.fingerprint.clone());
                fetched(&self.cache, &self.call, &self.version.path, &options, version).await?
            }
            false => resource.read(&self.call, &self.version.path, &options).await?,
        };
        if handle.entry.fingerprint.as_ref() != Some(&fingerprint) {
            return Err(Error::new(ErrorKind::Changed, OPERATION));
        }
        self.fetch = Some(Fetch { bytes: handle.bytes, offset: start, end, block: BytesMut::new() });
        Ok(())
    }

    /// Where the block that ends at or holds `offset` ends.
    fn block_end(&self, offset: u64) -> u64 {
        offset.checked_next_multiple_of(BLOCK).unwrap_or(self.size).min(self.size)
    }

    fn stream(self) -> BoxStream<'static, Result<Bytes>> {
        Box::pin(stream::try_unfold(self, |mut reading| async move {
            Ok(reading.next().await?.map(|chunk| (chunk, reading)))
        }))
    }

    /// The next bytes; none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(fetch) = &mut self.fetch {
                // What is left of the last block is received too: it is kept whole or not at all.
                let Some(chunk) = fetch.bytes.next().await.transpose()? else {
                    let is_whole = fetch.offset >= fetch.end;
                    self.fetch = None;
                    match is_whole || self.position >= self.end {
                        true => continue,
                        false => return Err(cut_short()),
                    }
                };
                let start = fetch.offset;
                fetch.keep(&self.blocks, &self.version, &chunk, self.size);
                let wanted = self.wanted(start, chunk);
                if !wanted.is_empty() {
                    return Ok(Some(wanted));
                }
            } else if self.position >= self.end {
                return Ok(None);
            } else if let Some(block) = self.blocks.get(&self.version, self.position / BLOCK) {
                let start = self.position - self.position % BLOCK;
                return Ok(Some(self.wanted(start, block)));
            } else {
                self.open().await?;
            }
        }
    }

    /// What is to be given of `chunk`, which starts at `start`.
    fn wanted(&mut self, start: u64, mut chunk: Bytes) -> Bytes {
        let passed = self.position.saturating_sub(start).min(chunk.len() as u64);
        let _ = chunk.split_to(passed as usize);
        chunk.truncate(usize::try_from(self.end - self.position).unwrap_or(usize::MAX));
        self.position += chunk.len() as u64;
        chunk
    }
}

impl Fetch {
    /// Keeps the blocks that `chunk` completes. They are copies: a slice would hold all that was received with it.
    fn keep(&mut self, blocks: &Blocks, version: &Arc<Version>, chunk: &Bytes, size: u64) {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let number = self.offset / BLOCK;
            let block_end = ((number + 1) * BLOCK).min(size);
            let missing = usize::try_from(block_end.saturating_sub(self.offset)).unwrap_or(usize::MAX);
            if missing == 0 {
                // More than the file is said to hold.
                return;
            }
            let (part, after) = rest.split_at(missing.min(rest.len()));
            self.block.extend_from_slice(part);
            self.offset += part.len() as u64;
            rest = after;
            if self.offset == block_end {
                blocks.insert(version, number, std::mem::take(&mut self.block).freeze());
            }
        }
    }
}

fn cut_short() -> Error {
    Error::new(ErrorKind::Io, OPERATION)
        .message("the service sent less than it said")
        .retry(crate::Retry::Temporary)
}
