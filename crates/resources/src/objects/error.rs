//! What OpenDAL's errors mean here.

use mirage_vfs::{Error, ErrorKind, Retry};
use opendal::ErrorKind as Kind;

/// `failed` from `operation`, in the service's own words where they say more than the kind.
pub(super) fn error(failed: opendal::Error, operation: &'static str) -> Error {
    if let Some(ours) = std::error::Error::source(&failed).and_then(|source| source.downcast_ref::<Error>()) {
        let named = Error::new(ours.kind(), operation).retry(ours.retry_status());
        return named.message(ours.to_string());
    }
    let kind = match failed.kind() {
        Kind::NotFound => ErrorKind::NotFound,
        Kind::PermissionDenied => ErrorKind::PermissionDenied,
        Kind::IsADirectory => ErrorKind::IsADirectory,
        Kind::NotADirectory => ErrorKind::NotADirectory,
        Kind::AlreadyExists => ErrorKind::AlreadyExists,
        Kind::ConditionNotMatch => ErrorKind::Changed,
        Kind::RateLimited => ErrorKind::RateLimited,
        Kind::Unsupported => ErrorKind::Unsupported,
        Kind::ConfigInvalid => ErrorKind::InvalidArgument,
        _ => ErrorKind::Io,
    };
    let retry = if failed.is_temporary() || failed.is_persistent() { Retry::Exhausted } else { Retry::Never };
    let error = Error::new(kind, operation).retry(retry);
    match kind {
        // What went wrong is all in the kind.
        ErrorKind::NotFound | ErrorKind::Changed => error,
        _ => match words(failed.message()) {
            "" => error,
            words => error.message(words),
        },
    }
}

/// The service's message in what OpenDAL makes of it.
fn words(message: &str) -> &str {
    let field = |name: &str| {
        let start = message.find(name)? + name.len();
        let end = message[start..].find('"')?;
        Some(&message[start..start + end]).filter(|text| !text.is_empty())
    };
    match message.starts_with("S3Error {") {
        true => field("message: \"").or_else(|| field("code: \"")).unwrap_or_default(),
        false => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_s_own_words_are_kept() {
        let message = "S3Error { code: \"NoSuchBucket\", message: \"The specified bucket does not exist\", resource: \"\" }";
        let answer = error(opendal::Error::new(Kind::ConfigInvalid, message), "list");
        assert_eq!(answer.to_string(), "The specified bucket does not exist");
        let bare = "S3Error { code: \"AccessDenied\", message: \"\", resource: \"\" }";
        let answer = error(opendal::Error::new(Kind::PermissionDenied, bare), "list");
        assert_eq!((answer.kind(), &*answer.to_string()), (ErrorKind::PermissionDenied, "AccessDenied"));
    }
}
