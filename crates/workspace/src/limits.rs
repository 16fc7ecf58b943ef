//! What a line may use.

use std::time::Duration;

/// Limits of every line of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes a line may hold at once: in variables, expansions and collected output. Beyond it: status 137.
    pub memory: u64,
    /// Functions, subshells and sourced files inside each other. Beyond it: status 137.
    pub depth: u32,
    /// Background jobs of a line at once. Beyond it: status 254.
    pub jobs: u32,
    /// How long a line may run. Beyond it: status 124.
    pub wall: Option<Duration>,
    /// Bytes a line may write to its standard output and error together. Beyond it: status 137.
    pub output: Option<u64>,
}

impl Default for Limits {
    /// 512 MB of memory, a depth of 1000, 64 jobs, any time and any output.
    fn default() -> Self {
        Limits { memory: 512_000_000, depth: 1000, jobs: 64, wall: None, output: None }
    }
}
