//! Reading ranges.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, StatusCode};
use mirage_vfs::{
    BoxStream, Call, Entry, Error, ErrorKind, HttpResponse, Path, ReadHandle, ReadOptions, Result, Size,
};

use super::request::Found;
use super::{Server, address, answer};

const OPERATION: &str = "read";

impl Server {
    pub(super) async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        if options.revision.is_some() {
            return Err(Error::unsupported(OPERATION));
        }
        if path.is_root() || self.site.paths.has_directory(path) {
            return Err(Error::new(ErrorKind::IsADirectory, OPERATION));
        }
        if options.length == Some(0) {
            return self.read_nothing(call, path, options).await;
        }
        let url = address::file(&self.site.base, path, OPERATION)?;
        let response = match self.get(call, url, range(options)?, OPERATION).await? {
            Found::Answer(response) => response,
            Found::Directory => return Err(Error::new(ErrorKind::IsADirectory, OPERATION)),
            Found::Nothing => return Err(self.absent(call, path, OPERATION).await),
        };
        let name = path.name().unwrap_or_default();
        match response.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => {
                let nothing = self.read_nothing(call, path, options).await?;
                match nothing.entry.size {
                    Size::Exact(size) if size > options.offset => Err(Error::new(ErrorKind::Io, OPERATION)
                        .message("the server refuses a range that it has")),
                    _ => Ok(nothing),
                }
            }
            StatusCode::PARTIAL_CONTENT => {
                let entry = answer::entry(name, response.headers(), answer::total_size);
                if answer::range_start(response.headers()) != Some(options.offset) {
                    return Err(Error::new(ErrorKind::Io, OPERATION)
                        .message("the server sends another range than was asked for"));
                }
                handle(entry, response, 0, options)
            }
            // The server knows no ranges: what lies before is received and passed over.
            _ => {
                let entry = answer::entry(name, response.headers(), answer::whole_size);
                handle(entry, response, options.offset, options)
            }
        }
    }

    /// No bytes of a file that is there: past its end, where servers refuse a range.
    async fn read_nothing(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        let entry = self.stat(call, path, OPERATION).await?;
        if entry.is_directory() {
            return Err(Error::new(ErrorKind::IsADirectory, OPERATION));
        }
        check_version(&entry, options)?;
        Ok(ReadHandle { entry, bytes: Box::pin(stream::empty()) })
    }
}

/// The header that asks for the range; none for the whole file.
fn range(options: &ReadOptions) -> Result<Option<HeaderValue>> {
    // A range that ends past every number has no end: servers count with a sign.
    let last = options.length.and_then(|length| options.offset.checked_add(length - 1));
    let last = last.filter(|last| i64::try_from(*last).is_ok());
    let text = match last {
        Some(last) => format!("bytes={}-{last}", options.offset),
        None if options.offset > 0 => format!("bytes={}-", options.offset),
        None => return Ok(None),
    };
    let value = HeaderValue::try_from(text);
    value.map(Some).map_err(|_| Error::new(ErrorKind::InvalidArgument, OPERATION))
}

/// A server may ignore conditions: the version that it sends is looked at here.
fn check_version(entry: &Entry, options: &ReadOptions) -> Result<()> {
    match &options.if_match {
        Some(_) if options.if_match != entry.fingerprint => Err(Error::new(ErrorKind::Changed, OPERATION)),
        _ => Ok(()),
    }
}

fn handle(entry: Entry, response: HttpResponse, passed: u64, options: &ReadOptions) -> Result<ReadHandle> {
    check_version(&entry, options)?;
    let rest = Rest { body: response.into_body(), passed, left: options.length };
    let bytes =
        stream::try_unfold(rest, |mut rest| async move { Ok(rest.next().await?.map(|chunk| (chunk, rest))) });
    Ok(ReadHandle { entry, bytes: Box::pin(bytes) })
}

/// What is wanted of a body.
struct Rest {
    body: BoxStream<'static, Result<Bytes>>,
    /// How much of it lies before.
    passed: u64,
    /// How much is wanted; all if none.
    left: Option<u64>,
}

impl Rest {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        while self.left != Some(0) {
            let Some(chunk) = self.body.next().await else { break };
            let mut chunk = chunk?;
            let before = usize::try_from(self.passed).unwrap_or(usize::MAX).min(chunk.len());
            self.passed -= before as u64;
            let _ = chunk.split_to(before);
            if let Some(left) = &mut self.left {
                chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= chunk.len() as u64;
            }
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }
}
