//! What a resource says of itself before any request.

use bytes::Bytes;

/// A resource's standing description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The type in configuration: `ram`, `disk`, `s3`, ...
    pub kind: &'static str,
    /// Names the content behind the resource for caches: kind, endpoint, account and a keyed hash of the principal.
    /// Two resources with equal identities show the same bytes.
    pub identity: Bytes,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Whether an operation is a request to a service: counted, planned and limited.
    pub remote: bool,
}

/// What a resource can do. A flag that is on must work; an operation whose flag is off answers
/// [`Unsupported`](crate::ErrorKind::Unsupported). The resource suite checks both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `open`: handles that read and, where `write` is on too, write in place, as POSIX files do.
    pub open: bool,
    /// `read` of a range costs no more than the range. Without it a range is cut out of the whole.
    pub ranges: bool,
    /// `write`: replaces or creates a whole file in one commit.
    pub write: bool,
    /// `create_dir`.
    pub create_dir: bool,
    /// `remove`.
    pub remove: bool,
    /// `rename`, within the resource and atomic.
    pub rename: bool,
    /// `copy`, without the bytes passing through here.
    pub copy: bool,
    /// `link`: hard links.
    pub link: bool,
    /// `symlink`; also that entries may be symbolic links, which the tree then looks for.
    pub symlink: bool,
    /// `set_attributes`: mode, owner and times are kept.
    pub set_attributes: bool,
    /// `list` with `recursive` answers a whole subtree.
    pub recursive_list: bool,
    /// A name that a listing lacks is missing: nothing is found by name alone.
    pub complete_listings: bool,
    /// `read` with `revision` gives old bytes again.
    pub revisions: bool,
    /// `read` and `stat` give strong fingerprints and honour preconditions.
    pub preconditions: bool,
}
