//! Writes, which make what is known untrue.

use std::sync::Arc;

use bytes::Bytes;
use mirage_store::BoxFuture;

use super::Inner;
use crate::call::Call;
use crate::entry::Entry;
use crate::error::Result;
use crate::path::Path;
use crate::resource::{WriteHandle, WriteOptions};

pub(super) async fn write(
    cache: &Arc<Inner>,
    call: &Call,
    path: &Path,
    options: &WriteOptions,
) -> Result<Box<dyn WriteHandle>> {
    let handle = cache.resource.write(call, path, options).await?;
    Ok(Box::new(Writing { handle, cache: cache.clone(), path: path.clone() }))
}

struct Writing {
    handle: Box<dyn WriteHandle>,
    cache: Arc<Inner>,
    path: Path,
}

impl WriteHandle for Writing {
    fn write<'a>(&'a mut self, call: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        self.handle.write(call, bytes)
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        let Writing { handle, cache, path } = *self;
        Box::pin(async move { cache.change(&path, handle.commit(call)).await })
    }

    fn abort<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        self.handle.abort(call)
    }
}
