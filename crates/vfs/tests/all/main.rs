//! What the tree and its resources promise, seen from outside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cache;
mod faults;
mod layers;
mod mounts;
mod ram;
