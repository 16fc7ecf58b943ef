//! How the engine talks to services that speak no HTTP: over connections of the host.

use futures_util::io::{AsyncRead, AsyncWrite};
use mirage_store::{BoxFuture, MaybeSend};

use crate::error::Result;

/// Where a service listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A port of a host, by name or address.
    Tcp {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The same with TLS, for a certificate of that host which the system trusts.
    Tls {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// A socket of this machine, by its path.
    Local(String),
}

/// A connection to a service: bytes both ways, until either side ends it. Dropping it ends it.
pub trait Connection: AsyncRead + AsyncWrite + MaybeSend + Unpin {}

impl<T: AsyncRead + AsyncWrite + MaybeSend + Unpin> Connection for T {}

/// What is made of a connection, or of the error why there is none: see [`Host::connect`](crate::Host::connect).
#[cfg(not(target_arch = "wasm32"))]
pub type Talk = Box<dyn FnOnce(Result<Box<dyn Connection>>) -> BoxFuture<'static, ()> + Send>;
/// What is made of a connection, or of the error why there is none: see [`Host::connect`](crate::Host::connect).
#[cfg(target_arch = "wasm32")]
pub type Talk = Box<dyn FnOnce(Result<Box<dyn Connection>>) -> BoxFuture<'static, ()>>;
