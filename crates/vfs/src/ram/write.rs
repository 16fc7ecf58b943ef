//! Writing a whole file in one step.

use std::sync::Arc;

use bytes::Bytes;
use mirage_store::BoxFuture;

use super::content::Content;
use super::image::Caller;
use super::resource::Shared;
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::path::Path;
use crate::resource::{Precondition, WriteHandle, WriteOptions};

/// Content that is not part of the resource yet.
pub(super) struct RamWrite {
    shared: Arc<Shared>,
    path: Path,
    options: WriteOptions,
    content: Content,
}

impl RamWrite {
    pub fn new(shared: Arc<Shared>, path: Path, options: WriteOptions) -> Self {
        RamWrite { shared, path, options, content: Content::default() }
    }

    fn put(&mut self, bytes: Bytes) -> Result<()> {
        let held = self.content.stored() + bytes.len() as u64;
        // What can never fit is not collected to its end.
        if self.shared.lock().image.limit.is_some_and(|limit| held > limit) {
            return Err(Error::new(ErrorKind::NoSpace, "write"));
        }
        self.content.write(self.content.size(), bytes);
        Ok(())
    }

    fn finish(self, call: &Call) -> Result<Entry> {
        let host = call.host();
        let caller = Caller { facts: host.facts(), now: host.now() };
        let mut state = self.shared.lock();
        let (_, name, child) = state.image.find_replaced(&caller, &self.path)?;
        let current = match child {
            Some(child) => state.image.node(child.inode)?.fingerprint(child.inode),
            None => None,
        };
        match (&self.options.precondition, &current) {
            (Precondition::Absent, Some(_)) => return Err(Error::new(ErrorKind::AlreadyExists, "write")),
            (Precondition::Match(wanted), current) if current.as_ref() != Some(wanted) => {
                return Err(Error::new(ErrorKind::Changed, "write"));
            }
            _ => {}
        }
        let (inode, unnamed) = state.image.replace(&caller, &self.path, self.content, self.options.mode)?;
        state.forget(unnamed);
        state.image.entry(name, inode)
    }
}

impl WriteHandle for RamWrite {
    fn write<'a>(&'a mut self, _: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.put(bytes) })
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.finish(call) })
    }

    fn abort<'a>(self: Box<Self>, _: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async move { drop(self) })
    }
}
