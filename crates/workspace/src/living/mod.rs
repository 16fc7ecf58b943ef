//! Workspaces that outlive their lines and their program: named, kept in the host's store, found again after a restart.
//!
//! [`Workspaces`] is what a daemon holds; a [`LivingWorkspace`] runs lines in it as a [`Workspace`](crate::Workspace) does, and
//! answers once what the line left behind is kept: the memory it wrote, its session, its place in the history.
//!
//! | file | holds |
//! |---|---|
//! | `entry` | what a log is made of |
//! | `history` | the lines that were run |
//! | `keeping` | what is in the log already, and writing the rest |
//! | `load` | a workspace as its log tells it |
//! | `sessions` | sessions as they are kept, without secrets |
//! | `workspace` | one workspace |
//! | `workspaces` | all of them, by name |

mod entry;
mod history;
mod keeping;
mod load;
mod sessions;
mod workspace;
mod workspaces;

pub use history::{Remembered, Used};
pub use workspace::{Condition, LivingWorkspace, SessionInfo, WorkspaceInfo};
pub use workspaces::Workspaces;

use mirage_vfs::{Host, Time};

/// Seconds since 1970, as documents have them.
pub(crate) fn seconds(time: Time) -> f64 {
    time.seconds as f64 + f64::from(time.nanos) / 1e9
}

/// Now, as documents have it.
pub(crate) fn now(host: &dyn Host) -> f64 {
    seconds(host.now())
}
