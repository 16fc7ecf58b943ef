//! The suites that every resource, layer, command and front end runs, and the oracles they are compared with.
//!
//! | module | holds |
//! |---|---|
//! | [`cases`] | recorded cases: a script, the files it finds, and what bash and the GNU tools answered |
//! | [`host`] | a host whose clock and randomness repeat, and the means to wait for a future |
//! | [`model`] | random operations through the tree, compared with the same on the host's own file system |
//! | [`oracle`] | runs a case in real bash with the real tools, in the world a line of ours sees |
//! | [`servers`] | real servers that resources are tested against |
//! | [`suite`] | what every resource promises, checked by the capabilities it declares |
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests start the real tools, read files and clocks; nothing here is part of the product"
)]

pub mod cases;
pub mod host;
pub mod model;
pub mod oracle;
pub mod servers;
pub mod suite;
