//! The tree: a workspace's mounts as one file system, with the POSIX rules written once.
//!
//! [`Tree`] is the mount table; [`View`] is how a line sees it: paths as they are typed, resolved from a working
//! directory. The common path costs one call of the resource: the whole path is passed as it stands, and only when the
//! resource answers `CrossesLink`, or with a symbolic link at the end, is it resolved link by link (`lookup`).
//!
//! Who checks what:
//!
//! - The tree: resolution, links, `..`, trailing slashes, mount points, the modes of mounts, the umask.
//! - The resource: what is there when it gets there, and permission bits where it keeps them, for the user of the host's
//!   [`Facts`](crate::Facts).

mod access;
mod ahead;
mod change;
mod complete;
mod listing;
mod lookup;
mod mount;
mod open;
mod rename;
mod replacement;
mod view;

pub use access::Access;
pub(crate) use access::permits;
pub use lookup::Follow;
pub use mount::{Mode, Mount, Tree};
pub use replacement::Replacement;
pub use view::View;
