//! Layers: wrappers around a resource that are resources themselves, one file each.
//!
//! | layer | what it adds |
//! |---|---|
//! | [`Stage`] | open files for resources that read and write whole files |
//! | [`Meter`] | what a line read, wrote and asked for, in its ledger |
//! | [`Cache`] | metadata, listings and content that were already asked for |
//! | [`Fault`] | failures, delays and cuts at chosen operations, for tests |

mod cache;
mod fault;
mod meter;
mod operations;
mod stage;

pub use cache::{Blocks, Cache, CacheOptions, Policy};
pub use fault::{Fault, FaultKind, Faults};
pub use meter::Meter;
pub use stage::Stage;
