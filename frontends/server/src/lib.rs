//! Living workspaces behind a local socket.
//!
//! [`service`] is the daemon: one process per user and state directory that holds the workspaces and answers HTTP/1.1 on a
//! Unix socket, everything below `/v1`. [`client`] is what other programs talk to it with; it starts the daemon when none
//! runs. [`home`] says where its files are, [`frame`] how a line's streams share a connection.
//!
//! | file in [`Home`](home::Home) | holds |
//! |---|---|
//! | `daemon.sock` | where it listens |
//! | `daemon.lock` | nothing: whoever serves this directory holds a lock on it |
//! | `daemon.log` | what happened to it, a JSON object a line |
//! | `store` | the workspaces |

pub mod client;
pub mod frame;
pub mod home;
pub mod messages;
pub mod service;

/// The version that client and daemon tell each other.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The header that tells it.
pub(crate) const VERSION_HEADER: &str = "mirage-version";

/// What the connection of a running line is upgraded to.
pub(crate) const PROTOCOL: &str = "mirage-line";
