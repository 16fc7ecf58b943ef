//! The mode of one file, or of all below it.

use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry, Error, ErrorKind, Want};

use crate::support::{ModeChange, Output, Report, Step, Walk, WalkOptions, permissions, quote_always};

/// What is told of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Nothing,
    Changes,
    Everything,
}

/// Changes modes.
pub struct Changer<'a> {
    pub context: &'a Context,
    pub report: &'a mut Report,
    pub output: &'a Output,
    pub change: ModeChange,
    pub telling: Telling,
    pub quiet: bool,
    pub recursive: bool,
    /// Permissions that only the umask keeps are told.
    pub tells_masked: bool,
}

impl Changer<'_> {
    /// Changes an operand, and with `recursive` all that is below it.
    pub async fn change(&mut self, path: &[u8]) {
        let view = &self.context.view;
        let entry = match view.stat(path, Follow::Yes).await {
            Ok(entry) => entry,
            Err(error) => return self.missing(path, &error).await,
        };
        if !self.recursive || !entry.is_directory() {
            self.change_one(path, &entry).await;
            return;
        }
        let options = WalkOptions { want: Want::Metadata, ..WalkOptions::default() };
        let mut walk = Walk::new(view, path, entry, options);
        while let Some(step) = walk.next().await {
            match step {
                // Links below the operand are left alone.
                Step::Visit(node) if node.entry.is_symlink() => {
                    if self.telling == Telling::Everything {
                        let name = quote_always(&node.path, self.report.locale());
                        self.tell(&[b"neither symbolic link ", &name, b" nor referent has been changed\n"]);
                    }
                }
                Step::Visit(node) => {
                    if !self.change_one(&node.path, &node.entry).await {
                        walk.skip();
                    }
                }
                Step::Failed(node, error) => {
                    self.report.note(1);
                    if !self.quiet {
                        self.report.cannot("cannot read directory", &node.path, &error).await;
                    }
                }
                Step::Costly(node) => {
                    let name = quote_always(&node.path, self.report.locale());
                    self.report
                        .say(&[&name, b": not entered: it costs many requests; name it to enter it"])
                        .await;
                }
                Step::Leave(_) | Step::Loop(..) => {}
            }
        }
    }

    async fn missing(&mut self, path: &[u8], error: &Error) {
        let name = quote_always(path, self.report.locale());
        let dangling = error.is(ErrorKind::NotFound)
            && self.context.view.stat(path, Follow::No).await.is_ok_and(|entry| entry.is_symlink());
        self.report.note(1);
        if !self.quiet {
            match dangling {
                true => self.report.fail(1, &[b"cannot operate on dangling symlink ", &name]).await,
                false => self.report.cannot("cannot access", path, error).await,
            }
        }
        if self.telling == Telling::Everything {
            self.tell(&[&name, b" could not be accessed\n"]);
        }
    }

    /// Changes one entry; false when it can not even be reached.
    async fn change_one(&mut self, path: &[u8], entry: &Entry) -> bool {
        let view = &self.context.view;
        let old = entry.mode.unwrap_or(0);
        let new = self.change.apply(old, entry.is_directory(), view.umask());
        let attributes = Attributes { mode: Some(new), ..Attributes::default() };
        if let Err(error) = view.set_attributes(path, &attributes, Follow::Yes).await {
            self.report.note(1);
            if !self.quiet {
                let unreachable = error.is(ErrorKind::PermissionDenied);
                let what = if unreachable { "cannot access" } else { "changing permissions of" };
                self.report.cannot(what, path, &error).await;
            }
            if self.telling == Telling::Everything {
                let name = quote_always(path, self.report.locale());
                let modes = format!(" from {} to {}\n", shown(old), shown(new));
                self.tell(&[b"failed to change mode of ", &name, modes.as_bytes()]);
            }
            return !error.is(ErrorKind::PermissionDenied);
        }
        self.tell_change(path, old, new);
        if self.tells_masked {
            let meant = self.change.apply(old, entry.is_directory(), 0);
            if new & !meant != 0 {
                let (is, should) = (permissions(new), permissions(meant));
                self.report.fail(1, &[path, b": new permissions are ", &is, b", not ", &should]).await;
            }
        }
        true
    }

    fn tell_change(&mut self, path: &[u8], old: u32, new: u32) {
        let name = quote_always(path, self.report.locale());
        match (self.telling, old == new) {
            (Telling::Nothing, _) | (Telling::Changes, true) => {}
            (_, false) => {
                let modes = format!(" changed from {} to {}\n", shown(old), shown(new));
                self.tell(&[b"mode of ", &name, modes.as_bytes()]);
            }
            (Telling::Everything, true) => {
                let mode = format!(" retained as {}\n", shown(old));
                self.tell(&[b"mode of ", &name, mode.as_bytes()]);
            }
        }
    }

    fn tell(&mut self, parts: &[&[u8]]) {
        parts.iter().for_each(|part| self.output.push(part));
    }
}

/// `0644 (rw-r--r--)`
fn shown(mode: u32) -> String {
    format!("{mode:04o} ({})", String::from_utf8_lossy(&permissions(mode)))
}
