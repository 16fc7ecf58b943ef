//! Requests to services: one client for all of a program's connections.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::stream;
use mirage_vfs::{BoxFuture, Error, ErrorKind, HttpRequest, HttpResponse, Result, Retry};
use reqwest::redirect::Policy;
use tokio::task::JoinHandle;

use crate::reactor::{CONNECT, Reactor};

/// How long an unused connection stays open.
const KEEP: Duration = Duration::from_secs(30);

/// The program's HTTP, started with its first request.
#[derive(Clone, Default)]
pub(crate) struct Http(Arc<OnceLock<Result<reqwest::Client>>>);

impl Http {
    pub fn fetch(&self, reactor: &Reactor, request: HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> {
        let (handle, client) = (reactor.handle(), self.0.get_or_init(start).clone());
        Box::pin(async move {
            let (handle, client) = (handle?, client?);
            let request = reqwest::Request::try_from(request).map_err(|error| failed(&error))?;
            let sent = Task(handle.spawn(async move { client.execute(request).await }));
            let response = sent.finish().await?.map_err(|error| failed(&error))?;
            Ok(with_body(response))
        })
    }
}

fn start() -> Result<reqwest::Client> {
    crate::reactor::choose_cryptography();
    reqwest::Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .pool_idle_timeout(KEEP)
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Unavailable, "fetch").message(format!("HTTP can not be started: {error}"))
        })
}

/// The answer with its body as a stream. The reactor's thread receives, whoever reads the stream.
fn with_body(response: reqwest::Response) -> HttpResponse {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = response.headers().clone();
    let body = stream::try_unfold(response, |mut response| async move {
        let chunk = response.chunk().await.map_err(|error| failed(&error))?;
        Ok(chunk.map(|chunk| (chunk, response)))
    });
    head.map(|()| Box::pin(body) as _)
}

/// A task that ends when nobody waits for it any more.
struct Task<T>(JoinHandle<T>);

impl<T> Task<T> {
    async fn finish(mut self) -> Result<T> {
        (&mut self.0).await.map_err(|_| Error::new(ErrorKind::Cancelled, "fetch"))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What went wrong on the way to a service, without the URL: it may carry a signature.
fn failed(error: &reqwest::Error) -> Error {
    let kind = match () {
        () if error.is_timeout() => ErrorKind::TimedOut,
        () if error.is_builder() => {
            return Error::new(ErrorKind::InvalidArgument, "fetch").message(cause(error));
        }
        () => ErrorKind::Unavailable,
    };
    Error::new(kind, "fetch").message(cause(error)).retry(Retry::Temporary)
}

/// The innermost reason, which is the operating system's or the protocol's.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
