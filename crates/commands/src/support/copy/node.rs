//! One entry of a tree that is copied.

use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry, Error, ErrorKind, Kind};

use super::options::{Existing, Following, Manner};
use super::overwrite::{Overwrite, may_overwrite};
use super::{Copier, Level};
use crate::support::{Node, last_component, quote_always};

/// What became of an entry.
pub(super) enum Copied {
    /// It was copied, or rightly left alone.
    Done,
    /// It was not; a message said why.
    Failed,
    /// It is a directory that the copy itself made: nothing more is copied.
    IntoItself,
    /// It is a directory, and what is in it comes next.
    Entered(Level),
}

/// What stands where the copy goes.
struct Target<'p> {
    path: &'p [u8],
    /// What is there, links followed unless they are to be replaced.
    entry: Option<Entry>,
    /// A symbolic link that leads nowhere is there.
    dangling: bool,
    backup: Option<Vec<u8>>,
}

impl Copier<'_> {
    pub(super) async fn copy_node(&mut self, node: &Node, to: &[u8], inside_new: bool) -> Copied {
        let entry = &node.entry;
        if entry.is_symlink() && self.options.following == Following::Always {
            let missing = self.context.view.stat(&node.path, Follow::Yes).await.err();
            let error = missing.unwrap_or_else(|| Error::new(ErrorKind::NotFound, "stat"));
            self.report.cannot("cannot stat", &node.path, &error).await;
            return Copied::Failed;
        }
        if entry.is_directory() && entry.identity.is_some_and(|identity| self.made.contains(&identity)) {
            return self.refuse_copy_into_itself().await;
        }
        let mut target = Target { path: to, entry: None, dangling: false, backup: None };
        if !inside_new {
            match self.look_at(entry, &mut target).await {
                Ok(()) => {}
                Err(error) => {
                    self.report.cannot("cannot stat", to, &error).await;
                    return Copied::Failed;
                }
            }
        }
        if target.entry.is_some() || target.dangling {
            match self.make_way(node, &mut target).await {
                Ok(true) => {}
                Ok(false) => return Copied::Done,
                Err(()) => return Copied::Failed,
            }
        }
        let is_directory = entry.is_directory();
        if !is_directory {
            self.tell(&node.path, to, target.backup.as_deref());
        }
        if !is_directory && let Some(copied) = self.link_to_earlier(entry, &target).await {
            return copied;
        }
        let copied = match entry.kind {
            Kind::Directory => return self.enter_directory(node, target).await,
            _ if self.options.manner == Manner::SymbolicLink => self.link_symbolically(node, &target).await,
            _ if self.options.manner == Manner::HardLink => self.link_hard(node, &target).await,
            Kind::File => self.copy_file(node, target.path, target.entry.is_none(), target.dangling).await,
            Kind::Symlink => self.copy_link(node, &target).await,
            // A device that is named is read like a file.
            Kind::Special(_) if !self.options.recursive => {
                self.copy_file(node, target.path, target.entry.is_none(), target.dangling).await
            }
            Kind::Special(_) => {
                let error = Error::new(ErrorKind::NotPermitted, "mknod");
                self.report.cannot("cannot create special file", to, &error).await;
                false
            }
        };
        if copied { Copied::Done } else { Copied::Failed }
    }

    async fn refuse_copy_into_itself(&mut self) -> Copied {
        let locale = self.report.locale();
        let (from, to) = (quote_always(&self.top.0, locale), quote_always(&self.top.1, locale));
        self.report.fail(1, &[b"cannot copy a directory, ", &from, b", into itself, ", &to]).await;
        Copied::IntoItself
    }

    /// Finds out what is at the target.
    async fn look_at(&self, source: &Entry, target: &mut Target<'_>) -> Result<(), Error> {
        let view = &self.context.view;
        let itself = !source.is_file()
            || self.options.is_move
            || matches!(self.options.manner, Manner::SymbolicLink | Manner::HardLink)
            || self.options.backups.are_made()
            || self.options.remove_first;
        let found = match view.stat(target.path, Follow::No).await {
            Ok(entry) => entry,
            Err(error) if error.is(ErrorKind::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        if !found.is_symlink() || itself && !(source.is_directory() && self.options.recursive) {
            target.entry = Some(found);
            return Ok(());
        }
        match view.stat(target.path, Follow::Yes).await {
            Ok(followed) if !itself || followed.is_directory() => target.entry = Some(followed),
            Ok(_) => target.entry = Some(found),
            Err(error) if itself && error.kind().is_absence() => target.entry = Some(found),
            Err(error) if error.is(ErrorKind::NotFound) => target.dangling = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Decides about what is at the target. `Ok(false)` leaves it alone; an error was told.
    async fn make_way(&mut self, node: &Node, target: &mut Target<'_>) -> Result<bool, ()> {
        let Some(existing) = target.entry.clone() else { return Ok(true) };
        let source = &node.entry;
        let same = match self.is_same_file(node, target.path, &existing).await {
            Ok(same) => same,
            Err(error) => {
                self.report.cannot("cannot stat", target.path, &error).await;
                return Err(());
            }
        };
        if same {
            if self.options.manner == Manner::HardLink {
                return Ok(false);
            }
            let locale = self.report.locale();
            let (from, to) = (quote_always(&node.path, locale), quote_always(target.path, locale));
            self.report.fail(1, &[&from, b" and ", &to, b" are the same file"]).await;
            return Err(());
        }
        if !source.is_directory() {
            if self.options.update && existing.modified >= source.modified {
                return Ok(false);
            }
            match self.options.existing {
                Existing::Kept => return Ok(false),
                Existing::Asked if !existing.is_directory() || !self.options.is_move => {
                    let how = if self.options.force || self.options.remove_first {
                        Overwrite::Replaces
                    } else {
                        Overwrite::Tries
                    };
                    if !may_overwrite(target.path, &existing, how, self.context, self.io, self.report).await {
                        return Ok(false);
                    }
                }
                _ => {}
            }
        }
        self.check_kinds(node, target.path, &existing).await?;
        if source.is_directory() || existing.is_directory() {
            return Ok(true);
        }
        if existing.identity.is_some_and(|identity| self.written.contains(&identity)) {
            let locale = self.report.locale();
            let (to, from) = (quote_always(target.path, locale), quote_always(&node.path, locale));
            self.report.fail(1, &[b"will not overwrite just-created ", &to, b" with ", &from]).await;
            return Err(());
        }
        self.clear(node, target, &existing).await?;
        Ok(true)
    }

    async fn check_kinds(&mut self, node: &Node, to: &[u8], existing: &Entry) -> Result<(), ()> {
        let locale = self.report.locale();
        let (from, to) = (quote_always(&node.path, locale), quote_always(to, locale));
        match (node.entry.is_directory(), existing.is_directory()) {
            (true, false) => {
                self.report
                    .fail(1, &[b"cannot overwrite non-directory ", &to, b" with directory ", &from])
                    .await;
                Err(())
            }
            (false, true) => {
                self.report.fail(1, &[b"cannot overwrite directory ", &to, b" with non-directory"]).await;
                Err(())
            }
            _ => Ok(()),
        }
    }

    /// Moves or removes what is at the target, where that comes before the copy.
    async fn clear(&mut self, node: &Node, target: &mut Target<'_>, existing: &Entry) -> Result<(), ()> {
        let view = &self.context.view;
        let backup = match self.options.backups.path_for(self.context, target.path).await {
            Ok(backup) => backup,
            Err(error) => {
                self.report.cannot("cannot backup", target.path, &error).await;
                return Err(());
            }
        };
        if let Some(backup) = backup {
            if backup == node.path {
                let locale = self.report.locale();
                let (to, from) = (quote_always(target.path, locale), quote_always(&node.path, locale));
                self.report
                    .fail(1, &[b"backing up ", &to, b" might destroy source;  ", &from, b" not copied"])
                    .await;
                return Err(());
            }
            if let Err(error) = view.rename(target.path, &backup).await {
                self.report.cannot("cannot backup", target.path, &error).await;
                return Err(());
            }
            target.entry = None;
            target.backup = Some(backup);
            return Ok(());
        }
        let keeps_links = self.options.preserve.links && existing.links.is_some_and(|links| links > 1);
        let replaces_by_link = self.options.following == Following::Never && !node.entry.is_file();
        if self.options.remove_first || keeps_links || replaces_by_link {
            return self.remove_target(target).await;
        }
        Ok(())
    }

    async fn remove_target(&mut self, target: &mut Target<'_>) -> Result<(), ()> {
        match self.context.view.remove_file(target.path).await {
            Ok(()) => {
                self.tell_removed(target.path);
                target.entry = None;
                Ok(())
            }
            Err(error) => {
                self.report.cannot("cannot remove", target.path, &error).await;
                Err(())
            }
        }
    }

    /// Whether the copy would be made of the file that it replaces.
    async fn is_same_file(&self, node: &Node, to: &[u8], existing: &Entry) -> Result<bool, Error> {
        let view = &self.context.view;
        let same = |one: &Entry, two: &Entry| one.identity.is_some() && one.identity == two.identity;
        if same(&node.entry, existing) {
            let other_name = !same_name(&node.path, to);
            let removes = self.options.remove_first || self.options.backups.are_made();
            let is_link = node.entry.is_symlink();
            let parts = other_name && (removes || is_link && self.options.following == Following::Never);
            return Ok(!parts);
        }
        // One of the two is a link to the other.
        let replaces = self.options.remove_first || self.options.backups.are_made();
        let links = matches!(self.options.manner, Manner::HardLink | Manner::SymbolicLink);
        if replaces || links || !(node.entry.is_symlink() || existing.is_symlink()) {
            return Ok(false);
        }
        let (one, two) = (view.probe(&node.path, Follow::Yes).await?, view.probe(to, Follow::Yes).await?);
        Ok(match (one, two) {
            (Some(one), Some(two)) => {
                same(&one, &two) && !(node.entry.is_symlink() && existing.is_symlink()) && one.is_file()
            }
            _ => false,
        })
    }

    /// A further name of a file that was already copied becomes a name of the copy.
    async fn link_to_earlier(&mut self, entry: &Entry, target: &Target<'_>) -> Option<Copied> {
        if !self.options.preserve.links || entry.links.is_none_or(|links| links < 2) {
            return None;
        }
        let identity = entry.identity?;
        let Some(earlier) = self.linked.get(&identity).cloned() else {
            self.linked.insert(identity, target.path.to_vec());
            return None;
        };
        let view = &self.context.view;
        if target.entry.is_some() && view.remove_file(target.path).await.is_ok() {
            self.tell_removed(target.path);
        }
        match view.link(&earlier, target.path).await {
            Ok(()) => Some(Copied::Done),
            // Where there are no hard links, a second copy is the best there is.
            Err(error) if error.is(ErrorKind::Unsupported) || error.is(ErrorKind::CrossDevice) => None,
            Err(error) => {
                self.cannot_link("cannot create hard link", target.path, &earlier, &error).await;
                Some(Copied::Failed)
            }
        }
    }

    async fn cannot_link(&mut self, what: &str, path: &[u8], to: &[u8], error: &Error) {
        let locale = self.report.locale();
        let (path, to) = (quote_always(path, locale), quote_always(to, locale));
        let text = error.to_string();
        self.report.fail(1, &[what.as_bytes(), b" ", &path, b" to ", &to, b": ", text.as_bytes()]).await;
    }

    async fn enter_directory(&mut self, node: &Node, target: Target<'_>) -> Copied {
        let preserve = self.options.preserve;
        let source_mode = node.entry.mode.unwrap_or(0o755);
        let mut attributes = Attributes::default();
        let new = target.entry.is_none();
        if new {
            let mode = if preserve.not_mode { 0o777 } else { source_mode & 0o777 };
            let masked = mode & !self.context.view.umask();
            // Whatever it will be in the end, it must take what is copied into it.
            if let Err(error) = self.unmasked.create_dir(target.path, masked | 0o700).await {
                self.report.cannot("cannot create directory", target.path, &error).await;
                return Copied::Failed;
            }
            self.tell(&node.path, target.path, None);
            match self.context.view.stat(target.path, Follow::No).await {
                Ok(made) => self.made.extend(made.identity),
                Err(error) => {
                    self.report.cannot("cannot stat", target.path, &error).await;
                    return Copied::Failed;
                }
            }
            attributes.mode = (masked | 0o700 != masked).then_some(masked);
        }
        if preserve.mode {
            attributes.mode = Some(source_mode);
        }
        if preserve.times {
            (attributes.modified, attributes.accessed) = (node.entry.modified, node.entry.accessed);
        }
        Copied::Entered(Level { to: target.path.to_vec(), new, attributes })
    }

    async fn copy_link(&mut self, node: &Node, target: &Target<'_>) -> bool {
        let view = &self.context.view;
        let text = match node.entry.target.clone() {
            Some(text) => text,
            None => match view.read_link(&node.path).await {
                Ok(text) => text,
                Err(error) => {
                    self.report.cannot("cannot read symbolic link", &node.path, &error).await;
                    return false;
                }
            },
        };
        if let Err(error) = view.symlink(&text, target.path).await {
            self.report.cannot("cannot create symbolic link", target.path, &error).await;
            return false;
        }
        if self.options.preserve.times {
            let attributes = Attributes {
                modified: node.entry.modified,
                accessed: node.entry.accessed,
                ..Attributes::default()
            };
            // Many services keep no times of links.
            let _ = view.set_attributes(target.path, &attributes, Follow::No).await;
        }
        true
    }

    async fn link_symbolically(&mut self, node: &Node, target: &Target<'_>) -> bool {
        let in_other_directory =
            last_component(target.path).len() < target.path.len() && !target.path.starts_with(b"./");
        if !node.path.starts_with(b"/") && in_other_directory {
            let text = b": can make relative symbolic links only in current directory";
            self.report.fail(1, &[target.path, text]).await;
            return false;
        }
        let view = &self.context.view;
        let mut linked = view.symlink(&node.path, target.path).await;
        if linked.as_ref().is_err_and(|error| error.is(ErrorKind::AlreadyExists)) && self.options.force {
            let _ = view.remove_file(target.path).await;
            linked = view.symlink(&node.path, target.path).await;
        }
        match linked {
            Ok(()) => true,
            Err(error) => {
                self.cannot_link("cannot create symbolic link", target.path, &node.path, &error).await;
                false
            }
        }
    }

    async fn link_hard(&mut self, node: &Node, target: &Target<'_>) -> bool {
        let view = &self.context.view;
        let mut linked = view.link(&node.path, target.path).await;
        if linked.as_ref().is_err_and(|error| error.is(ErrorKind::AlreadyExists)) && self.options.force {
            let _ = view.remove_file(target.path).await;
            linked = view.link(&node.path, target.path).await;
        }
        match linked {
            Ok(()) => true,
            Err(error) => {
                self.cannot_link("cannot create hard link", target.path, &node.path, &error).await;
                false
            }
        }
    }
}

/// Whether two paths are the same name by text, `./` in front aside.
fn same_name(one: &[u8], two: &[u8]) -> bool {
    let plain = |path: &[u8]| path.strip_prefix(b"./").unwrap_or(path).to_vec();
    plain(one) == plain(two)
}
