//! Errors of the command itself, as opposed to those of a line.

use std::fmt::Display;
use std::process::ExitCode;

use mirage_server::client::ClientError;

use crate::streams;

/// Why nothing was run: messages for standard error, and the status.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    text: String,
}

impl Failure {
    /// Wrong arguments or configuration: status 2, one message a line of `problems`.
    pub fn usage(problems: impl Display) -> Self {
        Failure::new(2, problems)
    }

    /// One message, with this status.
    pub fn new(status: u8, message: impl Display) -> Self {
        Failure { status, text: format!("mirage: {message}\n") }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.text += &format!("mirage: hint: {hint}\n");
        self
    }

    /// Several messages of the same place: `mirage: PLACE: PROBLEM` each, status 2.
    pub fn config(place: impl Display, problems: &[String]) -> Self {
        let text = problems.iter().map(|problem| format!("mirage: {place}: {problem}\n")).collect();
        Failure { status: 2, text }
    }

    /// A text that is printed as it is, status 2.
    pub fn plain(text: String) -> Self {
        Failure { status: 2, text }
    }

    /// Prints the messages and answers the status.
    pub fn tell(&self) -> ExitCode {
        streams::complain(&self.text);
        ExitCode::from(self.status)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let failure = Failure::new(1, &error.message);
        match &error.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
