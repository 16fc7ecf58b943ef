//! Reading a file by ranges that grow.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::lock::Mutex;
use mirage_store::{BoxFuture, BoxStream};

use crate::call::Call;
use crate::dynamic::DynResource;
use crate::entry::{Entry, Fingerprint};
use crate::error::{Error, ErrorKind, Result};
use crate::file::File;
use crate::path::Path;
use crate::resource::{Attributes, ReadOptions};

/// The first range: enough for `head`, and small files whole.
const FIRST_RANGE: u64 = 64 * 1024;

/// How much longer each range is than the one before.
const GROWTH: u64 = 8;

/// The longest range.
const LONGEST_RANGE: u64 = 64 << 20;

/// A gap that is cheaper to read over than to ask for a new range.
const SKIPPED: u64 = 64 * 1024;

/// An open file of a resource that answers ranges.
pub(super) struct StagedReader {
    resource: Arc<dyn DynResource>,
    path: Path,
    state: Mutex<State>,
}

struct State {
    /// The file as of the first range.
    entry: Entry,
    stream: Option<Range>,
    /// How long the next range is that goes on where this one ends.
    next_length: u64,
    /// Where the file ends, once that is known.
    end: Option<u64>,
    /// Whether nothing was asked yet: the file may have become another since the entry was true.
    is_believed: bool,
}

impl State {
    fn new(entry: Entry, stream: Option<Range>) -> Self {
        let end = entry.size.exact();
        State { entry, stream, next_length: FIRST_RANGE * GROWTH, end, is_believed: false }
    }
}

/// A range that is being received.
struct Range {
    bytes: BoxStream<'static, Result<Bytes>>,
    /// What was received and not yet read.
    ahead: Bytes,
    /// The offset of the next byte of `ahead` or, when that is empty, of the stream.
    offset: u64,
    /// Where the range ends if the file does not end before; none when it was asked for to the end.
    end: Option<u64>,
}

impl StagedReader {
    /// Opens by asking for the first range, or for nothing where the file is known.
    pub async fn open(resource: Arc<dyn DynResource>, call: &Call, path: &Path) -> Result<Self> {
        let capabilities = resource.info().capabilities;
        let known = match capabilities.ranges && capabilities.preconditions {
            true => resource.known(call, path).filter(|entry| entry.is_file() && entry.fingerprint.is_some()),
            false => None,
        };
        let state = match known {
            Some(entry) => State { is_believed: true, ..State::new(entry, None) },
            None => first(&*resource, call, path).await?,
        };
        Ok(StagedReader { resource, path: path.clone(), state: Mutex::new(state) })
    }

    async fn read(&self, call: &Call, offset: u64, length: usize) -> Result<Bytes> {
        let mut state = self.state.lock().await;
        loop {
            if length == 0 || state.end.is_some_and(|end| offset >= end) {
                return Ok(Bytes::new());
            }
            // Taken out: a read that is dropped half-way leaves no range at an unknown place.
            let Some(mut range) = state.stream.take() else {
                state.next_length = FIRST_RANGE * GROWTH;
                let version = state.entry.fingerprint.clone();
                let is_believed = std::mem::take(&mut state.is_believed);
                match self.ask(call, offset, FIRST_RANGE, version).await {
                    Ok(range) => state.stream = Some(range),
                    Err(error) if is_believed && error.is(ErrorKind::Changed) => {
                        *state = first(&*self.resource, call, &self.path).await?;
                    }
                    Err(error) => return Err(error),
                }
                continue;
            };
            if !range.reaches(offset) {
                continue;
            }
            if range.end == Some(range.offset) {
                let next = state.next_length;
                state.next_length = (next * GROWTH).min(LONGEST_RANGE);
                let (offset, version) = (range.offset, state.entry.fingerprint.clone());
                drop(range);
                state.stream = Some(self.ask(call, offset, next, version).await?);
                continue;
            }
            match range.next(offset, length).await? {
                Next::Bytes(bytes) => {
                    state.stream = Some(range);
                    return Ok(bytes);
                }
                Next::Nothing => state.stream = Some(range),
                Next::End if range.end == Some(range.offset) => state.stream = Some(range),
                Next::End => state.end = Some(range.offset),
            }
        }
    }

    async fn ask(
        &self,
        call: &Call,
        offset: u64,
        length: u64,
        version: Option<Fingerprint>,
    ) -> Result<Range> {
        let capabilities = self.resource.info().capabilities;
        let expected = version.filter(|_| capabilities.preconditions);
        let (offset, length) = match capabilities.ranges {
            true => (offset, Some(length)),
            false => (0, None),
        };
        let (_, range) = ask(&*self.resource, call, &self.path, offset, length, expected).await?;
        Ok(range)
    }
}

/// The state after asking for the first range.
async fn first(resource: &dyn DynResource, call: &Call, path: &Path) -> Result<State> {
    let length = resource.info().capabilities.ranges.then_some(FIRST_RANGE);
    let (entry, range) = ask(resource, call, path, 0, length, None).await?;
    match entry.is_directory() {
        true => Err(Error::new(ErrorKind::IsADirectory, "open")),
        false => Ok(State::new(entry, Some(range))),
    }
}

async fn ask(
    resource: &dyn DynResource,
    call: &Call,
    path: &Path,
    offset: u64,
    length: Option<u64>,
    if_match: Option<Fingerprint>,
) -> Result<(Entry, Range)> {
    let options = ReadOptions { offset, length, if_match, revision: None };
    let handle = resource.read(call, path, &options).await?;
    let end = length.map(|length| offset.saturating_add(length));
    Ok((handle.entry, Range { bytes: handle.bytes, ahead: Bytes::new(), offset, end }))
}

/// What a look at a range gave.
enum Next {
    Bytes(Bytes),
    /// Only what lies before the offset that is wanted.
    Nothing,
    End,
}

impl Range {
    /// Whether going on gets to `offset` soon.
    fn reaches(&self, offset: u64) -> bool {
        let is_whole = self.end.is_none();
        offset >= self.offset && (is_whole || offset - self.offset <= SKIPPED + self.ahead.len() as u64)
    }

    /// Up to `length` bytes at `offset`, skipping what is before them.
    async fn next(&mut self, offset: u64, length: usize) -> Result<Next> {
        if self.ahead.is_empty() {
            match self.bytes.next().await {
                Some(chunk) => self.ahead = chunk?,
                None => return Ok(Next::End),
            }
        }
        let skipped = usize::try_from(offset - self.offset).unwrap_or(usize::MAX).min(self.ahead.len());
        let _ = self.take(skipped);
        if self.ahead.is_empty() {
            return Ok(Next::Nothing);
        }
        let length = length.min(self.ahead.len());
        Ok(Next::Bytes(self.take(length)))
    }

    fn take(&mut self, length: usize) -> Bytes {
        self.offset += length as u64;
        self.ahead.split_to(length)
    }
}

impl File for StagedReader {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(self.read(call, offset, length))
    }

    fn write_at<'a>(&'a self, _: &'a Call, _: u64, _: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async { Err(Error::new(ErrorKind::BadDescriptor, "write")) })
    }

    fn truncate<'a>(&'a self, _: &'a Call, _: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::new(ErrorKind::InvalidArgument, "truncate")) })
    }

    fn stat<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async { Ok(self.state.lock().await.entry.clone()) })
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        self.resource.set_attributes(call, &self.path, attributes)
    }

    fn close<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            // Ends the request under it.
            self.state.lock().await.stream = None;
            Ok(())
        })
    }
}
