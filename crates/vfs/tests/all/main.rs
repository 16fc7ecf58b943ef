//! What the tree and its resources promise, seen from outside.

mod mounts;
mod ram;
