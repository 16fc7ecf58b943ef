//! One link.

use std::collections::HashSet;

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, ErrorKind, found};

use crate::support::{
    Backups, Missing, Output, Report, ask, canonical, directory_of, quote_always, relative_to,
};

/// How a call links.
pub struct Options {
    pub symbolic: bool,
    pub relative: bool,
    /// A hard link to a symbolic link is one to what that leads to.
    pub follows: bool,
    pub links_directories: bool,
    pub force: bool,
    pub asks: bool,
    pub verbose: bool,
    pub backups: Backups,
    /// There are several targets: no link replaces another.
    pub many: bool,
}

/// Makes one link after another.
pub struct Linker<'a> {
    context: &'a Context,
    io: &'a Io,
    report: &'a mut Report,
    output: &'a Output,
    options: &'a Options,
    made: HashSet<Vec<u8>>,
}

impl<'a> Linker<'a> {
    pub fn new(
        context: &'a Context,
        io: &'a Io,
        report: &'a mut Report,
        output: &'a Output,
        options: &'a Options,
    ) -> Self {
        Linker { context, io, report, output, options, made: HashSet::new() }
    }

    /// Links `link` to `target`.
    pub async fn link(&mut self, target: &Bytes, link: &[u8]) {
        let view = &self.context.view;
        let mut source = None;
        if !self.options.symbolic {
            let follow = if self.options.follows { Follow::Yes } else { Follow::No };
            match view.stat(target, follow).await {
                Ok(entry) if entry.is_directory() && !self.options.links_directories => {
                    return self.report.fail(1, &[target, b": hard link not allowed for directory"]).await;
                }
                Ok(entry) => source = Some(entry),
                Err(error) => return self.report.cannot("failed to access", target, &error).await,
            }
        }
        let text = match self.options.relative {
            true => self.relative_text(target, link).await,
            false => Ok(target.clone()),
        };
        let text = match text {
            Ok(text) => text,
            Err(error) => return self.report.cannot("failed to access", target, &error).await,
        };
        let replaces = self.options.force || self.options.asks || self.options.backups.are_made();
        let mut backup = None;
        let existing = match replaces {
            true => view.probe(link, Follow::No).await,
            false => Ok(None),
        };
        let existing = match existing {
            Ok(existing) => existing,
            Err(error) => return self.report.cannot("failed to access", link, &error).await,
        };
        if let Some(existing) = existing {
            match self.make_way(target, link, source.as_ref(), &existing).await {
                Some(made) => backup = made,
                None => return,
            }
        }
        match self.make(target, &text, link).await {
            Ok(()) => {
                if self.options.many {
                    self.made.insert(link.to_vec());
                }
                self.tell(&text, link, backup.as_deref());
            }
            Err(error) => self.cannot(&text, link, &error).await,
        }
    }

    async fn make(&self, target: &[u8], text: &Bytes, link: &[u8]) -> Result<(), Error> {
        let view = &self.context.view;
        if self.options.symbolic {
            return view.symlink(text, link).await;
        }
        match self.options.follows {
            true => view.link(view.resolve(target, Follow::Yes).await?.as_bytes(), link).await,
            false => view.link(target, link).await,
        }
    }

    /// `target` as it is reached from the directory of `link`.
    async fn relative_text(&self, target: &Bytes, link: &[u8]) -> Result<Bytes, Error> {
        let view = &self.context.view;
        let base = found(canonical(view, directory_of(link), Missing::Anything, false).await)?;
        let path = found(canonical(view, target, Missing::Anything, false).await)?;
        Ok(match (path, base) {
            (Some(path), Some(base)) => relative_to(&path, &base).into(),
            _ => target.clone(),
        })
    }

    /// Removes or renames what is at `link`; answers the backup, none after a message or a refusal.
    async fn make_way(
        &mut self,
        target: &[u8],
        link: &[u8],
        source: Option<&Entry>,
        existing: &Entry,
    ) -> Option<Option<Vec<u8>>> {
        let view = &self.context.view;
        let locale = self.report.locale();
        if existing.is_directory() {
            self.report.fail(1, &[link, b": cannot overwrite directory"]).await;
            return None;
        }
        if self.made.contains(link) {
            let (link, target) = (quote_always(link, locale), quote_always(target, locale));
            self.report.fail(1, &[b"will not overwrite just-created ", &link, b" with ", &target]).await;
            return None;
        }
        let same = match self.is_same_file(target, link, source, existing).await {
            Ok(same) => same,
            Err(error) => {
                self.report.cannot("failed to access", target, &error).await;
                return None;
            }
        };
        if same {
            let (target, link) = (quote_always(target, locale), quote_always(link, locale));
            self.report.fail(1, &[&target, b" and ", &link, b" are the same file"]).await;
            return None;
        }
        if self.options.asks {
            let name = quote_always(link, locale);
            let question = [self.report.name(), b": replace ", &name, b"? "].concat();
            if !ask(self.io, &self.context.call, question).await {
                return None;
            }
        }
        let backup = match self.options.backups.path_for(self.context, link).await {
            Ok(backup) => backup,
            Err(error) => {
                self.report.cannot("cannot backup", link, &error).await;
                return None;
            }
        };
        if let Some(backup) = backup {
            return match view.rename(link, &backup).await {
                Ok(()) => Some(Some(backup)),
                Err(error) => {
                    self.report.cannot("cannot backup", link, &error).await;
                    None
                }
            };
        }
        match view.remove_file(link).await {
            Ok(()) => Some(None),
            Err(error) => {
                self.report.cannot("cannot remove", link, &error).await;
                None
            }
        }
    }

    /// Whether removing the one would remove what the link is to name.
    async fn is_same_file(
        &self,
        target: &[u8],
        link: &[u8],
        source: Option<&Entry>,
        existing: &Entry,
    ) -> Result<bool, Error> {
        let named;
        let source = match source {
            Some(source) => source,
            None => match self.context.view.probe(target, Follow::Yes).await? {
                Some(entry) => {
                    named = entry;
                    &named
                }
                None => return Ok(false),
            },
        };
        let same = source.identity.is_some() && source.identity == existing.identity;
        let one_name = existing.links.is_none_or(|links| links < 2) || target == link;
        if same && self.options.backups.are_made() {
            // A backup takes the name away that the link is made of.
            return Ok(!self.options.symbolic && self.names_itself(target, link).await?);
        }
        Ok(same && one_name)
    }

    async fn names_itself(&self, target: &[u8], link: &[u8]) -> Result<bool, Error> {
        let view = &self.context.view;
        Ok(view.resolve(target, Follow::No).await? == view.resolve(link, Follow::No).await?)
    }

    fn tell(&mut self, text: &[u8], link: &[u8], backup: Option<&[u8]>) {
        if !self.options.verbose {
            return;
        }
        let locale = self.report.locale();
        if let Some(backup) = backup {
            self.output.push(&[&quote_always(backup, locale)[..], b" ~ "].concat());
        }
        let arrow: &[u8] = if self.options.symbolic { b" -> " } else { b" => " };
        self.output
            .push(&[&quote_always(link, locale)[..], arrow, &quote_always(text, locale), b"\n"].concat());
    }

    async fn cannot(&mut self, text: &[u8], link: &[u8], error: &Error) {
        let locale = self.report.locale();
        let link = quote_always(link, locale);
        let kind: &[u8] = if self.options.symbolic { b"symbolic link " } else { b"hard link " };
        // Where the text of the link may be what is wrong, it is told.
        let tells = match self.options.symbolic {
            true => error.is(ErrorKind::NameTooLong) || text.is_empty(),
            false => !matches!(
                error.kind(),
                ErrorKind::AlreadyExists | ErrorKind::NoSpace | ErrorKind::ReadOnly | ErrorKind::NotFound
            ),
        };
        let mut message = [b"failed to create ", kind, &link].concat();
        if tells {
            let arrow: &[u8] = if self.options.symbolic { b" -> " } else { b" => " };
            message.extend_from_slice(arrow);
            message.extend_from_slice(&quote_always(text, locale));
        }
        self.report.fail(1, &[&message, b": ", error.to_string().as_bytes()]).await;
    }
}
