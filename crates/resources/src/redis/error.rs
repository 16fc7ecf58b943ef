//! What the server's errors mean here.

use mirage_vfs::{Error, ErrorKind, Retry};

/// An answer to `operation` that is an error: `CODE words`.
pub(super) fn refusal(words: &[u8], operation: &'static str) -> Error {
    let words = String::from_utf8_lossy(words);
    let code = words.split(' ').next().unwrap_or_default();
    let error = |kind| Error::new(kind, operation).message(&*words);
    match code {
        "NOAUTH" => error(ErrorKind::Unauthenticated)
            .hint("the server wants credentials: the mount's keys are `user` and `password`"),
        "WRONGPASS" => error(ErrorKind::Unauthenticated),
        "NOPERM" => error(ErrorKind::PermissionDenied),
        "READONLY" => error(ErrorKind::ReadOnly).hint("this server is a replica: mount the one it follows"),
        "OOM" => error(ErrorKind::NoSpace),
        "LOADING" | "BUSY" | "MASTERDOWN" | "TRYAGAIN" | "CLUSTERDOWN" => {
            error(ErrorKind::Unavailable).retry(Retry::Temporary)
        }
        "MOVED" | "ASK" | "CROSSSLOT" => error(ErrorKind::Unsupported)
            .hint("the keys of a cluster are on several servers: mount them one by one"),
        _ => error(ErrorKind::Io),
    }
}

/// An answer that is not of the form it should be.
pub(super) fn unexpected(operation: &'static str) -> Error {
    Error::new(ErrorKind::Io, operation).message("the server answers something else than was asked for")
}
