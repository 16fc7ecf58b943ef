//! Layers: wrappers around a resource that are resources themselves, one file each.
//!
//! | layer | what it adds |
//! |---|---|
//! | [`Stage`] | open files for resources that read and write whole files |
//! | [`Meter`] | what a line read, wrote and asked for, in its ledger |
//! | [`Fault`] | failures, delays and cuts at chosen operations, for tests |

mod fault;
mod forward;
mod meter;
mod stage;

pub use fault::{Fault, FaultKind, Faults};
pub use meter::Meter;
pub use stage::Stage;
