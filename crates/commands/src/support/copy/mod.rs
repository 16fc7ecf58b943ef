//! Copying files and whole directories: `cp`, `install`, and `mv` between mounts.

mod data;
mod node;
mod options;
mod overwrite;

use std::collections::{HashMap, HashSet};

use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Attributes, Entry, Want};

use super::{Output, Report, Step, Walk, WalkOptions, join, quote_always};
use node::Copied;
pub use options::{CopyOptions, Existing, Following, Manner, Preserve};
pub use overwrite::{Overwrite, may_overwrite};

/// Copies one source after another.
pub struct Copier<'a> {
    context: &'a Context,
    io: &'a Io,
    report: &'a mut Report,
    output: &'a Output,
    options: &'a CopyOptions,
    /// The tree where no umask applies.
    unmasked: View,
    /// Where files with several names were copied to, by identity.
    linked: HashMap<(u64, u64), Vec<u8>, foldhash::fast::FixedState>,
    /// The directories that were made: one of them met as a source is a directory copied into itself.
    made: HashSet<(u64, u64), foldhash::fast::FixedState>,
    /// The files that were written for operands: none of them is replaced by a later one.
    written: HashSet<(u64, u64), foldhash::fast::FixedState>,
    /// The operand that is being copied, and where it goes, for messages.
    top: (Vec<u8>, Vec<u8>),
}

/// A directory being copied.
struct Level {
    to: Vec<u8>,
    /// It did not exist before, so nothing in it does.
    new: bool,
    /// What it gets once it is full.
    attributes: Attributes,
}

impl<'a> Copier<'a> {
    /// A copier that reports to `report`, and with `verbose` tells what it did on `output`.
    pub fn new(
        context: &'a Context,
        io: &'a Io,
        report: &'a mut Report,
        output: &'a Output,
        options: &'a CopyOptions,
    ) -> Self {
        let view = &context.view;
        let unmasked = View::new(view.tree().clone(), view.call().clone(), view.directory().clone(), 0);
        Copier {
            context,
            io,
            report,
            output,
            options,
            unmasked,
            linked: HashMap::default(),
            made: HashSet::default(),
            written: HashSet::default(),
            top: (Vec::new(), Vec::new()),
        }
    }

    /// The messages of the call that copies.
    pub fn report(&mut self) -> &mut Report {
        self.report
    }

    /// The lines of `--verbose`.
    pub fn output(&mut self) -> &Output {
        self.output
    }

    /// Copies an operand to `to`; answers whether all of it was copied.
    pub async fn copy(&mut self, from: &[u8], to: &[u8]) -> bool {
        let follow = match self.options.following {
            Following::Never => Follow::No,
            Following::Operands | Following::Always => Follow::Yes,
        };
        let entry = match self.context.view.stat(from, follow).await {
            Ok(entry) => entry,
            Err(error) => {
                self.report.cannot("cannot stat", from, &error).await;
                return false;
            }
        };
        if entry.is_directory() && !self.options.recursive {
            let name = quote_always(from, self.report.locale());
            let start: &[u8] = if self.options.is_install {
                b"omitting directory "
            } else {
                b"-r not specified; omitting directory "
            };
            self.report.fail(1, &[start, &name]).await;
            return false;
        }
        self.top = (from.to_vec(), to.to_vec());
        self.copy_tree(from, entry, to).await
    }

    async fn copy_tree(&mut self, from: &[u8], entry: Entry, to: &[u8]) -> bool {
        let options = WalkOptions {
            want: Want::Metadata,
            follow: self.options.following == Following::Always,
            leave: true,
            whole: true,
            same_mount: self.options.same_mount,
        };
        let mut walk = Walk::new(&self.context.view, from, entry, options).opening(Entry::is_file);
        let mut levels: Vec<Level> = Vec::new();
        let mut all = true;
        while let Some(step) = walk.next().await {
            match step {
                Step::Visit(node) => {
                    levels.truncate(node.depth);
                    let (target, inside_new) = match levels.last() {
                        Some(level) => (join(&level.to, &node.entry.name), level.new),
                        None => (to.to_vec(), false),
                    };
                    match self.copy_node(&node, &target, inside_new).await {
                        Copied::Entered(level) => levels.push(level),
                        Copied::IntoItself => {
                            for level in levels.iter().rev() {
                                self.finish_directory(level).await;
                            }
                            return false;
                        }
                        copied => {
                            all &= matches!(copied, Copied::Done);
                            walk.skip();
                        }
                    }
                }
                Step::Leave(_) => {
                    if let Some(level) = levels.pop() {
                        all &= self.finish_directory(&level).await;
                    }
                }
                Step::Failed(node, error) => {
                    self.report.cannot("cannot access", &node.path, &error).await;
                    all = false;
                }
                Step::Loop(node, _) => {
                    let name = quote_always(&node.path, self.report.locale());
                    self.report.fail(1, &[b"cannot copy cyclic symbolic link ", &name]).await;
                    all = false;
                }
                Step::Costly(node) => {
                    let name = quote_always(&node.path, self.report.locale());
                    self.report
                        .say(&[&name, b": not copied: it costs many requests; name it to copy it"])
                        .await;
                }
            }
        }
        all
    }

    async fn finish_directory(&mut self, level: &Level) -> bool {
        if level.attributes == Attributes::default() {
            return true;
        }
        match self.context.view.set_attributes(&level.to, &level.attributes, Follow::Yes).await {
            Ok(()) => true,
            Err(error) => {
                self.report.cannot("preserving permissions for", &level.to, &error).await;
                false
            }
        }
    }

    fn tell(&mut self, from: &[u8], to: &[u8], backup: Option<&[u8]>) {
        if !self.options.verbose {
            return;
        }
        let locale = self.report.locale();
        let start: &[u8] = if self.options.is_move { b"copied " } else { b"" };
        let parts = [start, &quote_always(from, locale), b" -> ", &quote_always(to, locale)].concat();
        self.output.push(&parts);
        if let Some(backup) = backup {
            self.output.push(&[b" (backup: ", &quote_always(backup, locale)[..], b")"].concat());
        }
        self.output.push(b"\n");
    }

    fn tell_removed(&mut self, path: &[u8]) {
        if self.options.verbose {
            let path = quote_always(path, self.report.locale());
            self.output.push(&[b"removed ", &path[..], b"\n"].concat());
        }
    }
}
