//! The owner of one file, or of all below it.

use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry, Error, ErrorKind, Owner, Want};

use super::owner::Wanted;
use crate::support::{Accounts, Output, Report, Step, Walk, WalkOptions, quote_always};

/// What is told of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Nothing,
    Changes,
    Everything,
}

/// Which links to directories a recursive change goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    Never,
    Operands,
    Always,
}

/// Changes owners.
pub struct Changer<'a> {
    pub context: &'a Context,
    pub accounts: Accounts,
    pub report: &'a mut Report,
    pub output: &'a Output,
    pub wanted: Wanted,
    /// Only files of these are changed.
    pub from: Wanted,
    pub telling: Telling,
    pub quiet: bool,
    pub recursive: bool,
    pub walking: Following,
    /// Whether a link or what it leads to is changed.
    pub follow: Follow,
    /// The command is `chgrp`.
    pub group: bool,
}

impl Changer<'_> {
    /// Changes an operand, and with `recursive` all that is below it.
    pub async fn change(&mut self, path: &[u8]) {
        let view = &self.context.view;
        let itself = match view.stat(path, Follow::No).await {
            Ok(entry) => entry,
            Err(error) => {
                self.complain("cannot access", path, &error).await;
                return self.tell_untouched(path);
            }
        };
        let through_link = itself.is_symlink() && self.recursive && self.walking != Following::Never;
        let entry = match itself.is_symlink() && (self.follow == Follow::Yes || through_link) {
            false => itself,
            true => match view.stat(path, Follow::Yes).await {
                Ok(entry) => entry,
                Err(error) => return self.complain("cannot dereference", path, &error).await,
            },
        };
        if !self.recursive || !entry.is_directory() {
            return self.change_one(path, &entry).await;
        }
        let options = WalkOptions {
            want: Want::Metadata,
            follow: self.walking == Following::Always,
            leave: true,
            ..WalkOptions::default()
        };
        let mut walk = Walk::new(view, path, entry, options);
        while let Some(step) = walk.next().await {
            match step {
                Step::Visit(node) if node.entry.is_directory() => {}
                Step::Visit(node) | Step::Leave(node) => self.change_one(&node.path, &node.entry).await,
                Step::Failed(node, error) => self.complain("cannot read directory", &node.path, &error).await,
                Step::Costly(node) => {
                    let name = quote_always(&node.path, self.report.locale());
                    self.report
                        .say(&[&name, b": not entered: it costs many requests; name it to enter it"])
                        .await;
                }
                Step::Loop(..) => {}
            }
        }
    }

    async fn complain(&mut self, what: &str, path: &[u8], error: &Error) {
        self.report.note(1);
        if !self.quiet {
            self.report.cannot(what, path, error).await;
        }
    }

    async fn change_one(&mut self, path: &[u8], entry: &Entry) {
        let Some(owner) = entry.owner else {
            let error = Error::unsupported("set_attributes");
            return self.complain(self.doing(), path, &error).await;
        };
        let matches = self.from.user.is_none_or(|user| user == owner.user)
            && self.from.group.is_none_or(|group| group == owner.group);
        if !matches {
            return self.tell_kept(path, owner);
        }
        let new = Owner {
            user: self.wanted.user.unwrap_or(owner.user),
            group: self.wanted.group.unwrap_or(owner.group),
        };
        // Asking for what already is so is always allowed.
        if new != owner {
            let attributes = Attributes { owner: Some(new), ..Attributes::default() };
            let set = self.context.view.set_attributes(path, &attributes, self.follow).await;
            if let Err(error) = set {
                let error = match error.kind() {
                    ErrorKind::PermissionDenied => Error::new(ErrorKind::NotPermitted, "set_attributes"),
                    _ => error,
                };
                self.complain(self.doing(), path, &error).await;
                return self.tell_failed(path, owner);
            }
        }
        match new == owner {
            true => self.tell_kept(path, owner),
            false => self.tell_changed(path, owner),
        }
    }

    fn doing(&self) -> &'static str {
        if self.group { "changing group of" } else { "changing ownership of" }
    }

    fn what(&self) -> &'static str {
        if self.group { "group" } else { "ownership" }
    }

    /// `user`, `user:group`, by what was asked for.
    fn shown(&self, owner: Owner, wanted: bool) -> String {
        let user = if wanted { self.wanted.user.unwrap_or(owner.user) } else { owner.user };
        let group = if wanted { self.wanted.group.unwrap_or(owner.group) } else { owner.group };
        let (user, group) = (self.accounts.name_or_number(user), self.accounts.name_or_number(group));
        match (self.group, self.wanted.group.is_some()) {
            (true, _) => group,
            (false, true) => format!("{user}:{group}"),
            (false, false) => user,
        }
    }

    fn tell_kept(&mut self, path: &[u8], owner: Owner) {
        if self.telling == Telling::Everything {
            let rest = format!(" retained as {}\n", self.shown(owner, false));
            self.tell(path, "", &rest);
        }
    }

    fn tell_changed(&mut self, path: &[u8], owner: Owner) {
        if self.telling != Telling::Nothing {
            let rest = format!(" from {} to {}\n", self.shown(owner, false), self.shown(owner, true));
            self.tell(path, "changed ", &rest);
        }
    }

    fn tell_failed(&mut self, path: &[u8], owner: Owner) {
        if self.telling == Telling::Everything {
            let rest = format!(" from {} to {}\n", self.shown(owner, false), self.shown(owner, true));
            self.tell(path, "failed to change ", &rest);
        }
    }

    /// Tells of what could not even be looked at.
    fn tell_untouched(&mut self, path: &[u8]) {
        if self.telling != Telling::Everything {
            return;
        }
        let name = |number: Option<u32>| number.map(|number| self.accounts.name_or_number(number));
        let (user, group) = (name(self.wanted.user), name(self.wanted.group));
        let shown = match (self.group, user, group) {
            (false, Some(user), Some(group)) => format!("{user}:{group}"),
            (false, Some(user), None) => user,
            (false, None, Some(group)) => format!(":{group}"),
            (_, _, group) => group.unwrap_or_default(),
        };
        self.tell(path, "failed to change ", &format!(" to {shown}\n"));
    }

    fn tell(&mut self, path: &[u8], before: &str, after: &str) {
        let name = quote_always(path, self.report.locale());
        let start = format!("{before}{} of ", self.what());
        [start.as_bytes(), &name, after.as_bytes()].into_iter().for_each(|part| self.output.push(part));
    }
}
