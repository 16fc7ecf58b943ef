//! Standard input, output and error of the program as a line's streams.

mod input;
mod output;

use std::io::{self, IsTerminal, Write};
use std::os::fd::BorrowedFd;

use mirage::{Error, ErrorKind};
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;

pub use input::{read_chunk, stdin};
pub use output::Standard;

/// Prints to standard output. Nobody is left to tell when that fails.
pub fn print(text: &[u8]) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text).and_then(|()| stdout.flush());
}

/// Prints to standard error.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether a person reads standard error.
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether reading and writing `descriptor` never waits for somebody else.
pub fn is_file(descriptor: BorrowedFd<'_>) -> bool {
    fstat(descriptor).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode).is_file())
}

/// The system's error as the engine knows it.
fn error(errno: Errno, operation: &'static str) -> Error {
    let known = ErrorKind::ALL.iter().find(|kind| kind.row().number == errno.raw_os_error());
    match known {
        Some(kind) => Error::new(*kind, operation),
        None => Error::new(ErrorKind::Io, operation).message(crate::machine::reason(&errno.into())),
    }
}
