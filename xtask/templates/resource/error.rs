//! The service's errors as ours.

use mirage_vfs::{Error, ErrorKind};

/// What the service does not have.
pub fn error(operation: &'static str) -> Error {
    Error::new(ErrorKind::NotFound, operation)
}
