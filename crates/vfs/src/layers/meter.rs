//! Counts what passes between a line and a mount.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use mirage_store::BoxFuture;

use crate::call::Call;
use crate::dynamic::DynResource;
use crate::entry::Entry;
use crate::error::Result;
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::layers::operations::operations;
use crate::ledger::Usage;
use crate::path::Path;
use crate::resource::{Attributes, ReadHandle, ReadOptions, WriteHandle, WriteOptions};

/// A resource whose bytes and requests are added to the [ledger](crate::Ledger) of the line that uses it.
pub struct Meter {
    resource: Arc<dyn DynResource>,
    mount: Path,
}

impl Meter {
    /// `resource`, counted under `mount`.
    pub fn new(resource: Arc<dyn DynResource>, mount: Path) -> Self {
        Meter { resource, mount }
    }

    /// Counts an operation: a request where that is what it costs.
    fn request(&self, call: &Call) {
        if self.resource.info().remote {
            call.ledger().add(&self.mount, Usage { requests: 1, ..Usage::default() });
        }
    }
}

/// An operation that carries no content: counted and passed on as it is, without a future of its own.
macro_rules! counted {
    ($name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>> {
            self.request(call);
            self.resource.$name(call, $($argument),*)
        }
    };
}

impl DynResource for Meter {
    fn info(&self) -> &Info {
        self.resource.info()
    }

    operations!(counted: stat list create_dir remove rename copy link symlink read_link set_attributes);

    fn read<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ReadOptions,
    ) -> BoxFuture<'a, Result<ReadHandle>> {
        self.request(call);
        Box::pin(async move {
            let ReadHandle { entry, bytes } = self.resource.read(call, path, options).await?;
            let (call, mount) = (call.clone(), self.mount.clone());
            let bytes = bytes.inspect(move |chunk| {
                if let Ok(chunk) = chunk {
                    call.ledger().add(&mount, reading(chunk.len()));
                }
            });
            Ok(ReadHandle { entry, bytes: Box::pin(bytes) })
        })
    }

    fn open<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a OpenOptions,
    ) -> BoxFuture<'a, Result<Box<dyn File>>> {
        self.request(call);
        Box::pin(async move {
            let file = self.resource.open(call, path, options).await?;
            Ok(Box::new(MeteredFile { file, mount: self.mount.clone() }) as Box<dyn File>)
        })
    }

    fn write<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a WriteOptions,
    ) -> BoxFuture<'a, Result<Box<dyn WriteHandle>>> {
        self.request(call);
        Box::pin(async move {
            let handle = self.resource.write(call, path, options).await?;
            Ok(Box::new(MeteredWrite { handle, mount: self.mount.clone() }) as Box<dyn WriteHandle>)
        })
    }
}

fn reading(bytes: usize) -> Usage {
    Usage { bytes_read: bytes as u64, ..Usage::default() }
}

fn writing(bytes: usize) -> Usage {
    Usage { bytes_written: bytes as u64, ..Usage::default() }
}

struct MeteredFile {
    file: Box<dyn File>,
    mount: Path,
}

impl File for MeteredFile {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move {
            let chunk = self.file.read_at(call, offset, length).await?;
            call.ledger().add(&self.mount, reading(chunk.len()));
            Ok(chunk)
        })
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let length = bytes.len();
            let end = self.file.write_at(call, offset, bytes).await?;
            call.ledger().add(&self.mount, writing(length));
            Ok(end)
        })
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        self.file.truncate(call, size)
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        self.file.stat(call)
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        self.file.set_attributes(call, attributes)
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        self.file.close(call)
    }
}

struct MeteredWrite {
    handle: Box<dyn WriteHandle>,
    mount: Path,
}

impl WriteHandle for MeteredWrite {
    fn write<'a>(&'a mut self, call: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let length = bytes.len();
            self.handle.write(call, bytes).await?;
            call.ledger().add(&self.mount, writing(length));
            Ok(())
        })
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        self.handle.commit(call)
    }

    fn abort<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        self.handle.abort(call)
    }
}
