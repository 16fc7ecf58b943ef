//! Mirage for JavaScript: [`Workspace`] and what its lines answer, in the one thread there is.
#![cfg(target_arch = "wasm32")]

mod clock;
mod host;
mod options;
mod paced;
mod workspace;

pub use workspace::Workspace;
