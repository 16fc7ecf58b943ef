//! The [`Host`](mirage_vfs::Host) of native programs: clock, randomness, threads and timers of the operating system.
//!
//! Everything is started when it is first needed: a program that runs one line with [`NativeHost::block_on`] starts no
//! thread at all.

mod blocking;
mod executor;
mod host;
#[cfg(feature = "http")]
mod http;
mod timer;
mod workers;

pub use host::NativeHost;
