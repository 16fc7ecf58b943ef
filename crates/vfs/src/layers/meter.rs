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
use crate::price::Price;
use crate::ram::Ram;
use crate::resource::{Attributes, ReadHandle, ReadOptions, WriteHandle, WriteOptions};

/// A resource whose use is added to the [ledger](crate::Ledger) of the line that uses it, under its mount.
///
/// Of a local resource the bytes of content are counted here. A remote one is given a call that is [at](Call::at) its mount
/// and counts its own requests and bytes, where it sends them: an operation may take any number of requests.
pub struct Meter {
    resource: Arc<dyn DynResource>,
    mount: Path,
    price: Price,
}

impl Meter {
    /// `resource`, counted under `mount` and charged as its service says.
    pub fn new(resource: Arc<dyn DynResource>, mount: Path, price: Price) -> Self {
        Meter { resource, mount, price }
    }

    /// The call that counts for this mount; none where nothing is counted but bytes.
    fn at(&self, call: &Call) -> Option<Call> {
        self.resource.info().remote.then(|| call.at(&self.mount, &self.price))
    }
}

/// An operation that carries no content: passed on as it is, without a future of its own, where nothing is counted.
macro_rules! counted {
    ($name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>> {
            match self.at(call) {
                None => self.resource.$name(call, $($argument),*),
                Some(call) => Box::pin(async move { self.resource.$name(&call, $($argument),*).await }),
            }
        }
    };
}

impl DynResource for Meter {
    fn info(&self) -> &Info {
        self.resource.info()
    }

    fn memory(&self) -> Option<Ram> {
        self.resource.memory()
    }

    fn fan_out(&self) -> usize {
        self.resource.fan_out()
    }

    operations!(counted: stat list create_dir remove rename copy link symlink read_link set_attributes);

    fn read<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a ReadOptions,
    ) -> BoxFuture<'a, Result<ReadHandle>> {
        Box::pin(async move {
            if let Some(call) = self.at(call) {
                return self.resource.read(&call, path, options).await;
            }
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
        Box::pin(async move {
            let at = self.at(call);
            let file = self.resource.open(at.as_ref().unwrap_or(call), path, options).await?;
            Ok(Box::new(MeteredFile { file, counts: self.counts() }) as Box<dyn File>)
        })
    }

    fn write<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a WriteOptions,
    ) -> BoxFuture<'a, Result<Box<dyn WriteHandle>>> {
        Box::pin(async move {
            let at = self.at(call);
            let handle = self.resource.write(at.as_ref().unwrap_or(call), path, options).await?;
            Ok(Box::new(MeteredWrite { handle, counts: self.counts() }) as Box<dyn WriteHandle>)
        })
    }
}

fn reading(bytes: usize) -> Usage {
    Usage { bytes_read: bytes as u64, ..Usage::default() }
}

fn writing(bytes: usize) -> Usage {
    Usage { bytes_written: bytes as u64, ..Usage::default() }
}

/// How the use of an open file is counted.
struct Counts {
    mount: Path,
    /// None where bytes are counted here.
    price: Option<Price>,
}

impl Meter {
    fn counts(&self) -> Counts {
        Counts { mount: self.mount.clone(), price: self.resource.info().remote.then_some(self.price) }
    }
}

impl Counts {
    fn call(&self, call: &Call) -> Call {
        match &self.price {
            Some(price) => call.at(&self.mount, price),
            None => call.clone(),
        }
    }

    fn add(&self, call: &Call, used: Usage) {
        if self.price.is_none() {
            call.ledger().add(&self.mount, used);
        }
    }
}

struct MeteredFile {
    file: Box<dyn File>,
    counts: Counts,
}

impl File for MeteredFile {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move {
            let chunk = self.file.read_at(&self.counts.call(call), offset, length).await?;
            self.counts.add(call, reading(chunk.len()));
            Ok(chunk)
        })
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let length = bytes.len();
            let end = self.file.write_at(&self.counts.call(call), offset, bytes).await?;
            self.counts.add(call, writing(length));
            Ok(end)
        })
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.file.truncate(&self.counts.call(call), size).await })
    }

    fn stat<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async move { self.file.stat(&self.counts.call(call)).await })
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.file.set_attributes(&self.counts.call(call), attributes).await })
    }

    fn close<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.file.close(&self.counts.call(call)).await })
    }
}

struct MeteredWrite {
    handle: Box<dyn WriteHandle>,
    counts: Counts,
}

impl WriteHandle for MeteredWrite {
    fn write<'a>(&'a mut self, call: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let length = bytes.len();
            self.handle.write(&self.counts.call(call), bytes).await?;
            self.counts.add(call, writing(length));
            Ok(())
        })
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.handle.commit(&self.counts.call(call)).await })
    }

    fn abort<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async move { self.handle.abort(&self.counts.call(call)).await })
    }
}
