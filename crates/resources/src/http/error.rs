//! What a server's refusals mean here.

use http::StatusCode;
use mirage_vfs::{Error, ErrorKind, Retry};

/// An answer of this status to `operation`, which is no success.
pub(super) fn refusal(status: StatusCode, operation: &'static str) -> Error {
    let kind = match status.as_u16() {
        401 | 407 => ErrorKind::Unauthenticated,
        403 | 451 => ErrorKind::PermissionDenied,
        404 | 410 => ErrorKind::NotFound,
        408 => ErrorKind::TimedOut,
        412 => ErrorKind::Changed,
        414 => ErrorKind::NameTooLong,
        429 => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Io,
    };
    let error = Error::new(kind, operation);
    match kind {
        ErrorKind::NotFound => error,
        ErrorKind::Unauthenticated => {
            error.hint("the server wants credentials: the mount's keys are `token`, or `user` and `password`")
        }
        ErrorKind::PermissionDenied => error,
        ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::TimedOut => {
            error.message(words(status)).retry(Retry::Exhausted)
        }
        _ => error.message(words(status)),
    }
}

fn words(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("HTTP {} {reason}", status.as_u16()),
        None => format!("HTTP {}", status.as_u16()),
    }
}
