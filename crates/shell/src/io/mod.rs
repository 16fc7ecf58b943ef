//! Streams of bytes between commands: pipes, descriptors, and the two ways to use them by lines.

mod blocks;
mod descriptor;
mod pipe;
mod writer;

pub use blocks::Blocks;
pub use descriptor::{Descriptor, Opened, Sink};
pub use pipe::{PIPE_LIMIT, PipeReader, PipeWriter, pipe};
pub use writer::Writer;

/// The three streams a command starts with, and any other descriptor the shell passes on.
#[derive(Clone)]
pub struct Io {
    /// Descriptor 0.
    pub stdin: Descriptor,
    /// Descriptor 1.
    pub stdout: Descriptor,
    /// Descriptor 2.
    pub stderr: Descriptor,
    /// Descriptors from 3 up, by number.
    pub others: Vec<(u32, Descriptor)>,
}

impl Io {
    /// The descriptor with this number, if it is open.
    pub fn get(&self, number: u32) -> Option<&Descriptor> {
        match number {
            0 => Some(&self.stdin),
            1 => Some(&self.stdout),
            2 => Some(&self.stderr),
            _ => self.others.iter().find(|(open, _)| *open == number).map(|(_, descriptor)| descriptor),
        }
    }
}
