//! The virtual file system: paths, entries, resources, the tree that unites them, and the layers that wrap them.
//!
//! A [`Resource`] shows one service (or disk, or memory) as a tree of files; a layer wraps a
//! resource and is one itself; the [`Tree`](tree::Tree) is the union of a workspace's mounts, owns open files and
//! applies the POSIX rules once, for every resource alike. Nothing here names a service.
//!
//! Two lifetimes are passed explicitly: a [`Host`] per workspace and a [`Call`] per line.

mod budget;
mod call;
mod connect;
mod device;
mod dynamic;
mod entry;
mod error;
mod extents;
mod file;
mod host;
mod http;
mod info;
pub mod layers;
mod ledger;
mod memory;
mod path;
mod price;
mod ram;
mod resource;
mod text;
mod time;
pub mod tree;

pub use self::http::{Control, HttpRequest, HttpResponse};
pub use budget::{Budget, Kept, Transfer};
pub use bytes::Bytes;
pub use call::{Call, Cancellation, Cancelled, Signal};
pub use connect::{Connection, Endpoint, Talk};
pub use device::Devices;
pub use dynamic::{DynResource, Held, Holding};
pub use entry::{Descent, Entry, Fingerprint, Kind, Owner, Revision, Size, Special};
pub use error::{Error, ErrorKind, Result, Retry, Row, found};
pub use file::{File, OpenOptions};
pub use host::{Facts, Host, LocalFuture};
pub use info::{Capabilities, Info};
pub use ledger::{Ledger, RequestKind, Requests, Usage};
pub use memory::{Exceeded, Memory, Share};
pub use mirage_store::{BoxFnOnce, BoxFuture, BoxStream, MaybeSend, MaybeSync};
pub use path::{Name, Path, escape_name, unescape_name};
pub use price::{Money, Price};
pub use ram::{Ram, RamChange, RamImage, RamOptions, SavedBody, SavedKind, SavedNode, SavedPiece};
pub use resource::{
    Attributes, ListOptions, Listing, Precondition, ReadHandle, ReadOptions, Resource, Want, WriteHandle,
    WriteOptions,
};
pub use text::Text;
pub use time::Time;
