//! The `mirage` command, run as a user runs it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests start the program and look at the machine around it"
)]

mod configuration;
mod documents;
mod limits;
mod lines;
mod living;
mod mounts;
mod readme;
mod signals;
mod streams;
mod support;
mod tutorials;
