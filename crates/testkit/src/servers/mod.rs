//! Real servers that resources are tested against, each on a port of its own and gone with the test.
//!
//! `cargo xtask test` installs them below the target directory; a test whose server is missing fails and says so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bucket;
mod process;
mod redis;
mod s3;
mod web;

pub use bucket::{Bucket, Counts, Fault, Operation, Rule};
pub use redis::Redis;
pub use s3::S3;
pub use web::{Nginx, PythonWeb};
