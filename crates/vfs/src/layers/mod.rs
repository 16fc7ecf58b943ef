//! Layers: wrappers around a resource that are resources themselves, one file each.

mod meter;

pub use meter::Meter;
