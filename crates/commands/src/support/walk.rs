//! Walking down a tree: one walker for `find`, `du`, `rm -r`, `cp -r`, `chmod -R`, `grep -r`.

use bytes::Bytes;
use futures_util::FutureExt;
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
    /// Whether the whole subtree is wanted: it is then listed at once where the service can.
    pub whole: bool,
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
    /// What comes of everything below one of the levels, where that is listed at once.
    below: Option<Below>,
    /// Which of the entries are going to be opened, for views that read ahead.
    opens: Option<Box<Choice<'a>>>,
}

struct Level {
    node: Node,
    entries: Entries,
    /// What the names of its entries begin with in the listing of a whole subtree; none where it has a listing of its own.
    prefix: Option<Bytes>,
}

impl<'a> Walk<'a> {
    /// A walk from `path`, whose complete entry is `entry`: what the start's link leads to, if that is to be walked.
    pub fn new(view: &'a View, path: &[u8], entry: Entry, options: WalkOptions) -> Self {
        let device = entry.identity.map(|(device, _)| device);
        let first = Node { path: path.to_vec(), entry, depth: 0, complete: true };
        Walk {
            view,
            options,
            device,
            first: Some(first),
            entering: None,
            levels: Vec::new(),
            below: None,
            opens: None,
        }
    }

    /// Tells that entries for which `opens` holds are opened when they are met, so that they are read ahead.
    #[must_use]
    pub fn opening(mut self, opens: impl Fn(&Entry) -> bool + 'a) -> Self {
        if self.view.reads_ahead() {
            self.opens = Some(Box::new(opens));
        }
        self
    }

    /// Passes by the directory that was just visited. With `leave` it is then not shown again.
    pub fn skip(&mut self) {
        if let (Some(node), Some(below)) = (self.entering.take(), &mut self.below) {
            below.skipped = Some(self.levels.last().map_or_else(Bytes::new, |level| level.prefix_of(&node)));
        }
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
            self.view.call().tick().await;
            match self.next_entry().await? {
                Some(Ok(entry)) if entry.descent == Descent::System => {}
                Some(Ok(entry)) => {
                    let (node, failed) = self.node(entry).await;
                    return Some(match (failed, self.earlier(&node)) {
                        (Some(error), _) => Step::Failed(node, error),
                        (None, Some(path)) => Step::Loop(node, path),
                        (None, None) => self.visit(node),
                    });
                }
                Some(Err(error)) => return Some(Step::Failed(self.levels.last()?.node.clone(), error)),
                None => {
                    let level = self.levels.pop()?;
                    self.below.take_if(|below| below.level == self.levels.len());
                    if self.options.leave {
                        return Some(Step::Leave(level.node));
                    }
                }
            }
        }
    }

    /// The next entry of the innermost level, or that it has no more; none where there is no level.
    async fn next_entry(&mut self) -> Option<Option<Result<Entry>>> {
        let opens = Opens { view: self.view, opens: self.opens.as_deref() };
        let below = self.below.as_mut();
        if let Some(below) = below.filter(|below| below.level < self.levels.len()) {
            let level = self.levels.last()?;
            let prefix = level.prefix.as_deref().unwrap_or_default();
            let start = &self.levels[below.level].node.path;
            return Some(below.next(prefix, &opens, start).await);
        }
        let level = self.levels.last_mut()?;
        Some(level.entries.next(&opens, &level.node.path).await)
    }

    fn visit(&mut self, node: Node) -> Step {
        if node.entry.is_directory() {
            self.entering = Some(node.clone());
        }
        Step::Visit(node)
    }

    async fn enter(&mut self, node: Node) -> Option<Step> {
        if self.below.is_some() {
            let prefix = self.levels.last().map(|level| level.prefix_of(&node));
            self.levels.push(Level { node, entries: Entries::default(), prefix });
            return None;
        }
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
                self.levels.push(Level { node, entries: Entries::default(), prefix: None });
                return failed;
            }
        }
        if self.options.whole {
            match self.view.list_below(&node.path, self.options.want).await {
                Ok(Some(listing)) => {
                    let level = self.levels.len();
                    self.below =
                        Some(Below { entries: Entries::of(listing), next: None, skipped: None, level });
                    self.levels.push(Level { node, entries: Entries::default(), prefix: Some(Bytes::new()) });
                    return None;
                }
                Ok(None) => {}
                Err(error) => return Some(self.failed(node, error)),
            }
        }
        match self.view.list(&node.path, self.options.want).await {
            Ok(listing) => {
                self.levels.push(Level { node, entries: Entries::of(listing), prefix: None });
                None
            }
            Err(error) => Some(self.failed(node, error)),
        }
    }

    /// A directory that can not be listed.
    fn failed(&mut self, node: Node, error: Error) -> Step {
        self.levels.push(Level { node: node.clone(), entries: Entries::default(), prefix: None });
        Step::Failed(node, error)
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
            && self.below.is_none()
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
    /// What the entries of `node`, one of this level, begin with in the listing of the whole subtree.
    fn prefix_of(&self, node: &Node) -> Bytes {
        [self.prefix.as_deref().unwrap_or_default(), &node.entry.name, b"/"].concat().into()
    }
}

/// Whether an entry is going to be opened.
type Choice<'a> = dyn Fn(&Entry) -> bool + 'a;

/// Which of the entries that become known are going to be opened.
struct Opens<'w> {
    view: &'w View,
    opens: Option<&'w Choice<'w>>,
}

impl Opens<'_> {
    fn tell(&self, directory: &[u8], page: &[Entry]) {
        if let Some(opens) = self.opens {
            let files = page.iter().filter(|entry| opens(entry));
            self.view.expect(files.map(|entry| self.view.absolute(&join(directory, &entry.name))), false);
        }
    }
}

/// The entries of a listing, one by one.
#[derive(Default)]
struct Entries {
    listing: Option<Listing>,
    page: std::vec::IntoIter<Entry>,
    /// From so few that are left of the page on, the next is asked for.
    few: usize,
    coming: Option<Option<Result<Vec<Entry>>>>,
}

impl Entries {
    fn of(listing: Listing) -> Self {
        Entries { listing: Some(listing), ..Entries::default() }
    }

    async fn next(&mut self, opens: &Opens<'_>, directory: &[u8]) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.page.next() {
                self.look_ahead();
                return Some(Ok(entry));
            }
            let listing = self.listing.as_mut()?;
            let page = match self.coming.take() {
                Some(page) => page,
                None => listing.next_page().await,
            };
            match page {
                Some(Ok(page)) => {
                    opens.tell(directory, &page);
                    self.few = page.len() / 2;
                    self.page = page.into_iter();
                }
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

    /// Lets the next page be on its way once half of this one has been met.
    fn look_ahead(&mut self) {
        if self.page.len() == self.few
            && self.coming.is_none()
            && let Some(listing) = &mut self.listing
        {
            self.coming = listing.next_page().now_or_never();
        }
    }
}

/// Everything below one level, in one listing.
struct Below {
    entries: Entries,
    /// Looked at, and of another level.
    next: Option<Entry>,
    /// What the names of entries begin with that are passed by.
    skipped: Option<Bytes>,
    level: usize,
}

impl Below {
    /// The next entry, if its name begins with `prefix`; named without that.
    async fn next(&mut self, prefix: &[u8], opens: &Opens<'_>, start: &[u8]) -> Option<Result<Entry>> {
        loop {
            let entry = match self.next.take() {
                Some(entry) => entry,
                None => match self.entries.next(opens, start).await? {
                    Ok(entry) => entry,
                    Err(error) => return Some(Err(error)),
                },
            };
            if self.skipped.as_ref().is_some_and(|skipped| entry.name.starts_with(skipped)) {
                continue;
            }
            self.skipped = None;
            if !entry.name.starts_with(prefix) {
                self.next = Some(entry);
                return None;
            }
            let name = entry.name.slice(prefix.len()..);
            return Some(Ok(Entry { name, ..entry }));
        }
    }
}

/// `directory/name`, with one slash between them.
pub fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let slash: &[u8] = if directory.ends_with(b"/") || directory.is_empty() { b"" } else { b"/" };
    [directory, slash, name].concat()
}
