//! Which inputs are searched, and what is told of each.

use bytes::Bytes;
use mirage_pattern::lines::LineSearcher;
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, ErrorKind, Kind, OpenOptions, Result, Want};

use super::include::{leaves_out_directories, leaves_out_directory, leaves_out_file};
use super::print::Printer;
use super::search::{Outcome, Problem, Search};
use super::settings::{BinaryFiles, Directories, List, Settings};
use crate::support::{Report, Step, Walk, WalkOptions};

/// A run over all its inputs.
pub struct Files<'a> {
    pub settings: &'a Settings,
    pub searcher: &'a LineSearcher,
    pub context: &'a Context,
    pub io: &'a Io,
    pub report: Report,
    pub printer: Printer<'a>,
    /// Whether a line was selected anywhere.
    pub selected: bool,
    /// Whether lines were printed, so that a separator is due before the next group.
    pub any_printed: bool,
}

impl<'a> Files<'a> {
    /// Searches the operands in order; without any, standard input or the working directory.
    pub async fn search_all(&mut self, operands: &[Bytes]) -> Result<()> {
        if self.settings.max_count == Some(0) {
            return Ok(());
        }
        if operands.is_empty() {
            return match self.settings.directories {
                Directories::Recurse => self.walk(b".", b"").await,
                _ => self.stdin().await,
            };
        }
        for operand in operands {
            if self.is_settled() {
                break;
            }
            match &operand[..] {
                b"-" => self.stdin().await?,
                name => self.operand(name).await?,
            }
        }
        Ok(())
    }

    /// Whether nothing more is to be found out: with `-q`, once a line was selected.
    fn is_settled(&self) -> bool {
        self.settings.quiet && self.selected
    }

    async fn stdin(&mut self) -> Result<()> {
        let label = self.settings.label.clone();
        self.search(&label, self.io.stdin.clone(), None).await
    }

    async fn operand(&mut self, name: &[u8]) -> Result<()> {
        if self.settings.directories == Directories::Recurse {
            match self.context.view.probe(name, Follow::Yes).await {
                Ok(Some(entry)) if entry.is_directory() => {
                    if leaves_out_directory(&self.settings.rules, name, true) {
                        return Ok(());
                    }
                    return self.walk_from(name, name, entry).await;
                }
                Ok(_) => {}
                Err(error) => {
                    self.complain(name, &error).await;
                    return Ok(());
                }
            }
        }
        let rules = &self.settings.rules;
        let (as_file, as_directory) =
            (leaves_out_file(rules, name, true), leaves_out_directory(rules, name, true));
        if as_file || as_directory {
            // What is not there is told, whatever its name.
            match self.context.view.stat(name, Follow::Yes).await {
                Ok(entry) if entry.is_directory() && as_directory => return Ok(()),
                Ok(entry) if !entry.is_directory() && as_file => return Ok(()),
                Ok(_) => {}
                Err(error) => {
                    self.complain(name, &error).await;
                    return Ok(());
                }
            }
        }
        self.file(name, name).await
    }

    async fn walk(&mut self, start: &[u8], shown: &[u8]) -> Result<()> {
        match self.context.view.stat(start, Follow::Yes).await {
            Ok(entry) => self.walk_from(start, shown, entry).await,
            Err(error) => {
                self.complain(start, &error).await;
                Ok(())
            }
        }
    }

    /// Searches every file below `start`, which is shown as `shown`.
    async fn walk_from(&mut self, start: &[u8], shown: &[u8], entry: Entry) -> Result<()> {
        let options = WalkOptions {
            want: Want::Kinds,
            follow: self.settings.follow,
            whole: !leaves_out_directories(&self.settings.rules),
            ..WalkOptions::default()
        };
        self.printer.names = self.settings.with_filename.unwrap_or(true);
        let view = self.context.view.clone();
        let (rules, follow) = (&self.settings.rules, self.settings.follow);
        let mut walk = Walk::new(&view, start, entry, options)
            .opening(|entry| is_searched(entry.kind, follow) && !leaves_out_file(rules, &entry.name, false));
        while let Some(step) = walk.next().await {
            if self.is_settled() {
                break;
            }
            match step {
                Step::Visit(node) if node.entry.is_directory() => {
                    let name = &node.entry.name;
                    if node.depth > 0 && leaves_out_directory(&self.settings.rules, name, false) {
                        walk.skip();
                    }
                }
                Step::Visit(node) => {
                    if is_searched(node.entry.kind, follow)
                        && !leaves_out_file(&self.settings.rules, &node.entry.name, false)
                    {
                        let shown = shown_path(&node.path, start, shown);
                        self.file(&node.path, shown).await?;
                    }
                }
                Step::Leave(_) => {}
                Step::Failed(node, error) => {
                    let shown = shown_path(&node.path, start, shown).to_vec();
                    self.complain(&shown, &error).await;
                }
                Step::Costly(node) => {
                    let name = shown_path(&node.path, start, shown);
                    let why = b": not searched: it costs many requests; name it to search it";
                    self.report.say(&[name, why]).await;
                }
                Step::Loop(node, _) => {
                    let name = shown_path(&node.path, start, shown);
                    self.report.say(&[name, b": warning: recursive directory loop"]).await;
                }
            }
        }
        Ok(())
    }

    async fn file(&mut self, path: &[u8], shown: &[u8]) -> Result<()> {
        if self.context.view.reads_ahead() && !self.settings.quiet {
            self.printer.offer().await?;
        }
        let opened = self.context.open(self.io, path, &OpenOptions::reading()).await;
        match opened {
            Ok(input) => {
                let size = match (self.settings.initial_tab, input.as_file()) {
                    (true, Some(file)) => {
                        file.file().stat(&self.context.call).await.ok().and_then(|entry| entry.size.exact())
                    }
                    _ => None,
                };
                self.search(shown, input, size).await
            }
            Err(error) => self.unreadable(shown, &error).await,
        }
    }

    async fn unreadable(&mut self, name: &[u8], error: &mirage_vfs::Error) -> Result<()> {
        let is_directory = error.is(ErrorKind::IsADirectory);
        if is_directory && self.settings.directories != Directories::Read {
            return Ok(());
        }
        self.complain(name, error).await;
        if is_directory {
            // It was opened like a file, and no line of it was selected.
            self.sum_up(name, 0);
        }
        self.printer.settle().await
    }

    /// Tells the name or the number that is asked for instead of lines.
    fn sum_up(&mut self, name: &[u8], selected: u64) {
        if self.settings.quiet {
            return;
        }
        let listed = match self.settings.list {
            List::No => None,
            List::With => Some(selected > 0),
            List::Without => Some(selected == 0),
        };
        match listed {
            None if self.settings.count => self.printer.summary(name, Some(selected)),
            Some(true) => self.printer.summary(name, None),
            _ => {}
        }
    }

    async fn complain(&mut self, name: &[u8], error: &mirage_vfs::Error) {
        match self.settings.messages {
            true => self.report.fail(2, &[name, b": ", error.to_string().as_bytes()]).await,
            false => self.report.note(2),
        }
    }

    /// Whether the file would grow by what is printed, so that its end is never reached.
    async fn is_output(&self, input: &Descriptor) -> Result<bool> {
        let (Some(from), Some(to)) = (input.as_file(), self.io.stdout.as_file()) else { return Ok(false) };
        if self.settings.stops_at_first() || self.settings.max_count == Some(1) {
            return Ok(false);
        }
        let call = &self.context.call;
        let (one, two) = (from.file().stat(call).await?, to.file().stat(call).await?);
        let at_end = one.size.exact().is_some_and(|size| input.offset().is_some_and(|offset| offset >= size));
        Ok(one.identity.is_some() && one.identity == two.identity && !at_end)
    }

    /// Searches one input and tells what is asked for.
    async fn search(&mut self, name: &[u8], input: Descriptor, size: Option<u64>) -> Result<()> {
        let settings = self.settings;
        match self.is_output(&input).await {
            Ok(false) => {}
            Ok(true) => {
                self.report.fail(2, &[name, b": input file is also the output"]).await;
                return Ok(());
            }
            Err(error) => {
                self.complain(name, &error).await;
                return Ok(());
            }
        }
        self.printer.number_width = number_width(settings, size);
        let search = Search::new(settings, self.searcher, self.context, &mut self.printer, name);
        let (outcome, any_printed) = search.continues(self.any_printed).run(input).await?;
        self.any_printed = any_printed;
        let Outcome { selected, binary, problem } = outcome;
        self.selected |= selected > 0;
        if let Some(problem) = problem {
            self.printer.flush().await?;
            match problem {
                Problem::Match(error) => {
                    self.report.fail(2, &[name, b": ", error.to_string().as_bytes()]).await;
                }
                Problem::Read(error) => self.unreadable(name, &error).await?,
            }
            return Ok(());
        }
        self.sum_up(name, selected);
        if binary && settings.binary != BinaryFiles::WithoutMatch {
            self.printer.flush().await?;
            self.report.say(&[name, b": binary file matches"]).await;
        }
        self.printer.settle().await
    }
}

/// Whether a walk looks into what it meets.
fn is_searched(kind: Kind, follow: bool) -> bool {
    match kind {
        Kind::File => true,
        // A link that leads nowhere is told of when links are followed.
        Kind::Symlink => follow,
        Kind::Directory | Kind::Special(_) => false,
    }
}

/// The path as it is shown: below the working directory, when that is the start by default, without `./`.
fn shown_path<'p>(path: &'p [u8], start: &[u8], shown: &[u8]) -> &'p [u8] {
    match shown.is_empty() {
        true => path.strip_prefix(start).and_then(|rest| rest.strip_prefix(b"/")).unwrap_or(path),
        false => path,
    }
}

/// The width that `-T` gives numbers: that of the largest the file may need.
fn number_width(settings: &Settings, size: Option<u64>) -> usize {
    if !settings.initial_tab {
        return 0;
    }
    let largest = size.map_or(u64::MAX, |size| size.saturating_add(u64::from(settings.line_number)));
    largest.to_string().len()
}
