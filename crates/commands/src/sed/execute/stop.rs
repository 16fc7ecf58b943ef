//! Why a run ends early.

use mirage_shell::command::Status;
use mirage_vfs::Error;

/// What stops a run at once.
#[derive(Debug)]
pub enum Stop {
    /// Writing to stdout failed.
    Output(Error),
    /// Something else did: the message without the command's name, and the status.
    Fatal(Status, Vec<u8>),
}

/// The status of a failure to read or write while the script runs.
pub const FAILED: Status = 4;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Output(error)
    }
}

impl Stop {
    /// `PARTS: ERROR`, with the status of a failed read or write.
    pub fn failed(parts: &[&[u8]], error: &Error) -> Self {
        Stop::Fatal(FAILED, [&parts.concat()[..], b": ", error.to_string().as_bytes()].concat())
    }
}
