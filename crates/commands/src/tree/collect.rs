//! Everything a tree shows, found out.

use std::cmp::Ordering;
use std::collections::HashSet;

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Descent, Entry, Kind, Want, found};

use super::options::{First, Options, Pattern, Sort};
use crate::support::{compare_versions, join};

/// An entry with what is below it.
pub struct Node {
    pub name: Bytes,
    pub path: Vec<u8>,
    pub entry: Entry,
    pub target: Option<Bytes>,
    /// What a link leads to.
    pub linked: Option<Entry>,
    pub children: Vec<Node>,
    /// What is said instead of its entries.
    pub note: Option<String>,
    /// What is below it could not be told: it is not empty.
    pub unknown: bool,
    /// The size that is shown: with `--du` of all that is below.
    pub size: Option<u64>,
}

impl Node {
    /// Whether it counts as a directory.
    pub fn is_directory(&self) -> bool {
        self.entry.is_directory() || self.linked.as_ref().is_some_and(Entry::is_directory)
    }
}

/// What was met.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub directories: u64,
    pub files: u64,
    /// The sum of the sizes that are shown.
    pub bytes: u64,
    /// A directory could not be opened.
    pub failed: bool,
}

/// Collects trees.
pub struct Collector<'a> {
    context: &'a Context,
    options: &'a Options,
    pub counts: Counts,
    device: Option<u64>,
    /// The directories that were listed: followed links do not list them again.
    listed: HashSet<(u64, u64), foldhash::fast::FixedState>,
}

/// A directory whose entries are being collected.
struct Level {
    node: Node,
    /// Entries that were not looked into yet, in their order.
    pending: std::vec::IntoIter<Node>,
    done: Vec<Node>,
}

impl<'a> Collector<'a> {
    pub fn new(context: &'a Context, options: &'a Options) -> Self {
        Collector { context, options, counts: Counts::default(), device: None, listed: HashSet::default() }
    }

    /// The tree from one starting point.
    pub async fn collect(&mut self, start: &Bytes) -> Node {
        let entry = self.context.view.stat(start, Follow::Yes).await;
        let exists = entry.is_ok();
        let entry = entry.unwrap_or_else(|_| Entry::new(start.clone(), Kind::File));
        self.device = entry.identity.map(|(device, _)| device);
        let is_directory = entry.is_directory();
        let mut root = Node {
            name: start.clone(),
            path: start.to_vec(),
            size: entry.size.exact(),
            entry,
            target: None,
            linked: None,
            children: Vec::new(),
            note: None,
            unknown: false,
        };
        if !is_directory {
            root.note = Some("error opening dir".to_owned());
            self.counts.files += u64::from(exists);
            self.counts.failed |= !exists;
            return root;
        }
        let first = self.open(root).await;
        let has_entries =
            first.pending.len() > 0 || first.node.note.as_ref().is_some_and(|note| note.contains("exceeds"));
        self.counts.directories += u64::from(has_entries);
        self.fill(first).await
    }

    /// Collects everything below a directory.
    async fn fill(&mut self, first: Level) -> Node {
        let mut levels = vec![first];
        loop {
            self.context.call.tick().await;
            let depth = levels.len();
            let Some(level) = levels.last_mut() else { return empty() };
            match level.pending.next() {
                Some(node) if self.was_listed(&node) => {
                    level.done.push(Node { note: Some("recursive, not followed".to_owned()), ..node });
                }
                Some(node) if self.enters(&node, depth) => {
                    let opened = self.open(node).await;
                    levels.push(opened);
                }
                Some(node) => level.done.push(node),
                None => {
                    let Some(Level { mut node, done, .. }) = levels.pop() else { return empty() };
                    node.children = done;
                    self.settle(&mut node);
                    match levels.last_mut() {
                        Some(above) => above.done.push(node),
                        None => {
                            self.count(&node);
                            return node;
                        }
                    }
                }
            }
        }
    }

    fn enters(&self, node: &Node, depth: usize) -> bool {
        let followed =
            node.entry.is_symlink() && self.options.follow && node.is_directory() && node.note.is_none();
        let elsewhere = self.options.same_mount
            && node.entry.identity.is_some_and(|(device, _)| Some(device) != self.device);
        (node.entry.is_directory() || followed)
            && depth < self.options.most_depth
            && node.entry.descent == Descent::Enter
            && !elsewhere
    }

    /// Lists a directory.
    async fn open(&mut self, mut node: Node) -> Level {
        let mut entries = Vec::new();
        self.listed.extend(node.linked.as_ref().unwrap_or(&node.entry).identity);
        match self.list(&node).await {
            Ok(found) => entries = found,
            Err(error) => {
                node.unknown = !error.kind().is_absence();
                node.note = Some("error opening dir".to_owned());
                self.counts.failed = true;
            }
        }
        let limit = self.options.most_entries;
        if limit > 0 && entries.len() > limit {
            let more = format!("{} entries exceeds filelimit, not opening dir", entries.len());
            node.note = Some(more);
            entries.clear();
        }
        entries.sort_by(|one, two| self.compare(one, two));
        Level { node, pending: entries.into_iter(), done: Vec::new() }
    }

    async fn list(&self, directory: &Node) -> mirage_vfs::Result<Vec<Node>> {
        let view = &self.context.view;
        let path = &directory.path;
        // With --matchdirs a directory that matches is shown with all its entries.
        let all = self.options.match_directories && matches(&self.options.shown, &directory.name, true);
        let want = if self.options.needs_metadata() || self.options.same_mount {
            Want::Metadata
        } else {
            Want::Kinds
        };
        let mut listing = view.list(path, want).await?;
        let mut nodes = Vec::new();
        while let Some(page) = listing.next_page().await {
            for entry in page? {
                if !self.options.all && entry.name.starts_with(b".") || entry.descent == Descent::System {
                    continue;
                }
                if let Some(node) = self.node(path, entry, all).await? {
                    nodes.push(node);
                }
            }
        }
        Ok(nodes)
    }

    /// The node of an entry, unless the options leave it out.
    async fn node(&self, directory: &[u8], entry: Entry, all: bool) -> mirage_vfs::Result<Option<Node>> {
        let view = &self.context.view;
        let path = join(directory, &entry.name);
        let mut node = Node {
            name: entry.name.clone(),
            path,
            size: entry.size.exact(),
            target: entry.target.clone(),
            entry,
            linked: None,
            children: Vec::new(),
            note: None,
            unknown: false,
        };
        if node.entry.is_symlink() {
            if node.target.is_none() {
                node.target = found(view.read_link(&node.path).await)?;
            }
            node.linked = view.probe(&node.path, Follow::Yes).await?;
        }
        let options = self.options;
        let is_directory = node.is_directory();
        let descends = node.entry.is_directory() || options.follow && is_directory;
        let wanted =
            all || options.shown.is_empty() || descends || matches(&options.shown, &node.name, is_directory);
        let kept = wanted
            && !matches(&options.ignored, &node.name, is_directory)
            && (is_directory || !options.only_directories);
        Ok(kept.then_some(node))
    }

    /// Whether a followed link leads to a directory that was listed before.
    fn was_listed(&self, node: &Node) -> bool {
        let identity =
            node.linked.as_ref().filter(|entry| entry.is_directory()).and_then(|entry| entry.identity);
        self.options.follow && identity.is_some_and(|identity| self.listed.contains(&identity))
    }

    fn compare(&self, one: &Node, two: &Node) -> Ordering {
        let options = self.options;
        let first = match options.first {
            First::Neither => Ordering::Equal,
            First::Directories => two.is_directory().cmp(&one.is_directory()),
            First::Files => one.is_directory().cmp(&two.is_directory()),
        };
        first.then_with(|| {
            let by_name = || one.name.cmp(&two.name);
            let ordering = match options.sort {
                Sort::Nothing => return Ordering::Equal,
                Sort::Name => by_name(),
                Sort::Version => compare_versions(&one.name, &two.name).then_with(by_name),
                Sort::Size => two.size.cmp(&one.size).then_with(by_name),
                Sort::Modified => one.entry.modified.cmp(&two.entry.modified).then_with(by_name),
                Sort::Changed => one.entry.changed.cmp(&two.entry.changed).then_with(by_name),
            };
            if options.reverse { ordering.reverse() } else { ordering }
        })
    }

    /// What is known of a directory once all below it is: what was pruned, what it takes.
    fn settle(&self, node: &mut Node) {
        if self.options.prune {
            let keep = |child: &Node| !child.is_directory() || !child.children.is_empty() || child.unknown;
            node.children.retain(keep);
        }
        if self.options.disk_usage {
            let below = node.children.iter().filter_map(|child| child.size).sum::<u64>();
            node.size = Some(node.size.unwrap_or(0) + below);
        }
    }

    fn count(&mut self, root: &Node) {
        let mut pending: Vec<&Node> = root.children.iter().collect();
        while let Some(node) = pending.pop() {
            match node.is_directory() {
                true => self.counts.directories += 1,
                false => self.counts.files += 1,
            }
            self.counts.bytes += node.size.unwrap_or(0);
            pending.extend(&node.children);
        }
    }
}

fn matches(patterns: &[Pattern], name: &[u8], is_directory: bool) -> bool {
    patterns.iter().any(|pattern| pattern.matches(name, is_directory))
}

fn empty() -> Node {
    Node {
        name: Bytes::new(),
        path: Vec::new(),
        entry: Entry::directory(""),
        target: None,
        linked: None,
        children: Vec::new(),
        note: None,
        unknown: false,
        size: None,
    }
}
