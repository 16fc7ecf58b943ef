//! One move: a rename, or between mounts a copy and a removal.

use std::collections::HashSet;

use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, ErrorKind};

use crate::support::{
    Backups, Copier, CopyOptions, Existing, Following, Output, Overwrite, Preserve, RemoveOptions, Remover,
    Report, last_component, may_overwrite, quote_always,
};

/// How a call moves.
pub struct Options {
    pub existing: Existing,
    pub update: bool,
    pub verbose: bool,
    pub backups: Backups,
    /// There are several sources: none of them replaces what another one became.
    pub many: bool,
}

/// Moves one source after another.
pub struct Mover<'a> {
    context: &'a Context,
    io: &'a Io,
    report: &'a mut Report,
    output: &'a Output,
    options: &'a Options,
    moved: HashSet<(u64, u64), foldhash::fast::FixedState>,
}

impl<'a> Mover<'a> {
    pub fn new(
        context: &'a Context,
        io: &'a Io,
        report: &'a mut Report,
        output: &'a Output,
        options: &'a Options,
    ) -> Self {
        Mover { context, io, report, output, options, moved: HashSet::default() }
    }

    /// Moves `from` to `to`.
    pub async fn move_to(&mut self, from: &[u8], to: &[u8]) {
        let view = &self.context.view;
        let source = match view.stat(from, Follow::No).await {
            Ok(entry) => entry,
            Err(error) => return self.report.cannot("cannot stat", from, &error).await,
        };
        let existing = match view.stat(to, Follow::No).await {
            Ok(entry) => Some(entry),
            Err(error) if error.is(ErrorKind::NotFound) => None,
            Err(error) => return self.report.cannot("cannot stat", to, &error).await,
        };
        let mut backup = None;
        if let Some(existing) = &existing {
            if !self.may_replace(from, &source, to, existing).await {
                return;
            }
            let Ok(made) = self.back_up(from, to).await else { return };
            backup = made;
        }
        let existing = existing.filter(|_| backup.is_none());
        match view.rename(from, to).await {
            Ok(()) => {
                self.tell(from, to, backup.as_deref());
                self.remember(&source);
            }
            Err(error) if error.is(ErrorKind::CrossDevice) => {
                self.move_between_mounts(from, &source, to, existing.as_ref()).await;
            }
            Err(error) if error.is(ErrorKind::InvalidArgument) && source.is_directory() => {
                let (from, to) = self.quoted(from, to);
                self.report.fail(1, &[b"cannot move ", &from, b" to a subdirectory of itself, ", &to]).await;
            }
            Err(error) => {
                let (from, to) = self.quoted(from, to);
                let text = error.to_string();
                self.report.fail(1, &[b"cannot move ", &from, b" to ", &to, b": ", text.as_bytes()]).await;
            }
        }
    }

    fn quoted(&self, from: &[u8], to: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let locale = self.report.locale();
        (quote_always(from, locale), quote_always(to, locale))
    }

    fn remember(&mut self, source: &Entry) {
        if self.options.many && !source.is_directory() {
            self.moved.extend(source.identity);
        }
    }

    /// Whether what is at `to` may go; what is wrong is told.
    async fn may_replace(&mut self, from: &[u8], source: &Entry, to: &[u8], existing: &Entry) -> bool {
        let (quoted_from, quoted_to) = self.quoted(from, to);
        if self.options.existing == Existing::Kept {
            return false;
        }
        let same = source.identity.is_some() && source.identity == existing.identity;
        if same {
            self.report.fail(1, &[&quoted_from, b" and ", &quoted_to, b" are the same file"]).await;
            return false;
        }
        if !source.is_directory() && self.options.update && existing.modified >= source.modified {
            return false;
        }
        if self.options.existing == Existing::Asked {
            let (context, io) = (self.context, self.io);
            if !may_overwrite(to, existing, Overwrite::Replaces, context, io, self.report).await {
                return false;
            }
        }
        match (source.is_directory(), existing.is_directory()) {
            (true, false) if !self.options.backups.are_made() => {
                let parts: [&[u8]; 4] =
                    [b"cannot overwrite non-directory ", &quoted_to, b" with directory ", &quoted_from];
                self.report.fail(1, &parts).await;
                return false;
            }
            (false, true) if !self.options.backups.are_made() => {
                self.report
                    .fail(1, &[b"cannot overwrite directory ", &quoted_to, b" with non-directory"])
                    .await;
                return false;
            }
            _ => {}
        }
        if existing.identity.is_some_and(|identity| self.moved.contains(&identity)) {
            let parts: [&[u8]; 4] =
                [b"will not overwrite just-created ", &quoted_to, b" with ", &quoted_from];
            self.report.fail(1, &parts).await;
            return false;
        }
        true
    }

    /// Gives what is at `to` its backup's name, if backups are made; answers that name. An error was told.
    async fn back_up(&mut self, from: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>, ()> {
        if matches!(last_component(from), b"." | b"..") {
            // No directory moves under that name, and nothing has to give way to it.
            return Ok(None);
        }
        let backup = match self.options.backups.path_for(self.context, to).await {
            Ok(Some(backup)) => backup,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.report.cannot("cannot backup", to, &error).await;
                return Err(());
            }
        };
        if backup == from {
            let (from, to) = self.quoted(from, to);
            self.report
                .fail(1, &[b"backing up ", &to, b" might destroy source;  ", &from, b" not moved"])
                .await;
            return Err(());
        }
        match self.context.view.rename(to, &backup).await {
            Ok(()) => Ok(Some(backup)),
            Err(error) => {
                self.report.cannot("cannot backup", to, &error).await;
                Err(())
            }
        }
    }

    fn tell(&mut self, from: &[u8], to: &[u8], backup: Option<&[u8]>) {
        if !self.options.verbose {
            return;
        }
        let (from, to) = self.quoted(from, to);
        self.output.push(&[b"renamed ", &from[..], b" -> ", &to].concat());
        if let Some(backup) = backup {
            let backup = quote_always(backup, self.report.locale());
            self.output.push(&[b" (backup: ", &backup[..], b")"].concat());
        }
        self.output.push(b"\n");
    }

    async fn move_between_mounts(
        &mut self,
        from: &[u8],
        source: &Entry,
        to: &[u8],
        existing: Option<&Entry>,
    ) {
        if existing.is_some() && !self.clear_target(from, to, existing).await {
            return;
        }
        let preserve = Preserve { mode: true, times: true, owner: true, links: true, not_mode: false };
        let options = CopyOptions {
            recursive: true,
            following: Following::Never,
            preserve,
            verbose: self.options.verbose,
            is_move: true,
            ..CopyOptions::default()
        };
        let mut copier = Copier::new(self.context, self.io, self.report, self.output, &options);
        if !copier.copy(from, to).await {
            return;
        }
        self.remember(source);
        let options =
            RemoveOptions { recursive: true, verbose: self.options.verbose, ..RemoveOptions::default() };
        let mut remover = Remover::new(self.context, self.io, self.report, self.output, options);
        remover.remove(from).await;
    }

    /// Removes what a copy would merge with instead of replacing it.
    async fn clear_target(&mut self, from: &[u8], to: &[u8], existing: Option<&Entry>) -> bool {
        let view = &self.context.view;
        let removed = match existing.is_some_and(Entry::is_directory) {
            true => view.remove_dir(to).await,
            false => view.remove_file(to).await,
        };
        match removed {
            Ok(()) => true,
            Err(error) => {
                let (from, to) = self.quoted(from, to);
                let text = error.to_string();
                let parts: [&[u8]; 6] = [
                    b"inter-device move failed: ",
                    &from,
                    b" to ",
                    &to,
                    b"; unable to remove target: ",
                    text.as_bytes(),
                ];
                self.report.fail(1, &parts).await;
                false
            }
        }
    }
}
