//! Connections to services that speak no HTTP.

use std::io;
use std::sync::Arc;

use mirage_vfs::{Connection, Endpoint, Error, ErrorKind, Result, Retry};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::compat::TokioAsyncReadCompatExt;

use crate::reactor::{CONNECT, choose_cryptography};

/// A connection to `endpoint`.
pub(crate) async fn open(endpoint: Endpoint) -> Result<Box<dyn Connection>> {
    match timeout(CONNECT, start(endpoint)).await {
        Ok(opened) => opened.map_err(|error| failed(&error)),
        Err(_) => Err(Error::new(ErrorKind::TimedOut, "connect").retry(Retry::Temporary)),
    }
}

async fn start(endpoint: Endpoint) -> io::Result<Box<dyn Connection>> {
    match endpoint {
        Endpoint::Tcp { host, port } => Ok(Box::new(tcp(&host, port).await?.compat())),
        Endpoint::Tls { host, port } => {
            choose_cryptography();
            let config = ClientConfig::with_platform_verifier().map_err(io::Error::other)?;
            let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
            let plain = tcp(&host, port).await?;
            Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, plain).await?.compat()))
        }
        Endpoint::Local(path) => Ok(Box::new(UnixStream::connect(path).await?.compat())),
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// What went wrong, in the operating system's words or those of the protocol.
fn failed(error: &io::Error) -> Error {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    Error::new(ErrorKind::Unavailable, "connect").message(text).retry(Retry::Temporary)
}
