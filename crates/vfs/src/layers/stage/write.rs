//! Writing a file that is committed as a whole.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::lock::Mutex;
use mirage_store::BoxFuture;

use super::Content;
use crate::call::Call;
use crate::dynamic::DynResource;
use crate::entry::{Entry, Size};
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::path::Path;
use crate::resource::{Attributes, Precondition, ReadOptions, WriteOptions};

/// The most one chunk of a commit holds.
const COMMIT_CHUNK: u64 = 256 * 1024;

/// The largest file, as on Linux.
const LARGEST_FILE: u64 = i64::MAX as u64;

/// What was there when the file was opened.
pub(super) enum Base {
    /// Nothing.
    Absent,
    /// A file whose content was cut off.
    Cut(Entry),
    /// A file whose content is still to be read.
    Kept(Entry),
    /// A file whose content was read; this names it.
    Read(Entry),
}

impl Base {
    fn entry(&self) -> Option<&Entry> {
        match self {
            Base::Absent => None,
            Base::Cut(entry) | Base::Kept(entry) | Base::Read(entry) => Some(entry),
        }
    }
}

/// An open file whose changes wait for the close.
pub(super) struct StagedWriter {
    resource: Arc<dyn DynResource>,
    path: Path,
    options: OpenOptions,
    state: Mutex<State>,
}

struct State {
    base: Base,
    content: Content,
    is_changed: bool,
    /// What to set once the file is there.
    attributes: Attributes,
}

impl StagedWriter {
    pub fn new(resource: Arc<dyn DynResource>, path: Path, options: OpenOptions, base: Base) -> Self {
        let is_changed = !matches!(base, Base::Kept(_));
        let content = Content::default();
        let state = State { base, content, is_changed, attributes: Attributes::default() };
        StagedWriter { resource, path, options, state: Mutex::new(state) }
    }

    /// Reads the old content, the first time that it is needed.
    async fn fill(&self, call: &Call, state: &mut State) -> Result<()> {
        let Base::Kept(_) = &state.base else { return Ok(()) };
        let mut handle = self.resource.read(call, &self.path, &ReadOptions::default()).await?;
        let mut content = Content::default();
        while let Some(chunk) = handle.bytes.next().await {
            content.write(call, content.size(), chunk?).await?;
        }
        state.content = content;
        state.base = Base::Read(handle.entry);
        Ok(())
    }

    async fn read(&self, call: &Call, offset: u64, length: usize) -> Result<Bytes> {
        if !self.options.read {
            return Err(Error::new(ErrorKind::BadDescriptor, "read"));
        }
        let mut state = self.state.lock().await;
        self.fill(call, &mut state).await?;
        state.content.read(offset, length as u64).await
    }

    async fn write(&self, call: &Call, offset: u64, bytes: Bytes) -> Result<u64> {
        if !self.options.write && !self.options.append {
            return Err(Error::new(ErrorKind::BadDescriptor, "write"));
        }
        let mut state = self.state.lock().await;
        self.fill(call, &mut state).await?;
        let start = if self.options.append { state.content.size() } else { offset };
        let end = start.checked_add(bytes.len() as u64).filter(|&end| end <= LARGEST_FILE);
        let end = end.ok_or_else(|| Error::new(ErrorKind::TooLarge, "write"))?;
        if !bytes.is_empty() {
            state.content.write(call, start, bytes).await?;
            state.is_changed = true;
        }
        Ok(end)
    }

    async fn cut(&self, call: &Call, size: u64) -> Result<()> {
        if !self.options.write && !self.options.append {
            return Err(Error::new(ErrorKind::InvalidArgument, "truncate"));
        }
        if size > LARGEST_FILE {
            return Err(Error::new(ErrorKind::TooLarge, "truncate"));
        }
        let mut state = self.state.lock().await;
        match (&state.base, size) {
            (Base::Kept(entry), 0) => state.base = Base::Cut(entry.clone()),
            _ => self.fill(call, &mut state).await?,
        }
        state.content.truncate(size);
        state.is_changed = true;
        Ok(())
    }

    async fn describe(&self) -> Result<Entry> {
        let state = self.state.lock().await;
        let entry = match state.base.entry() {
            Some(entry) => entry.clone(),
            None => {
                let name = self.path.name().unwrap_or_default();
                Entry { mode: Some(self.options.mode), ..Entry::file(name, 0) }
            }
        };
        Ok(match state.base {
            Base::Kept(_) => entry,
            _ => Entry { size: Size::Exact(state.content.size()), fingerprint: None, ..entry },
        })
    }

    async fn set(&self, attributes: &Attributes) -> Result<()> {
        if !self.resource.info().capabilities.set_attributes {
            return Err(Error::unsupported("set_attributes"));
        }
        let waiting = &mut self.state.lock().await.attributes;
        *waiting = Attributes {
            mode: attributes.mode.or(waiting.mode),
            owner: attributes.owner.or(waiting.owner),
            modified: attributes.modified.or(waiting.modified),
            accessed: attributes.accessed.or(waiting.accessed),
        };
        Ok(())
    }

    async fn commit(&self, call: &Call) -> Result<()> {
        let mut state = self.state.lock().await;
        if std::mem::take(&mut state.is_changed) {
            self.put(call, &state).await?;
        }
        let attributes = std::mem::take(&mut state.attributes);
        match attributes == Attributes::default() {
            true => Ok(()),
            false => self.resource.set_attributes(call, &self.path, &attributes).await,
        }
    }

    /// Puts the content in place, all at once.
    async fn put(&self, call: &Call, state: &State) -> Result<()> {
        let has_fingerprints = self.resource.info().capabilities.preconditions;
        let precondition = match &state.base {
            Base::Absent if self.options.exclusive => Precondition::Absent,
            Base::Read(entry) if has_fingerprints => {
                entry.fingerprint.clone().map_or(Precondition::None, Precondition::Match)
            }
            _ => Precondition::None,
        };
        let mode = matches!(state.base, Base::Absent).then_some(self.options.mode);
        let options = WriteOptions { precondition, mode };
        let mut handle = self.resource.write(call, &self.path, &options).await?;
        let mut offset = 0;
        while offset < state.content.size() {
            let sent = async {
                let chunk = state.content.read(offset, COMMIT_CHUNK).await?;
                offset += chunk.len() as u64;
                handle.write(call, chunk).await
            };
            if let Err(error) = sent.await {
                handle.abort(call).await;
                return Err(error);
            }
        }
        handle.commit(call).await.map(|_| ())
    }
}

impl File for StagedWriter {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(self.read(call, offset, length))
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.write(call, offset, bytes))
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.cut(call, size))
    }

    fn stat<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(self.describe())
    }

    fn set_attributes<'a>(&'a self, _: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.set(attributes))
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.commit(call))
    }
}
