//! Failures at chosen operations, for tests.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use mirage_store::{BoxFnOnce, BoxFuture};

use crate::call::Call;
use crate::dynamic::DynResource;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::layers::operations::operations;
use crate::path::Path;
use crate::resource::{Attributes, ReadHandle, ReadOptions, WriteHandle, WriteOptions};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The operation fails and has not happened.
    Fail(ErrorKind),
    /// It happens after so long.
    Delay(Duration),
    /// A read gives some of its bytes, half of a chunk, and then fails; any other operation fails at once.
    Cut(ErrorKind),
}

/// Which operations go wrong, and how many there were: the test's end of a [`Fault`]. Clones refer to the same.
///
/// An operation is a call of a [`Resource`](crate::Resource) method, of `read_at`, `write_at`, `truncate`, `stat`,
/// `set_attributes` or `close` of a file, or of `write` or `commit` of a whole-file write, under that name. They are counted
/// from 1.
#[derive(Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Default)]
struct Inner {
    count: AtomicU64,
    handles: AtomicI64,
    planned: Mutex<Vec<Planned>>,
    watched: Mutex<Option<(u64, BoxFnOnce<()>)>>,
    committed: Mutex<BTreeSet<Vec<u8>>>,
}

struct Planned {
    /// None: every operation.
    operation: Option<&'static str>,
    /// How many matching operations still go well.
    left: u64,
    kind: FaultKind,
}

impl Faults {
    /// None yet.
    pub fn new() -> Self {
        Faults::default()
    }

    /// Makes the `number`-th operation from now go wrong, once.
    pub fn at(&self, number: u64, kind: FaultKind) {
        self.plan(None, number, kind);
    }

    /// Makes the `number`-th operation of this name from now go wrong, once.
    pub fn on(&self, operation: &'static str, number: u64, kind: FaultKind) {
        self.plan(Some(operation), number, kind);
    }

    /// Calls `reached` when the `number`-th operation from now begins.
    pub fn call_at(&self, number: u64, reached: impl FnOnce() + Send + 'static) {
        let at = self.count() + number;
        *self.0.watched.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, Box::new(reached)));
    }

    /// Every content that was committed by a whole-file write, each once.
    pub fn committed(&self) -> BTreeSet<Vec<u8>> {
        self.0.committed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many operations there were.
    pub fn count(&self) -> u64 {
        self.0.count.load(Ordering::Relaxed)
    }

    /// How many files and whole-file writes are open.
    pub fn open_handles(&self) -> i64 {
        self.0.handles.load(Ordering::Relaxed)
    }

    fn plan(&self, operation: Option<&'static str>, number: u64, kind: FaultKind) {
        let left = number.saturating_sub(1);
        self.planned().push(Planned { operation, left, kind });
    }

    fn planned(&self) -> std::sync::MutexGuard<'_, Vec<Planned>> {
        self.0.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation and takes out what is planned for it.
    fn next(&self, operation: &'static str) -> Option<FaultKind> {
        let number = self.0.count.fetch_add(1, Ordering::Relaxed) + 1;
        let mut watched = self.0.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let reached = watched.take_if(|(at, _)| *at == number);
        drop(watched);
        if let Some((_, reached)) = reached {
            reached();
        }
        let mut planned = self.planned();
        let mut due = None;
        planned.retain_mut(|plan| {
            let matches = plan.operation.is_none_or(|name| name == operation);
            match matches {
                true if plan.left == 0 && due.is_none() => {
                    due = Some(plan.kind);
                    false
                }
                true => {
                    plan.left = plan.left.saturating_sub(1);
                    true
                }
                false => true,
            }
        });
        due
    }

    /// Counts an operation; fails or waits if that is planned. Answers the cut that is left to the caller.
    async fn meet(&self, call: &Call, operation: &'static str) -> Result<Option<ErrorKind>> {
        match self.next(operation) {
            None => Ok(None),
            Some(FaultKind::Fail(kind)) => Err(Error::new(kind, operation)),
            Some(FaultKind::Delay(duration)) => {
                call.host().sleep(duration).await;
                Ok(None)
            }
            Some(FaultKind::Cut(kind)) => Ok(Some(kind)),
        }
    }

    /// As [`meet`](Faults::meet), for operations that can not be cut.
    async fn meet_whole(&self, call: &Call, operation: &'static str) -> Result<()> {
        match self.meet(call, operation).await? {
            Some(kind) => Err(Error::new(kind, operation)),
            None => Ok(()),
        }
    }
}

/// Counts an open handle until it is dropped.
struct Handle(Faults);

impl Handle {
    fn new(faults: &Faults) -> Self {
        faults.0.handles.fetch_add(1, Ordering::Relaxed);
        Handle(faults.clone())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.0.handles.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A resource whose operations fail, wait or are cut short where its [`Faults`] say so.
pub struct Fault {
    resource: Arc<dyn DynResource>,
    faults: Faults,
}

impl Fault {
    /// `resource`, failing as `faults` say.
    pub fn new(resource: Arc<dyn DynResource>, faults: Faults) -> Self {
        Fault { resource, faults }
    }
}

macro_rules! faulty {
    ($name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>> {
            Box::pin(async move {
                self.faults.meet_whole(call, stringify!($name)).await?;
                self.resource.$name(call, $($argument),*).await
            })
        }
    };
}

impl DynResource for Fault {
    fn info(&self) -> &Info {
        self.resource.info()
    }

    fn fan_out(&self) -> usize {
        self.resource.fan_out()
    }

    operations!(faulty: stat list create_dir remove rename copy link symlink read_link set_attributes);

    fn read<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ReadOptions,
    ) -> BoxFuture<'a, Result<ReadHandle>> {
        Box::pin(async move {
            let cut = self.faults.meet(call, "read").await?;
            let handle = self.resource.read(call, path, options).await?;
            let Some(kind) = cut else { return Ok(handle) };
            let first = handle.bytes.take(1).map(|chunk| chunk.map(|chunk| chunk.slice(..chunk.len() / 2)));
            let failure = futures_util::stream::once(std::future::ready(Err(Error::new(kind, "read"))));
            Ok(ReadHandle { entry: handle.entry, bytes: Box::pin(first.chain(failure)) })
        })
    }

    fn open<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a OpenOptions,
    ) -> BoxFuture<'a, Result<Box<dyn File>>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "open").await?;
            let file = self.resource.open(call, path, options).await?;
            let (faults, _open) = (self.faults.clone(), Handle::new(&self.faults));
            Ok(Box::new(FaultyFile { file, faults, _open }) as Box<dyn File>)
        })
    }

    fn write<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a WriteOptions,
    ) -> BoxFuture<'a, Result<Box<dyn WriteHandle>>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "write").await?;
            let handle = self.resource.write(call, path, options).await?;
            let (faults, _open) = (self.faults.clone(), Handle::new(&self.faults));
            Ok(Box::new(FaultyWrite { handle, faults, content: Vec::new(), _open }) as Box<dyn WriteHandle>)
        })
    }
}

struct FaultyFile {
    file: Box<dyn File>,
    faults: Faults,
    _open: Handle,
}

impl File for FaultyFile {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "read_at").await?;
            self.file.read_at(call, offset, length).await
        })
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "write_at").await?;
            self.file.write_at(call, offset, bytes).await
        })
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "truncate").await?;
            self.file.truncate(call, size).await
        })
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "stat").await?;
            self.file.stat(call).await
        })
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "set_attributes").await?;
            self.file.set_attributes(call, attributes).await
        })
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "close").await?;
            self.file.close(call).await
        })
    }
}

struct FaultyWrite {
    handle: Box<dyn WriteHandle>,
    faults: Faults,
    content: Vec<u8>,
    _open: Handle,
}

impl WriteHandle for FaultyWrite {
    fn write<'a>(&'a mut self, call: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.faults.meet_whole(call, "write").await?;
            self.content.extend_from_slice(&bytes);
            self.handle.write(call, bytes).await
        })
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            self.faults.meet_whole(call, "commit").await?;
            let entry = self.handle.commit(call).await?;
            let mut committed = self.faults.0.committed.lock().unwrap_or_else(PoisonError::into_inner);
            committed.insert(self.content);
            Ok(entry)
        })
    }

    fn abort<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        self.handle.abort(call)
    }
}
