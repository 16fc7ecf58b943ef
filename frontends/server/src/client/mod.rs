//! How a program talks to the daemon: blocking calls, and nothing but a socket.

mod http;
mod line;
mod start;

use std::fmt;
use std::io::Write;
use std::os::unix::net::UnixStream;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::VERSION;
use crate::home::{Home, reason};
use crate::messages::Failed;

pub use line::{Control, Event, Line};

/// What kept a request from being answered as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError {
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The error's name, as POSIX has it, where the daemon refused.
    pub code: Option<String>,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ClientError {}

impl ClientError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ClientError { message: message.into(), hint: None, code: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        ClientError { hint: Some(hint.into()), ..self }
    }

    fn broken(error: &std::io::Error) -> Self {
        ClientError::new(format!("the daemon broke off: {}", reason(error))).hint("see: mirage daemon logs")
    }
}

/// What a call answers.
pub type Result<T, E = ClientError> = std::result::Result<T, E>;

/// The way to the daemon of one state directory.
#[derive(Clone, Debug)]
pub struct Client {
    home: Home,
}

impl Client {
    /// The way to the daemon of this user and environment.
    pub fn new() -> Result<Self> {
        Ok(Client { home: Home::find().map_err(ClientError::new)? })
    }

    /// Where its files are.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Whether a daemon answers.
    pub fn is_running(&self) -> bool {
        UnixStream::connect(self.home.socket()).is_ok()
    }

    /// `GET path`, of a daemon that is started if none runs.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call("GET", path, None)
    }

    /// `POST path` with `body` in JSON.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let body = serde_json::to_vec(body).map_err(|error| ClientError::new(error.to_string()))?;
        self.call("POST", path, Some(&body))
    }

    /// `DELETE path`.
    pub fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call("DELETE", path, None)
    }

    /// What the daemon that runs says of itself; none when there is none. It is not started, and its version is not looked
    /// at.
    pub fn status(&self) -> Result<Option<Value>> {
        self.of_running("GET", "/v1/status")
    }

    /// Asks the daemon that runs to stop and waits until it has; none when there is none.
    pub fn stop(&self) -> Result<Option<Value>> {
        let stopped = self.of_running("POST", "/v1/stop")?;
        self.wait_until_gone();
        Ok(stopped)
    }

    /// Starts a daemon if none runs.
    pub fn start(&self) -> Result<()> {
        self.connect().map(drop)
    }

    fn of_running(&self, method: &str, path: &str) -> Result<Option<Value>> {
        let Ok(stream) = UnixStream::connect(self.home.socket()) else { return Ok(None) };
        parse(http::request(stream, method, path, None)?).map(Some)
    }

    fn call<T: DeserializeOwned>(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<T> {
        let answer = http::request(self.connect()?, method, path, body)?;
        check_version(answer.version.as_deref())?;
        parse(answer)
    }
}

fn parse<T: DeserializeOwned>(answer: http::Answer) -> Result<T> {
    let unclear =
        |error: serde_json::Error| ClientError::new(format!("the daemon's answer is unclear: {error}"));
    if answer.status >= 400 {
        return Err(refused(&answer.body));
    }
    serde_json::from_slice(&answer.body).map_err(unclear)
}

/// What the daemon said against a request.
fn refused(body: &[u8]) -> ClientError {
    match serde_json::from_slice::<Failed>(body) {
        Ok(Failed { error }) => {
            ClientError { message: error.message, hint: error.hint, code: Some(error.code) }
        }
        Err(_) => ClientError::new(format!("the daemon refused: {}", String::from_utf8_lossy(body).trim())),
    }
}

fn check_version(version: Option<&str>) -> Result<()> {
    match version {
        Some(VERSION) => Ok(()),
        other => Err(ClientError::new(format!(
            "the daemon that runs is of version {}, this is {VERSION}",
            other.unwrap_or("unknown")
        ))
        .hint("mirage daemon restart")),
    }
}

fn send(stream: &mut UnixStream, bytes: &[u8]) -> Result<()> {
    stream.write_all(bytes).map_err(|error| ClientError::broken(&error))
}
