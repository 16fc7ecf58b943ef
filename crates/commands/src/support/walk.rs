//! Walking down a tree: one walker for `find`, `du`, `rm -r`, `cp -r`, `chmod -R`, `grep -r`.

use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Descent, Entry, Error, ErrorKind, Kind, Listing, Result, Want};

/// What a walk is to do on its way.
#[derive(Clone, Copy, Debug, Default)]
pub struct WalkOptions {
    /// What the entries are to tell. With [`Want::Kinds`] nothing but listings is asked for.
    pub want: Want,
    /// Whether links met below the start are followed. A link that leads nowhere is shown as itself.
    pub follow: bool,
    /// Whether a directory is shown again after everything below it.
    pub leave: bool,
    /// Whether directories of other mounts than the start's are shown but not entered.
    pub same_mount: bool,
}

/// One entry met on a walk.
#[derive(Clone, Debug)]
pub struct Node {
    /// The path as the user would type it: the start's, then names.
    pub path: Vec<u8>,
    /// The entry; of what a link leads to when links are followed.
    pub entry: Entry,
    /// How far below the start, which itself is 0.
    pub depth: usize,
    /// Whether `entry` has all metadata.
    pub complete: bool,
}

/// What a walk meets next.
#[derive(Debug)]
pub enum Step {
    /// An entry. A directory is entered by the next step, unless [`Walk::skip`] is called before.
    Visit(Node),
    /// A directory again, after what is below it.
    Leave(Node),
    /// A directory that could not be listed, or not to its end, or an entry of which could not be told what it is.
    Failed(Node, Error),
    /// A directory that is not entered because that costs many requests and it was not named itself.
    Costly(Node),
    /// A followed link leads to a directory that the walk is in: the node, and the path it was met at before.
    Loop(Node, Vec<u8>),
}

/// A walk from one start, depth first, in the order of the listings. Holds one listing for each level it is in.
pub struct Walk<'a> {
    view: &'a View,
    options: WalkOptions,
    device: Option<u64>,
    first: Option<Node>,
    entering: Option<Node>,
    levels: Vec<Level>,
}

struct Level {
    node: Node,
    listing: Option<Listing>,
    page: std::vec::IntoIter<Entry>,
}

impl<'a> Walk<'a> {
    /// A walk from `path`, whose complete entry is `entry`: what the start's link leads to, if that is to be walked.
    pub fn new(view: &'a View, path: &[u8], entry: Entry, options: WalkOptions) -> Self {
        let device = entry.identity.map(|(device, _)| device);
        let first = Node { path: path.to_vec(), entry, depth: 0, complete: true };
        Walk { view, options, device, first: Some(first), entering: None, levels: Vec::new() }
    }

    /// Passes by the directory that was just visited. With `leave` it is then not shown again.
    pub fn skip(&mut self) {
        self.entering = None;
    }

    /// The next step; none at the end.
    pub async fn next(&mut self) -> Option<Step> {
        if let Some(first) = self.first.take() {
            return Some(self.visit(first));
        }
        if let Some(node) = self.entering.take()
            && let Some(step) = self.enter(node).await
        {
            return Some(step);
        }
        loop {
            let level = self.levels.last_mut()?;
            self.view.call().tick().await;
            match level.next_entry().await {
                Some(Ok(entry)) if entry.descent == Descent::System => {}
                Some(Ok(entry)) => {
                    let (node, failed) = self.node(entry).await;
                    return Some(match (failed, self.earlier(&node)) {
                        (Some(error), _) => Step::Failed(node, error),
                        (None, Some(path)) => Step::Loop(node, path),
                        (None, None) => self.visit(node),
                    });
                }
                Some(Err(error)) => return Some(Step::Failed(level.node.clone(), error)),
                None => {
                    let level = self.levels.pop()?;
                    if self.options.leave {
                        return Some(Step::Leave(level.node));
                    }
                }
            }
        }
    }

    fn visit(&mut self, node: Node) -> Step {
        if node.entry.is_directory() {
            self.entering = Some(node.clone());
        }
        Step::Visit(node)
    }

    async fn enter(&mut self, node: Node) -> Option<Step> {
        if node.entry.descent == Descent::Costly && node.depth > 0 {
            return Some(Step::Costly(node));
        }
        if self.options.same_mount {
            let failed = match self.is_elsewhere(&node).await {
                Ok(false) => None,
                Ok(true) => Some(None),
                Err(error) => Some(Some(Step::Failed(node.clone(), error))),
            };
            if let Some(failed) = failed {
                self.levels.push(Level { node, listing: None, page: Vec::new().into_iter() });
                return failed;
            }
        }
        let (listing, failed) = match self.view.list(&node.path, self.options.want).await {
            Ok(listing) => (Some(listing), None),
            Err(error) => (None, Some(Step::Failed(node.clone(), error))),
        };
        self.levels.push(Level { node, listing, page: Vec::new().into_iter() });
        failed
    }

    async fn is_elsewhere(&self, node: &Node) -> Result<bool> {
        let identity = match node.entry.identity {
            None if !node.complete => self.view.stat(&node.path, Follow::No).await?.identity,
            known => known,
        };
        Ok(identity.is_some_and(|(device, _)| Some(device) != self.device))
    }

    /// The node of an entry; with the error where a link leads round and round, or where that could not be told. A link
    /// that leads nowhere stays a link.
    async fn node(&self, mut entry: Entry) -> (Node, Option<Error>) {
        let (path, depth) = match self.levels.last() {
            Some(level) => (join(&level.node.path, &entry.name), level.node.depth + 1),
            None => (entry.name.to_vec(), 0),
        };
        let mut complete = self.options.want == Want::Metadata;
        let mut failed = None;
        if self.options.follow
            && (entry.kind == Kind::Symlink || entry.is_directory() && entry.identity.is_none())
        {
            match self.view.stat(&path, Follow::Yes).await {
                Ok(target) => {
                    entry = Entry { name: entry.name, descent: entry.descent, ..target };
                    complete = true;
                }
                Err(error) => {
                    let leads_nowhere = error.kind().is_absence() && !error.is(ErrorKind::TooManyLinks);
                    failed = (!leads_nowhere).then_some(error);
                }
            }
        }
        (Node { path, entry, depth, complete }, failed)
    }

    /// Where the walk is already inside the directory of `node`: only followed links can lead back.
    fn earlier(&self, node: &Node) -> Option<Vec<u8>> {
        if !self.options.follow || !node.entry.is_directory() {
            return None;
        }
        let identity = node.entry.identity?;
        let inside = self.levels.iter().find(|level| level.node.entry.identity == Some(identity));
        inside.map(|level| level.node.path.clone())
    }
}

impl Level {
    async fn next_entry(&mut self) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.page.next() {
                return Some(Ok(entry));
            }
            match self.listing.as_mut()?.next_page().await {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(error)) => {
                    self.listing = None;
                    return Some(Err(error));
                }
                None => {
                    self.listing = None;
                    return None;
                }
            }
        }
    }
}

/// `directory/name`, with one slash between them.
pub fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let slash: &[u8] = if directory.ends_with(b"/") || directory.is_empty() { b"" } else { b"/" };
    [directory, slash, name].concat()
}
