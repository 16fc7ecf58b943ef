//! The tree: a workspace's mounts as one file system, with the POSIX rules written once.

mod mount;
mod view;

pub use mount::{Mode, Mount, Tree};
pub use view::{Access, Follow, Replacement, View};
