//! Counting what a tree takes.

use std::collections::HashSet;

use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, Result, Time, Want};

use super::options::{Following, Options};
use crate::support::date::{LocalTime, Zone, format};
use crate::support::{Node, Output, Report, Step, Walk, WalkOptions, file_size, quote_always};

/// What something takes.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    bytes: u64,
    inodes: u64,
    /// The latest time.
    time: Option<Time>,
}

impl Usage {
    fn add(&mut self, other: &Usage) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.inodes += other.inodes;
        self.time = self.time.max(other.time);
    }
}

/// A directory that is being counted.
#[derive(Default)]
struct Level {
    /// With everything below.
    all: Usage,
    /// Without what is in its subdirectories.
    own: Usage,
}

/// Counts operands and prints what they take.
pub struct Counter<'a> {
    context: &'a Context,
    options: &'a Options,
    report: &'a mut Report,
    output: &'a Output,
    zone: Zone,
    /// What was counted and may be met again.
    seen: HashSet<(u64, u64), foldhash::fast::FixedState>,
    /// Directories may be met again too: there are several operands, or links are followed.
    remembers_all: bool,
    total: Usage,
}

impl<'a> Counter<'a> {
    pub fn new(
        context: &'a Context,
        options: &'a Options,
        report: &'a mut Report,
        output: &'a Output,
        many: bool,
    ) -> Self {
        Counter {
            context,
            options,
            report,
            output,
            zone: Zone::of(&context.environment),
            seen: HashSet::default(),
            remembers_all: many || options.following == Following::Always,
            total: Usage::default(),
        }
    }

    /// Counts an operand. An error is one of writing.
    pub async fn count(&mut self, path: &[u8]) -> Result<()> {
        let view = &self.context.view;
        if path.is_empty() {
            self.report.fail(1, &[b"invalid zero-length file name"]).await;
            return Ok(());
        }
        let follow = if self.options.following == Following::Never { Follow::No } else { Follow::Yes };
        let entry = match view.stat(path, follow).await {
            Ok(entry) => entry,
            Err(_) if follow == Follow::Yes && self.is_link(path).await => {
                let name = quote_always(path, self.report.locale());
                self.report.fail(1, &[b"cannot access ", &name]).await;
                return Ok(());
            }
            Err(error) => {
                self.report.cannot("cannot access", path, &error).await;
                return Ok(());
            }
        };
        if self.options.excludes(path) {
            return Ok(());
        }
        let options = WalkOptions {
            want: Want::Metadata,
            follow: self.options.following == Following::Always,
            leave: true,
            whole: !self.options.excludes_any(),
            same_mount: self.options.same_mount,
        };
        let mut walk = Walk::new(view, path, entry, options);
        let mut levels: Vec<Level> = Vec::new();
        while let Some(step) = walk.next().await {
            match step {
                Step::Visit(node) if self.options.excludes(&node.path) && node.depth > 0 => walk.skip(),
                Step::Visit(node) if self.was_counted(&node.entry) => walk.skip(),
                Step::Visit(node) if node.entry.is_directory() => levels.push(Level::default()),
                Step::Visit(node) => {
                    let usage = self.usage(&node).await;
                    if let Some(level) = levels.last_mut() {
                        level.all.add(&usage);
                        level.own.add(&usage);
                    }
                    if node.depth == 0 {
                        self.total.add(&usage);
                    }
                    if node.depth == 0 || self.options.all && node.depth <= self.options.most_depth {
                        self.print(&usage, &node.path);
                    }
                }
                Step::Leave(node) => {
                    let mut level = levels.pop().unwrap_or_default();
                    let itself = self.usage(&node).await;
                    level.all.add(&itself);
                    level.own.add(&itself);
                    if let Some(above) = levels.last_mut() {
                        above.all.add(&level.all);
                    }
                    if node.depth == 0 {
                        self.total.add(&level.all);
                    }
                    if node.depth <= self.options.most_depth {
                        let shown = if self.options.separate { level.own } else { level.all };
                        self.print(&shown, &node.path);
                    }
                }
                Step::Failed(node, error) => self.cannot_read(&node.path, &error).await,
                Step::Costly(node) => {
                    let name = quote_always(&node.path, self.report.locale());
                    self.report
                        .say(&[&name, b": not counted: it costs many requests; name it to count it"])
                        .await;
                }
                Step::Loop(..) => {}
            }
            self.output.settle(&self.context.call).await?;
        }
        Ok(())
    }

    async fn is_link(&self, path: &[u8]) -> bool {
        self.context.view.stat(path, Follow::No).await.is_ok_and(|entry| entry.is_symlink())
    }

    async fn cannot_read(&mut self, path: &[u8], error: &Error) {
        self.report.cannot("cannot read directory", path, error).await;
    }

    /// Whether it was counted before under another name.
    fn was_counted(&mut self, entry: &Entry) -> bool {
        let may_return =
            self.remembers_all || !entry.is_directory() && entry.links.is_some_and(|links| links > 1);
        match entry.identity {
            Some(identity) if may_return && !self.options.count_links => !self.seen.insert(identity),
            _ => false,
        }
    }

    async fn usage(&mut self, node: &Node) -> Usage {
        let entry = &node.entry;
        let time = self.options.clock.and_then(|clock| clock.of(entry));
        let allocated = entry.allocated.filter(|_| !self.options.apparent);
        let bytes = match allocated {
            Some(bytes) => bytes,
            None if entry.is_file() => match file_size(&self.context.view, &node.path, entry).await {
                Ok(size) => size,
                Err(error) => {
                    self.report.cannot("cannot access", &node.path, &error).await;
                    0
                }
            },
            None => entry.size.exact().unwrap_or(0),
        };
        Usage { bytes, inodes: 1, time }
    }

    fn print(&mut self, usage: &Usage, path: &[u8]) {
        let amount = if self.options.inodes { usage.inodes } else { usage.bytes };
        let threshold = self.options.threshold;
        let amount_signed = i128::from(amount);
        if threshold > 0 && amount_signed < threshold || threshold < 0 && amount_signed > -threshold {
            return;
        }
        self.output.push(self.options.block_size.show(amount).as_bytes());
        self.output.push_byte(b'\t');
        if self.options.clock.is_some() {
            let time = usage.time.unwrap_or_default();
            let shown = format(&LocalTime::new(time, &self.zone), &self.options.time_format);
            self.output.push(&shown);
            self.output.push_byte(b'\t');
        }
        self.output.push(path);
        self.output.push_byte(self.options.end);
    }

    /// The line of `--total`.
    pub fn print_total(&mut self) {
        let total = self.total;
        self.print(&total, b"total");
    }
}
