//! OpenDAL's requests, sent through the host.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response};
use mirage_vfs::{BoxStream, Call, Control, Error, ErrorKind, Host, RequestKind, Result};
use opendal::raw::{BoxedStaticFuture, Operation};
use opendal::{Buffer, Execute, HttpBody, HttpTransport};

use crate::fetch::fetch;
use crate::width::Width;

/// Sends one line's requests.
pub(super) struct Transport {
    call: Call,
    width: Arc<Width>,
}

impl Transport {
    pub fn new(call: Call, width: Arc<Width>) -> Self {
        Transport { call, width }
    }
}

/// What a request of this operation counts as.
fn kind(operation: Operation) -> RequestKind {
    match operation {
        Operation::List => RequestKind::List,
        Operation::Stat => RequestKind::Stat,
        Operation::Read => RequestKind::Read,
        Operation::Write
        | Operation::Copy
        | Operation::CreateDir
        | Operation::Compose
        | Operation::Rename => RequestKind::Write,
        _ => RequestKind::Other,
    }
}

impl HttpTransport for Transport {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let has_body = request.method() != Method::HEAD;
        let kind = kind(request.extensions().get().copied().unwrap_or_default());
        let mut request = request.map(|body| body.to_bytes());
        if request.method() == Method::POST {
            // It begins or ends an upload in parts.
            request.extensions_mut().insert(Control);
        }
        let response = fetch(&self.call, kind, request, &self.width).await.map_err(carried)?;
        let (head, body) = response.into_parts();
        let length = head.headers.get(CONTENT_LENGTH).filter(|_| has_body);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Response::from_parts(head, HttpBody::new(Body(Mutex::new(body)), length)))
    }
}

/// One of our errors in one of OpenDAL's.
fn carried(error: Error) -> opendal::Error {
    let message = error.to_string();
    let is_limit = error.is(ErrorKind::RateLimited);
    let kind = if is_limit { opendal::ErrorKind::RateLimited } else { opendal::ErrorKind::Unexpected };
    opendal::Error::new(kind, message).set_source(error)
}

/// A body that may be shared between threads, though only one reads it.
struct Body(Mutex<BoxStream<'static, Result<Bytes>>>);

impl Stream for Body {
    type Item = opendal::Result<Buffer>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        body.as_mut()
            .poll_next(context)
            .map(|chunk| chunk.map(|chunk| chunk.map(Buffer::from).map_err(carried)))
    }
}

/// Runs what OpenDAL does beside a request.
pub(super) struct Tasks(pub Arc<dyn Host>);

impl Execute for Tasks {
    fn execute(&self, task: BoxedStaticFuture<()>) {
        self.0.spawn(task);
    }
}
