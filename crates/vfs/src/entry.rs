//! What a resource says of one file or directory.

use bytes::Bytes;

use crate::time::Time;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A sequence of bytes.
    File,
    /// Holds other entries.
    Directory,
    /// Names another path; resolved by the tree, never by the host.
    Symlink,
    /// A device, fifo or socket, shown with its letter as `ls` does. Those of a host are never opened.
    Special(Special),
}

/// The kinds of file that are neither files, directories nor links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Special {
    /// `c`
    CharacterDevice,
    /// `b`
    BlockDevice,
    /// `p`
    Fifo,
    /// `s`
    Socket,
}

/// How many bytes a file holds, as far as the service tells without rendering it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// Exactly so many.
    Exact(u64),
    /// Not more than so many.
    AtMost(u64),
    /// The service does not tell. Never shown as 0: `ls -l` prints `?`, `wc -c` renders the file.
    Unknown,
}

impl Size {
    /// The size when it is known exactly.
    pub fn exact(self) -> Option<u64> {
        match self {
            Size::Exact(size) => Some(size),
            _ => None,
        }
    }
}

/// Names one content of a file: equal fingerprints mean equal bytes (strong) or very likely so (weak).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// An etag, blob hash, generation, or size with time and inode.
    pub value: Bytes,
    /// Whether equality proves equal bytes.
    pub strong: bool,
}

/// A pin that reads the same bytes again later, where the service keeps old revisions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Revision(pub Bytes);

/// Who owns an entry, on resources that know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Numeric user.
    pub user: u32,
    /// Numeric group.
    pub group: u32,
}

/// What a recursive walk that started above a directory does with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Descent {
    /// Enters it.
    #[default]
    Enter,
    /// Skips it and says so: walking it would cost many requests that nobody asked for.
    Costly,
    /// Passes it by in silence: `/dev`, `/bin`, `/.mirage`.
    System,
}

/// One file, directory or link: its name and the metadata that was asked for or came for free.
///
/// A field that is `None` was not asked for or is not known; the tree fills in what POSIX expects (mode bits, owner)
/// when it shows the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name in its directory; in a recursive listing the path relative to the listed directory. Empty for a root.
    pub name: Bytes,
    /// File, directory or link.
    pub kind: Kind,
    /// Size in bytes; of a symbolic link, the length of its target.
    pub size: Size,
    /// Last change of the content.
    pub modified: Option<Time>,
    /// Last access.
    pub accessed: Option<Time>,
    /// Last change of content or metadata.
    pub changed: Option<Time>,
    /// Permission bits with set-id and sticky, `0o7777` at most.
    pub mode: Option<u32>,
    /// Owner and group.
    pub owner: Option<Owner>,
    /// Device and inode, on resources that have them: equal pairs are the same file.
    pub identity: Option<(u64, u64)>,
    /// Number of hard links.
    pub links: Option<u64>,
    /// Allocated bytes, as `du` counts them.
    pub allocated: Option<u64>,
    /// Target of a symbolic link, when it came with the entry.
    pub target: Option<Bytes>,
    /// Names the current content.
    pub fingerprint: Option<Fingerprint>,
    /// Pins the current content, where the service can read it again later.
    pub revision: Option<Revision>,
    /// What a recursive walk does here.
    pub descent: Descent,
}

impl Entry {
    /// An entry of `kind` called `name`, nothing else known.
    pub fn new(name: impl Into<Bytes>, kind: Kind) -> Self {
        Entry {
            name: name.into(),
            kind,
            size: Size::Unknown,
            modified: None,
            accessed: None,
            changed: None,
            mode: None,
            owner: None,
            identity: None,
            links: None,
            allocated: None,
            target: None,
            fingerprint: None,
            revision: None,
            descent: Descent::Enter,
        }
    }

    /// A file of exactly `size` bytes.
    pub fn file(name: impl Into<Bytes>, size: u64) -> Self {
        Entry { size: Size::Exact(size), ..Entry::new(name, Kind::File) }
    }

    /// A directory.
    pub fn directory(name: impl Into<Bytes>) -> Self {
        Entry::new(name, Kind::Directory)
    }

    /// Whether this is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// Whether this is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == Kind::File
    }

    /// Whether this is a symbolic link.
    pub fn is_symlink(&self) -> bool {
        self.kind == Kind::Symlink
    }
}
