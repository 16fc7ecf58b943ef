//! Mirage: one filesystem over every service an agent works with, driven by bash.

mod builder;
pub mod config;
mod files;
mod limits;
mod line;
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
pub use mirage_vfs::tree::{Mode, Mount};
pub use mirage_vfs::{
    BoxFuture, BoxStream, Bytes, Cancellation, DynResource, Entry, Error, ErrorKind, Facts, Host, Kind,
    LocalFuture, Path, Ram, RamOptions, Resource, Result, Signal, Size, Time, Usage,
};
