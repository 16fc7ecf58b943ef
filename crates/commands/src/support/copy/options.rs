//! How files are copied.

use crate::support::Backups;

/// Which links of the source are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Following {
    /// A link is copied as a link.
    Never,
    /// Links that are operands are followed.
    Operands,
    /// What links lead to is copied.
    #[default]
    Always,
}

/// What is made of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// A copy of its content.
    #[default]
    Content,
    /// A file without its content, but with its attributes.
    Attributes,
    /// Another name of it.
    HardLink,
    /// A symbolic link to it.
    SymbolicLink,
}

/// What happens to files that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// They are replaced.
    #[default]
    Replaced,
    /// The user is asked.
    Asked,
    /// They stay, in silence.
    Kept,
}

/// What copies have in common with their sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preserve {
    /// Permission bits, all of them, whatever the umask.
    pub mode: bool,
    /// Permission bits are the default's rather than the source's.
    pub not_mode: bool,
    /// Times of access and change.
    pub times: bool,
    /// Owner and group, as far as that is allowed.
    pub owner: bool,
    /// Names of one file stay names of one file.
    pub links: bool,
}

/// How a call copies.
#[derive(Clone, Debug, Default)]
pub struct CopyOptions {
    /// Directories with what is in them.
    pub recursive: bool,
    /// Which links are followed.
    pub following: Following,
    /// What is made of files.
    pub manner: Manner,
    /// What happens to files that are there.
    pub existing: Existing,
    /// Only files that are newer than what is there.
    pub update: bool,
    /// What cannot be opened for writing is removed first.
    pub force: bool,
    /// What is there is always removed first.
    pub remove_first: bool,
    /// Attributes that are kept.
    pub preserve: Preserve,
    /// Backups of what is replaced.
    pub backups: Backups,
    /// Directories of other mounts are copied empty.
    pub same_mount: bool,
    /// Each copy is told.
    pub verbose: bool,
    /// A copy that shares its bytes is asked for, which no file system of ours offers.
    pub must_clone: bool,
    /// The copy stands for a move: its messages say so.
    pub is_move: bool,
    /// The caller is `install`.
    pub is_install: bool,
}
