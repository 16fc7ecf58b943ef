//! OpenDAL's requests, sent through the host, and tried again where that can help.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_LENGTH, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use mirage_vfs::{BoxStream, Error, ErrorKind, Host, HttpRequest, HttpResponse, Result, Retry};
use opendal::raw::BoxedStaticFuture;
use opendal::{Buffer, Execute, HttpBody, HttpTransport};

/// How often a request is sent at most.
const TRIES: u32 = 6;

/// How long the first pause is at most; each later one may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause, also when the service asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Sends requests through the host.
pub(super) struct Transport(Arc<dyn Host>);

impl Transport {
    pub fn new(host: Arc<dyn Host>) -> Self {
        Transport(host)
    }

    /// The answer, after as many tries as it takes and makes sense.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse> {
        let mut tries = 1;
        loop {
            let answer = self.0.fetch(request.clone()).await;
            let asked = match &answer {
                _ if tries == TRIES => return answer.map_err(|error| error.retry(Retry::Exhausted)),
                Ok(response) if is_refusal(response.status()) => wanted_pause(response),
                Err(error) if error.retry_status() == Retry::Temporary && is_repeatable(&request) => None,
                _ => return answer,
            };
            drop(answer);
            let pause = asked.unwrap_or_else(|| self.pause(tries)).min(LONGEST_PAUSE);
            self.0.sleep(pause).await;
            tries += 1;
        }
    }

    /// A random part of a pause that doubles with each try, so that those who were refused together do not come back
    /// together.
    fn pause(&self, tries: u32) -> Duration {
        let mut random = [0; 2];
        self.0.random(&mut random);
        let longest = FIRST_PAUSE * 2u32.saturating_pow(tries - 1);
        longest * (1 + u32::from(u16::from_le_bytes(random))) / (1 << 16)
    }
}

/// Whether the service did nothing and may do it later.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// Whether it does no harm if the request was carried out and only its answer was lost.
fn is_repeatable(request: &HttpRequest) -> bool {
    let has_condition =
        request.headers().contains_key(IF_MATCH) || request.headers().contains_key(IF_NONE_MATCH);
    match *request.method() {
        Method::GET | Method::HEAD => true,
        Method::PUT | Method::DELETE => !has_condition,
        _ => false,
    }
}

/// What the service says of when to come back.
fn wanted_pause(response: &HttpResponse) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

impl HttpTransport for Transport {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let has_body = request.method() != Method::HEAD;
        let response = self.send(request.map(|body| body.to_bytes())).await.map_err(carried)?;
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
