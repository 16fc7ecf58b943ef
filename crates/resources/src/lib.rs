//! The services that can be mounted, one folder and one feature each.
//!
//! A resource is a folder with the same files in the same order (`mod.rs`, ..., `error.rs`, `README.md`, `tests.rs`), a
//! feature in `Cargo.toml`, a `mod` line and a row in [`definitions`].

mod definition;
#[cfg(all(feature = "disk", target_os = "linux"))]
pub mod disk;

pub use definition::{Definition, Form, Key, Settings};

/// One row a resource, sorted by name.
static DEFINITIONS: &[&Definition] = &[
    #[cfg(all(feature = "disk", target_os = "linux"))]
    &disk::DEFINITION,
];

/// Every kind of resource that this build can mount from configuration, sorted by name.
pub fn definitions() -> &'static [&'static Definition] {
    DEFINITIONS
}

/// The definition of resources of type `kind`.
pub fn definition(kind: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().copied().find(|definition| definition.kind == kind)
}
