//! What the host's error numbers mean here.

use mirage_vfs::{Error, ErrorKind, Retry};
use rustix::io::Errno;

/// Host error numbers that have a kind of their own. `ELOOP` is one: links are never followed, so it says that there
/// is a link where a directory or a file was asked for.
const TABLE: &[(Errno, ErrorKind)] = &[
    (Errno::NOENT, ErrorKind::NotFound),
    (Errno::NOTDIR, ErrorKind::NotADirectory),
    (Errno::ISDIR, ErrorKind::IsADirectory),
    (Errno::EXIST, ErrorKind::AlreadyExists),
    (Errno::NOTEMPTY, ErrorKind::NotEmpty),
    (Errno::ACCESS, ErrorKind::PermissionDenied),
    (Errno::PERM, ErrorKind::NotPermitted),
    (Errno::ROFS, ErrorKind::ReadOnly),
    (Errno::LOOP, ErrorKind::CrossesLink),
    (Errno::NAMETOOLONG, ErrorKind::NameTooLong),
    (Errno::INVAL, ErrorKind::InvalidArgument),
    (Errno::XDEV, ErrorKind::CrossDevice),
    (Errno::BUSY, ErrorKind::Busy),
    (Errno::NOSPC, ErrorKind::NoSpace),
    (Errno::FBIG, ErrorKind::TooLarge),
    (Errno::STALE, ErrorKind::Changed),
    (Errno::OPNOTSUPP, ErrorKind::Unsupported),
    (Errno::BADF, ErrorKind::BadDescriptor),
    (Errno::SPIPE, ErrorKind::IllegalSeek),
    (Errno::TIMEDOUT, ErrorKind::TimedOut),
    (Errno::NXIO, ErrorKind::NoDevice),
    (Errno::IO, ErrorKind::Io),
];

/// `errno` from `operation`. A number without a kind of its own is the nearest kind in the host's words.
pub(super) fn error(errno: Errno, operation: &'static str) -> Error {
    if let Some(&(_, kind)) = TABLE.iter().find(|(number, _)| *number == errno) {
        return Error::new(kind, operation);
    }
    let kind = match errno {
        Errno::DQUOT => ErrorKind::NoSpace,
        Errno::MLINK | Errno::TXTBSY => ErrorKind::NotPermitted,
        _ => ErrorKind::Io,
    };
    let retry = match errno {
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN => Retry::Temporary,
        _ => Retry::Never,
    };
    Error::new(kind, operation).message(text(errno)).retry(retry)
}

/// The system's text for `errno`, without the number that the standard library adds.
fn text(errno: Errno) -> String {
    let mut text = std::io::Error::from(errno).to_string();
    if let Some(number) = text.rfind(" (os error") {
        text.truncate(number);
    }
    text
}

/// The answer to opening a device, a fifo or a socket.
pub(super) fn special(operation: &'static str) -> Error {
    Error::unsupported(operation).hint("devices, fifos and sockets of the host are listed but never opened")
}
