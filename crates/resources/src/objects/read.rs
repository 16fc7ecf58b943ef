//! Reading ranges.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::stream;
use mirage_vfs::{Call, Error, ErrorKind, Path, ReadHandle, ReadOptions, Result, Retry};
use opendal::raw::{OpRead, OpReader, ServiceDyn, oio};
use opendal::{BytesRange, options};

use super::error::error;
use super::key::Key;
use super::{Objects, entry};

const OPERATION: &str = "read";

impl Objects {
    pub(super) async fn read_file(
        &self,
        call: &Call,
        path: &Path,
        options: &ReadOptions,
    ) -> Result<ReadHandle> {
        if options.revision.is_some() {
            return Err(Error::unsupported(OPERATION));
        }
        let key = self.keys.of(path, OPERATION)?;
        let Some(file) = key.file() else { return Err(Error::new(ErrorKind::IsADirectory, OPERATION)) };
        let name = path.name().unwrap_or_default();
        if options.length == Some(0) {
            return self.read_nothing(call, path, &key, options).await;
        }
        // A range that ends past every number has no end.
        let length = options.length.filter(|length| options.offset.checked_add(*length).is_some());
        let range = BytesRange::new(options.offset, length);
        let opened =
            self.open_range(call, file, range, options.if_match.as_ref().map(|tag| &tag.value)).await;
        match opened {
            Ok((metadata, body)) => {
                let bytes = stream::try_unfold((body, VecDeque::new()), next_chunk);
                Ok(ReadHandle { entry: entry::file(name, &metadata), bytes: Box::pin(bytes) })
            }
            Err(failed) if failed.kind() == opendal::ErrorKind::RangeNotSatisfied => {
                self.read_nothing(call, path, &key, options).await
            }
            Err(failed) if failed.kind() == opendal::ErrorKind::NotFound => {
                Err(self.no_file(call, path, &key).await)
            }
            Err(failed) => Err(error(failed, OPERATION)),
        }
    }

    async fn open_range(
        &self,
        call: &Call,
        key: &str,
        range: BytesRange,
        tag: Option<&Bytes>,
    ) -> opendal::Result<(opendal::Metadata, Box<dyn oio::ReadStreamDyn>)> {
        let if_match = tag.map(|tag| String::from_utf8_lossy(tag).into_owned());
        let options = options::ReadOptions { if_match, ..options::ReadOptions::default() };
        let (_, wanted, _): (BytesRange, OpRead, OpReader) = options.into();
        let reader = self.service.read_dyn(&self.context(call), key, wanted)?;
        let (answer, body) = oio::Read::open(&reader, range).await?;
        match answer.into_metadata() {
            Some(metadata) => Ok((metadata, body)),
            None => Err(opendal::Error::new(opendal::ErrorKind::Unexpected, "an answer without its headers")),
        }
    }

    /// No bytes of a file that is there: past its end, where services refuse a range.
    async fn read_nothing(
        &self,
        call: &Call,
        path: &Path,
        key: &Key,
        options: &ReadOptions,
    ) -> Result<ReadHandle> {
        let name = path.name().unwrap_or_default();
        let entry = match key.file() {
            Some(file) => self.head(call, file, name, OPERATION).await?,
            None => None,
        };
        let Some(entry) = entry else { return Err(self.no_file(call, path, key).await) };
        match &options.if_match {
            Some(_) if options.if_match != entry.fingerprint => {
                Err(Error::new(ErrorKind::Changed, OPERATION))
            }
            _ => Ok(ReadHandle { entry, bytes: Box::pin(stream::empty()) }),
        }
    }

    /// Why there is no file at `path`.
    async fn no_file(&self, call: &Call, path: &Path, key: &Key) -> Error {
        match self.is_directory(call, path, key, OPERATION).await {
            Ok(true) => Error::new(ErrorKind::IsADirectory, OPERATION),
            Ok(false) => self.absent(call, path, OPERATION).await,
            Err(error) => error,
        }
    }
}

type Body = (Box<dyn oio::ReadStreamDyn>, VecDeque<Bytes>);

async fn next_chunk((mut body, mut chunks): Body) -> Result<Option<(Bytes, Body)>> {
    if chunks.is_empty() {
        let received = body.read_dyn().await;
        chunks.extend(received.map_err(|failed| error(failed, OPERATION).retry(Retry::Temporary))?);
    }
    Ok(chunks.pop_front().map(|chunk| (chunk, (body, chunks))))
}
