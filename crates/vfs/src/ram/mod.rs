//! Memory as a resource: every POSIX feature there is, and a copy of the whole in constant time.
//!
//! | file | holds |
//! |---|---|
//! | `content` | the bytes of one file, in shared pieces |
//! | `node` | what an inode number stands for |
//! | `image` | all nodes as one persistent value, and finding a path in it |
//! | `change` | the operations that change an image |
//! | `resource` | the resource: an image behind a lock |
//! | `saved` | an image as plain values, wholly or as far as it changed |
//! | `file`, `write` | open files; whole-file writes |

mod change;
mod content;
mod file;
mod image;
mod node;
mod resource;
mod saved;
mod write;

pub use resource::{Ram, RamOptions};
pub use saved::{RamChange, RamImage, SavedBody, SavedKind, SavedNode, SavedPiece};
