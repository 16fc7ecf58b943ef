//! The tree: a workspace's mounts as one file system, with the POSIX rules written once.
mod view;
pub use view::View;
