//! How the engine asks services over HTTP: through the host.

use bytes::Bytes;
use mirage_store::BoxStream;

use crate::error::Result;

/// A request: method, absolute URL, headers, and the whole body.
pub type HttpRequest = http::Request<Bytes>;

/// An answer, of any status: its head, and its body as it arrives. Dropping the body ends the request.
pub type HttpResponse = http::Response<BoxStream<'static, Result<Bytes>>>;
