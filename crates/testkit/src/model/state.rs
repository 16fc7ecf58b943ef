//! What both sides tell, in the same words.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    Symlink,
}

/// A name in the tree at the end.
pub(super) struct Node {
    pub shown: String,
    pub content: String,
    /// Device and inode.
    pub file: (u64, u64),
}

/// Metadata as both sides know it; the size of a directory is the host's own affair.
pub(super) fn metadata(kind: Kind, mode: u32, links: u64, size: u64) -> String {
    match kind {
        Kind::Directory => format!("{kind:?} {mode:04o} links {links}"),
        _ => format!("{kind:?} {mode:04o} links {links} size {size}"),
    }
}

/// What an open file tells of itself: everything, but for a directory, whose handle does not follow it when it moves.
pub(super) fn of_handle(kind: Kind, shown: String) -> String {
    if kind == Kind::Directory { "a directory".into() } else { shown }
}

/// Content in a few words: its runs of equal bytes.
pub(super) fn digest(content: &[u8]) -> String {
    let runs = content.chunk_by(|left, right| left == right);
    runs.map(|run| format!("{:02x}x{}", run[0], run.len())).collect::<Vec<_>>().join(" ")
}

/// All names, with the first one of each file where there are several.
pub(super) fn render(nodes: &BTreeMap<String, Node>) -> String {
    let (mut text, mut first) = (String::new(), HashMap::new());
    for (name, node) in nodes {
        let same = *first.entry(node.file).or_insert(name);
        let _ = writeln!(text, "    {name}: {} [{}] is {same}", node.shown, node.content);
    }
    text
}
