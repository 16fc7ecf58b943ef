//! Answers to requests.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use mirage::{Error, ErrorKind};
use serde::Serialize;

use crate::messages::{Failed, Problem};
use crate::{VERSION, VERSION_HEADER};

/// What a request is answered with.
pub(super) type Answer = Response<Full<Bytes>>;

/// `value` in JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    // Numbers, texts and string keys: nothing that JSON can not hold.
    let mut text = serde_json::to_vec(value).unwrap_or_default();
    text.push(b'\n');
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    answer
}

/// What went wrong.
pub(super) fn failed(error: &Error) -> Answer {
    let row = error.kind().row();
    let status = StatusCode::from_u16(row.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let hint = error.hint_text().map(str::to_owned);
    json(status, &Failed { error: Problem { code: row.errno.to_owned(), message: error.to_string(), hint } })
}

/// A request that can not be understood.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, "request").message(message)
}
