//! The content and the attributes of a file.

use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry, Error, ErrorKind, File, Kind, OpenOptions};

use super::Copier;
use super::options::Manner;
use crate::support::{Node, quote_always};

/// How much is read at a time.
const PIECE: usize = 256 * 1024;

impl Copier<'_> {
    /// Copies a file to `to`, which is missing when `new`; answers whether it was copied.
    pub(super) async fn copy_file(&mut self, node: &Node, to: &[u8], new: bool, dangling: bool) -> bool {
        if dangling && self.context.environment.get(b"POSIXLY_CORRECT").is_none() {
            let name = quote_always(to, self.report.locale());
            self.report.fail(1, &[b"not writing through dangling symlink ", &name]).await;
            return false;
        }
        let is_device = |entry: &Entry| matches!(entry.kind, Kind::Special(_));
        let existing = match new {
            true => Ok(None),
            false => self.context.view.probe(to, Follow::Yes).await,
        };
        let to_device = match existing {
            Ok(existing) => existing.is_some_and(|entry| is_device(&entry)),
            Err(error) => {
                self.report.cannot("cannot stat", to, &error).await;
                return false;
            }
        };
        if to_device || is_device(&node.entry) {
            return self.copy_device(&node.path, to).await;
        }
        let copied = match self.options.manner {
            Manner::Attributes => self.touch(node, to, new).await,
            _ => self.copy_content(node, to, new && !dangling).await,
        };
        if !copied {
            return false;
        }
        let kept = self.keep_attributes(&node.entry, to).await;
        if self.top.0 == node.path {
            match self.context.view.stat(to, Follow::Yes).await {
                Ok(written) => self.written.extend(written.identity),
                Err(error) => {
                    self.report.cannot("cannot stat", to, &error).await;
                    return false;
                }
            }
        }
        kept
    }

    /// The permission bits that a new copy is made with; the umask still applies.
    fn new_mode(&self, entry: &Entry) -> u32 {
        match self.options.preserve.not_mode {
            true => 0o666,
            false => entry.mode.unwrap_or(0o644) & 0o777,
        }
    }

    /// Makes sure that the file is there, without content.
    async fn touch(&mut self, node: &Node, to: &[u8], new: bool) -> bool {
        if !new {
            return true;
        }
        let options = OpenOptions {
            write: true,
            create: true,
            exclusive: true,
            mode: self.new_mode(&node.entry),
            ..OpenOptions::default()
        };
        let made = match self.context.view.open(to, &options).await {
            Ok(file) => file.close(&self.context.call).await,
            Err(error) => Err(error),
        };
        match made {
            Ok(()) => true,
            Err(error) => self.cannot_create(to, error).await,
        }
    }

    async fn copy_content(&mut self, node: &Node, to: &[u8], new: bool) -> bool {
        let view = &self.context.view;
        let source = match view.open(&node.path, &OpenOptions::reading()).await {
            Ok(source) => source,
            Err(error) => {
                let name = quote_always(&node.path, self.report.locale());
                let text = error.to_string();
                self.report.fail(1, &[b"cannot open ", &name, b" for reading: ", text.as_bytes()]).await;
                return false;
            }
        };
        if self.options.must_clone {
            return self.refuse_clone(node, to, new).await;
        }
        // A slash behind a new file's name must fail as opening it does.
        let may_ask = !self.options.preserve.not_mode && !to.ends_with(b"/");
        if may_ask && view.copy_file(&node.path, to).await.is_ok() {
            return true;
        }
        let Some(target) = self.open_target(node, to, new).await else { return false };
        if !self.stream(&*source, &*target, &node.path, to).await {
            return false;
        }
        match target.close(&self.context.call).await {
            Ok(()) => true,
            Err(error) => {
                self.report.cannot("failed to close", to, &error).await;
                false
            }
        }
    }

    /// Copies where one side is no file of the tree but a device, such as `/dev/null` or `/dev/stdin`.
    async fn copy_device(&mut self, from: &[u8], to: &[u8]) -> bool {
        let (context, io) = (self.context, self.io);
        let source = match context.open(io, from, &OpenOptions::reading()).await {
            Ok(source) => source,
            Err(error) => {
                let name = quote_always(from, self.report.locale());
                let text = error.to_string();
                self.report.fail(1, &[b"cannot open ", &name, b" for reading: ", text.as_bytes()]).await;
                return false;
            }
        };
        let target = match context.open(io, to, &OpenOptions::truncating()).await {
            Ok(target) => target,
            Err(error) => return self.cannot_create(to, error).await,
        };
        loop {
            let piece = match source.read(&context.call).await {
                Ok(piece) => piece,
                Err(error) => {
                    self.report.cannot("error reading", from, &error).await;
                    return false;
                }
            };
            if piece.is_empty() {
                break;
            }
            if let Err(error) = target.write(&context.call, piece).await {
                self.report.cannot("error writing", to, &error).await;
                return false;
            }
            context.call.tick_many(64).await;
        }
        match target.close(&context.call).await {
            Ok(()) => true,
            Err(error) => {
                self.report.cannot("failed to close", to, &error).await;
                false
            }
        }
    }

    async fn refuse_clone(&mut self, node: &Node, to: &[u8], new: bool) -> bool {
        let locale = self.report.locale();
        let (from, shown) = (quote_always(&node.path, locale), quote_always(to, locale));
        let text = ErrorKind::Unsupported.row().text;
        self.report.fail(1, &[b"failed to clone ", &shown, b" from ", &from, b": ", text.as_bytes()]).await;
        let _ = new;
        false
    }

    /// Opens the target for writing: emptied, or made. None after a message.
    async fn open_target(&mut self, node: &Node, to: &[u8], new: bool) -> Option<Box<dyn File>> {
        let view = &self.context.view;
        let existing = OpenOptions { write: true, truncate: true, ..OpenOptions::default() };
        let missing =
            OpenOptions { create: true, exclusive: true, mode: self.new_mode(&node.entry), ..existing };
        if !new {
            match view.open(to, &existing).await {
                Ok(target) => return Some(target),
                Err(_) if self.options.force && view.remove_file(to).await.is_ok() => self.tell_removed(to),
                // Writing through a link that leads nowhere makes what it names.
                Err(error) if error.is(ErrorKind::NotFound) => {
                    let through = OpenOptions { exclusive: false, ..missing };
                    match view.open(to, &through).await {
                        Ok(target) => return Some(target),
                        Err(error) => {
                            self.cannot_create(to, error).await;
                            return None;
                        }
                    }
                }
                Err(error) => {
                    self.cannot_create(to, error).await;
                    return None;
                }
            }
        }
        match view.open(to, &missing).await {
            Ok(target) => Some(target),
            Err(error) => {
                self.cannot_create(to, error).await;
                None
            }
        }
    }

    async fn cannot_create(&mut self, to: &[u8], error: Error) -> bool {
        let error = match error.kind() {
            // A slash at the end asks for a directory, which a new file is not.
            ErrorKind::IsADirectory if to.ends_with(b"/") => Error::new(ErrorKind::NotADirectory, "open"),
            _ => error,
        };
        self.report.cannot("cannot create regular file", to, &error).await;
        false
    }

    async fn stream(&mut self, source: &dyn File, target: &dyn File, from: &[u8], to: &[u8]) -> bool {
        let call = &self.context.call;
        let mut offset = 0;
        loop {
            let piece = match source.read_at(call, offset, PIECE).await {
                Ok(piece) => piece,
                Err(error) => {
                    self.report.cannot("error reading", from, &error).await;
                    return false;
                }
            };
            if piece.is_empty() {
                return true;
            }
            let length = piece.len() as u64;
            if let Err(error) = target.write_at(call, offset, piece).await {
                self.report.cannot("error writing", to, &error).await;
                return false;
            }
            offset += length;
            call.tick_many(64).await;
        }
    }

    async fn keep_attributes(&mut self, entry: &Entry, to: &[u8]) -> bool {
        let preserve = self.options.preserve;
        let mut attributes = Attributes::default();
        if preserve.times {
            (attributes.modified, attributes.accessed) = (entry.modified, entry.accessed);
        }
        if preserve.mode {
            attributes.mode = entry.mode;
        }
        if preserve.owner
            && let Err(error) = self.keep_owner(entry, to).await
        {
            self.report.cannot("failed to preserve ownership for", to, &error).await;
            return false;
        }
        if attributes == Attributes::default() {
            return true;
        }
        match self.context.view.set_attributes(to, &attributes, Follow::Yes).await {
            Ok(()) => true,
            // A service that keeps no attributes has nothing to preserve them in.
            Err(error) if error.is(ErrorKind::Unsupported) => true,
            Err(error) => {
                self.report.cannot("preserving times for", to, &error).await;
                false
            }
        }
    }

    /// Gives the copy its source's owner where that is allowed; it mostly is not, and then nothing is said.
    async fn keep_owner(&self, entry: &Entry, to: &[u8]) -> Result<(), Error> {
        let Some(owner) = entry.owner else { return Ok(()) };
        let view = &self.context.view;
        if view.stat(to, Follow::Yes).await?.owner == Some(owner) {
            return Ok(());
        }
        let attributes = Attributes { owner: Some(owner), ..Attributes::default() };
        match view.set_attributes(to, &attributes, Follow::Yes).await {
            Err(error) if !is_refusal(error.kind()) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether attributes were not set since this user may not, or the service has none.
pub(super) fn is_refusal(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotPermitted | ErrorKind::PermissionDenied | ErrorKind::Unsupported)
}
