//! The [`Host`](mirage_vfs::Host) of native programs: clock, randomness, threads and timers of the operating system.
//!
//! Everything is started when it is first needed: a program that runs one line with [`NativeHost::block_on`] starts no
//! thread at all.

mod blocking;
#[cfg(feature = "connect")]
mod connect;
mod executor;
mod host;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "reactor")]
mod reactor;
mod timer;
mod workers;

pub use host::NativeHost;
