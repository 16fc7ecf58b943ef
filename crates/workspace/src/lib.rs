//! Mirage: one filesystem over every service an agent works with, driven by bash.
//!
//! A [`Workspace`] is a tree of mounts and the sessions that work in it. Each mount shows a [`Resource`]: a directory of
//! the machine, memory, a service. A line of bash runs in a [`Session`] and answers an [`Outcome`]; its commands are built
//! in, and it sees the mounts and nothing else.
//!
//! ```
//! use std::sync::Arc;
//!
//! use mirage::{ExecuteOptions, Mode, Ram, Workspace};
//! use mirage_native::NativeHost;
//!
//! let host = Arc::new(NativeHost::new());
//! let workspace = Workspace::builder(host.clone()).mount("/data", Ram::default(), Mode::Write).build()?;
//!
//! let line = "printf 'b\na\n' > /data/list; sort /data/list";
//! let outcome = host.block_on(workspace.execute(line, ExecuteOptions::default()));
//! assert_eq!((outcome.exit_code, &*outcome.text()), (0, "a\nb\n"));
//! # Ok::<(), mirage::Error>(())
//! ```
//!
//! The engine reads no environment, no clock and no files of the machine by itself: they come through a [`Host`]
//! (`mirage_native::NativeHost` in native programs) and a configuration's [`Source`](config::Source). So many
//! workspaces of many tenants live in one process.
//!
//! # Running lines
//!
//! [`Workspace::execute`] runs a line in the session called `default`; [`Workspace::session`] gives others. A session
//! remembers its working directory, variables and functions, and runs one line at a time:
//!
//! ```
//! # use std::sync::Arc;
//! # use mirage::{ExecuteOptions, Workspace};
//! # use mirage_native::NativeHost;
//! # let host = Arc::new(NativeHost::new());
//! # let workspace = Workspace::builder(host.clone()).build()?;
//! let session = workspace.session("agent-1");
//! host.block_on(async {
//!     session.execute("cd /tmp; name=world", ExecuteOptions::default()).await;
//!     let outcome = session.execute("pwd; echo hello $name", ExecuteOptions::default()).await;
//!     assert_eq!(outcome.text(), "/tmp\nhello world\n");
//! });
//! # Ok::<(), mirage::Error>(())
//! ```
//!
//! [`ExecuteOptions`] gives a line its input, arguments and environment, takes its output as it comes, limits its time,
//! and cancels it from another thread:
//!
//! ```
//! # use std::sync::Arc;
//! # use std::time::Duration;
//! # use mirage::{ExecuteOptions, Input, Workspace};
//! # use mirage_native::NativeHost;
//! # let host = Arc::new(NativeHost::new());
//! # let workspace = Workspace::builder(host.clone()).build()?;
//! let options = ExecuteOptions {
//!     stdin: Input::Bytes("3\n1\n2\n".into()),
//!     args: vec!["-r".into()],
//!     timeout: Some(Duration::from_secs(10)),
//!     ..ExecuteOptions::default()
//! };
//! let outcome = host.block_on(workspace.execute("sort $1", options));
//! assert_eq!(outcome.text(), "3\n2\n1\n");
//! # Ok::<(), mirage::Error>(())
//! ```
//!
//! # Configuration
//!
//! [`config::Config`] reads what YAML, JSON and `-m PREFIX=SPEC` say:
//!
//! ```
//! # use std::path::Path;
//! # use std::sync::Arc;
//! # use mirage::Workspace;
//! # use mirage_native::NativeHost;
//! use mirage::config::{Config, Nothing};
//!
//! # let host = Arc::new(NativeHost::new());
//! let mut config = Config::parse("mounts: {/data: {type: ram}}\nlimits: {wall: 30s}", Path::new("/"), &Nothing)?;
//! config.mount("/src=.,mode=write", Path::new("/tmp"), &Nothing)?;
//! let workspace = Workspace::builder(host).config(config).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
pub mod config;
mod files;
mod lacking;
mod limits;
mod line;
pub mod living;
mod options;
mod outcome;
mod output;
mod system;
mod turn;
mod workspace;
mod world;

pub use builder::Builder;
pub use limits::Limits;
pub use options::{ExecuteOptions, Input, Output, Source};
pub use outcome::{Outcome, Refusal, RefusalKind};
pub use workspace::{Session, Workspace};

pub use mirage_resources as resources;
pub use mirage_shell::io::Sink;
pub use mirage_vfs as vfs;
pub use mirage_vfs::tree::{Mode, Mount};
pub use mirage_vfs::{
    BoxFuture, BoxStream, Budget, Bytes, Cancellation, DynResource, Entry, Error, ErrorKind, Facts, Host,
    Kind, LocalFuture, Money, Path, Price, Ram, RamOptions, RequestKind, Requests, Resource, Result, Signal,
    Size, Time, Usage,
};

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
