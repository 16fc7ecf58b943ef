//! Removing files and whole directories: `rm`, and what `mv` does after a copy.

use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::tree::{Access, Follow};
use mirage_vfs::{Entry, Error, ErrorKind, Want, found};

use super::{Output, Report, Step, Walk, WalkOptions, ask, kind_name, last_component, quote_always};

/// How entries are removed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RemoveOptions {
    /// Directories with everything below them.
    pub recursive: bool,
    /// Empty directories.
    pub empty_directories: bool,
    /// A missing entry is no error.
    pub ignore_missing: bool,
    /// Ask before each removal.
    pub ask: bool,
    /// Pass by directories of other mounts.
    pub same_mount: bool,
    /// Refuse `/`.
    pub preserve_root: bool,
    /// Tell of each removal.
    pub verbose: bool,
}

/// Removes entries one after another.
pub struct Remover<'a> {
    context: &'a Context,
    io: &'a Io,
    report: &'a mut Report,
    output: &'a Output,
    options: RemoveOptions,
    /// For each level of the walk the directory that it is in: whether it must stay, as something in it stays.
    kept: Vec<Kept>,
}

#[derive(Default)]
struct Kept {
    stays: bool,
    /// The user agreed to its removal when it was entered.
    agreed: bool,
    /// Why it could not be listed.
    unlisted: Option<Error>,
}

impl<'a> Remover<'a> {
    /// A remover that reports to `report`, and with `verbose` tells what it did on `output`.
    pub fn new(
        context: &'a Context,
        io: &'a Io,
        report: &'a mut Report,
        output: &'a Output,
        options: RemoveOptions,
    ) -> Self {
        Remover { context, io, report, output, options, kept: Vec::new() }
    }

    /// Removes one operand.
    pub async fn remove(&mut self, path: &[u8]) {
        if self.options.recursive && matches!(last_component(path), b"." | b"..") {
            let path = quote_always(path, self.report.locale());
            self.report.fail(1, &[b"refusing to remove '.' or '..' directory: skipping ", &path]).await;
            return;
        }
        let entry = match self.context.view.stat(path, Follow::No).await {
            Ok(entry) => entry,
            Err(error) => return self.cannot(path, &error).await,
        };
        if !entry.is_directory() {
            self.remove_file(path, &entry, 0).await;
        } else if self.options.recursive {
            self.remove_tree(path, entry).await;
        } else {
            self.remove_single_directory(path, &entry).await;
        }
    }

    async fn remove_tree(&mut self, path: &[u8], entry: Entry) {
        let is_root = match self.options.preserve_root {
            true => self.is_root(path).await,
            false => Ok(false),
        };
        let is_root = match is_root {
            Ok(is_root) => is_root,
            Err(error) => return self.report.cannot("cannot remove", path, &error).await,
        };
        if is_root {
            let name = quote_always(path, self.report.locale());
            let same: &[u8] = if last_component(path) == b"/" { b"" } else { b" (same as '/')" };
            self.report.fail(1, &[b"it is dangerous to operate recursively on ", &name, same]).await;
            self.report.say(&[b"use --no-preserve-root to override this failsafe"]).await;
            return;
        }
        let context = self.context;
        let device = entry.identity.map(|(device, _)| device);
        let want = if self.options.ask || self.options.same_mount { Want::Metadata } else { Want::Kinds };
        let options = WalkOptions { want, leave: true, whole: !self.options.ask, ..WalkOptions::default() };
        let mut walk = Walk::new(&context.view, path, entry, options);
        while let Some(step) = walk.next().await {
            match step {
                Step::Visit(node) if !node.entry.is_directory() => {
                    self.remove_file(&node.path, &node.entry, node.depth).await;
                }
                Step::Visit(node) => {
                    let elsewhere = self.options.same_mount
                        && node.depth > 0
                        && node.entry.identity.map(|(device, _)| device) != device;
                    if elsewhere {
                        let name = quote_always(&node.path, self.report.locale());
                        self.report
                            .fail(1, &[b"skipping ", &name, b", since it's on a different device"])
                            .await;
                    }
                    if elsewhere || !self.enter(&node.path, &node.entry, node.depth).await {
                        self.keep_above(node.depth);
                        walk.skip();
                    }
                }
                Step::Failed(node, error) => {
                    if let Some(kept) = self.kept.get_mut(node.depth) {
                        kept.unlisted = Some(error);
                    }
                }
                Step::Leave(node) => self.leave(&node.path, &node.entry, node.depth).await,
                Step::Costly(_) | Step::Loop(..) => {}
            }
        }
    }

    /// Whether the directory may be entered.
    async fn enter(&mut self, path: &[u8], entry: &Entry, depth: usize) -> bool {
        self.kept.truncate(depth);
        let mut agreed = false;
        if self.options.ask {
            let empty = self.is_empty(path).await;
            let doing = if empty { "remove" } else { "descend into" };
            if !self.ask(doing, path, entry).await {
                return false;
            }
            agreed = empty;
        }
        self.kept.push(Kept { agreed, ..Kept::default() });
        true
    }

    async fn leave(&mut self, path: &[u8], entry: &Entry, depth: usize) {
        self.kept.truncate(depth + 1);
        let kept = self.kept.pop().unwrap_or_default();
        if kept.stays || self.options.ask && !kept.agreed && !self.ask("remove", path, entry).await {
            return;
        }
        match (self.context.view.remove_dir(path).await, kept.unlisted) {
            (Ok(()), _) => self.tell(b"removed directory ", path),
            (Err(error), Some(unlisted))
                if error.is(ErrorKind::NotEmpty) || !unlisted.kind().is_absence() =>
            {
                self.keep_above(depth);
                self.cannot(path, &unlisted).await;
            }
            (Err(error), _) => {
                self.keep_above(depth);
                self.cannot(path, &error).await;
            }
        }
    }

    async fn remove_single_directory(&mut self, path: &[u8], entry: &Entry) {
        if !self.options.empty_directories {
            return self.cannot(path, &Error::new(ErrorKind::IsADirectory, "remove")).await;
        }
        if self.options.ask && self.is_empty(path).await && !self.ask("remove", path, entry).await {
            return;
        }
        match self.context.view.remove_dir(path).await {
            Ok(()) => self.tell(b"removed directory ", path),
            Err(error) => self.cannot(path, &error).await,
        }
    }

    async fn remove_file(&mut self, path: &[u8], entry: &Entry, depth: usize) {
        if self.options.ask && !self.ask("remove", path, entry).await {
            return;
        }
        match self.context.view.remove_file(path).await {
            Ok(()) => self.tell(b"removed ", path),
            Err(error) => {
                self.keep_above(depth);
                self.cannot(path, &error).await;
            }
        }
    }

    /// The directories above an entry at `depth` that stayed stay as well, in silence.
    fn keep_above(&mut self, depth: usize) {
        self.kept.iter_mut().take(depth).for_each(|kept| kept.stays = true);
    }

    async fn ask(&self, doing: &str, path: &[u8], entry: &Entry) -> bool {
        let writable = entry.is_symlink() || self.context.view.access(path, Access::Write).await.is_ok();
        let protected = if writable { "" } else { "write-protected " };
        let kind = kind_name(entry);
        let path = quote_always(path, self.report.locale());
        let start = format!(": {doing} {protected}{kind} ");
        ask(self.io, &self.context.call, [self.report.name(), start.as_bytes(), &path, b"? "].concat()).await
    }

    async fn is_empty(&self, path: &[u8]) -> bool {
        let Ok(mut listing) = self.context.view.list(path, Want::Kinds).await else { return false };
        while let Some(page) = listing.next_page().await {
            match page {
                Ok(page) if page.is_empty() => {}
                _ => return false,
            }
        }
        true
    }

    async fn is_root(&self, path: &[u8]) -> Result<bool, Error> {
        Ok(found(self.context.view.resolve(path, Follow::No).await)?.is_some_and(|path| path.is_root()))
    }

    fn tell(&mut self, what: &[u8], path: &[u8]) {
        if self.options.verbose {
            let path = quote_always(path, self.report.locale());
            [what, &path, b"\n"].into_iter().for_each(|part| self.output.push(part));
        }
    }

    async fn cannot(&mut self, path: &[u8], error: &Error) {
        let missing = error.is(ErrorKind::NotFound) || error.is(ErrorKind::NotADirectory);
        if !(missing && self.options.ignore_missing) {
            self.report.cannot("cannot remove", path, error).await;
        }
    }
}
