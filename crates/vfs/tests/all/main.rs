//! What the tree and its resources promise, seen from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod cache;
mod faults;
mod layers;
mod mounts;
mod ram;
mod saved;
