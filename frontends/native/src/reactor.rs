//! What waits for all of a program's connections: one thread.

use std::future::pending;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use mirage_vfs::{Error, ErrorKind, Result};
use tokio::runtime::{self, Handle};

/// How long a connection may take to be made.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// The thread, started with the first connection. It ends with the program.
#[derive(Clone, Default)]
pub(crate) struct Reactor(Arc<OnceLock<Result<Handle>>>);

impl Reactor {
    pub fn handle(&self) -> Result<Handle> {
        self.0.get_or_init(start).clone()
    }
}

fn start() -> Result<Handle> {
    let refused = |error: std::io::Error| {
        Error::new(ErrorKind::Unavailable, "connect")
            .message(format!("connections can not be started: {error}"))
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("mirage-reactor".into())
        .spawn(move || runtime.block_on(pending::<()>()))
        .map_err(refused)?;
    Ok(handle)
}

/// Says what TLS is computed with. Another part of the program may have chosen already.
pub(crate) fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
