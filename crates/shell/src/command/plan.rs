//! What a command declares it would do.

use mirage_vfs::Path;

/// What a run would touch, and what would come out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is touched in the tree.
    pub effects: Vec<Effect>,
    /// How much of stdin is read.
    pub stdin: Extent,
    /// What flows on.
    pub stdout: Shape,
}

/// One thing a run touches in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Asks for the metadata of a path.
    Stat(Path),
    /// Lists a directory, and with `recursive` everything below it.
    List {
        /// The directory.
        path: Path,
        /// Whether the walk goes down.
        recursive: bool,
    },
    /// Reads a file, or with `recursive` every file below a directory.
    Read {
        /// The file or directory.
        path: Path,
        /// How much of each file.
        extent: Extent,
        /// Whether `path` may be a directory whose files are all read.
        recursive: bool,
    },
    /// Creates, changes or replaces the entry at a path (or, with `recursive`, entries below it).
    Write {
        /// The entry.
        path: Path,
        /// Whether entries below it are written too.
        recursive: bool,
    },
    /// Removes an entry, and with `recursive` everything below it.
    Remove {
        /// The entry.
        path: Path,
        /// Whether what is below goes too.
        recursive: bool,
    },
}

/// How much of a stream is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Nothing.
    #[default]
    None,
    /// At most so many bytes.
    Bytes(u64),
    /// At most so many lines from the start.
    Lines(u64),
    /// Until the reader of the output stops, or to the end.
    UntilStopped,
    /// To the end.
    Whole,
}

/// What flows through a pipe, as far as it is known without running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Empty,
    /// These bytes.
    Known(Vec<u8>),
    /// These paths, one a line or NUL-separated: for `xargs`.
    Paths(Vec<Path>),
    /// At most so many bytes.
    Bounded(u64),
    /// Anything.
    #[default]
    Unknown,
}

/// What a plan may know besides the arguments.
#[derive(Clone, Debug)]
pub struct PlanContext {
    /// The working directory.
    pub directory: Path,
}

impl PlanContext {
    /// The path that `operand` names, by text: links are not resolved in a plan.
    pub fn path(&self, operand: &[u8]) -> Path {
        match operand.first() {
            Some(b'/') => Path::new(operand.to_vec()),
            _ => Path::new([self.directory.as_bytes(), b"/", operand].concat()),
        }
    }
}
