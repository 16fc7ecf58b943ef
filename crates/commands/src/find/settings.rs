//! What a call of `find` sets for the whole walk.

use bytes::Bytes;
use mirage_vfs::tree::Follow;

/// Which links are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Following {
    /// `-P`
    #[default]
    Never,
    /// `-H`
    Operands,
    /// `-L`, `-follow`
    Always,
}

impl Following {
    /// How a starting point, or the argument of `-newer`, is looked at.
    pub fn of_operands(self) -> Follow {
        match self {
            Following::Never => Follow::No,
            Following::Operands | Following::Always => Follow::Yes,
        }
    }
}

/// The options that are not tests.
#[derive(Clone, Debug)]
pub struct Settings {
    pub following: Following,
    pub least_depth: usize,
    pub most_depth: usize,
    /// Directories come after what is in them.
    pub depth_first: bool,
    pub same_mount: bool,
    /// Where the starting points are read from.
    pub starts_from: Option<Bytes>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            following: Following::Never,
            least_depth: 0,
            most_depth: usize::MAX,
            depth_first: false,
            same_mount: false,
            starts_from: None,
        }
    }
}
