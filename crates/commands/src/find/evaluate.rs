//! Evaluation of an expression for one entry.

use std::rc::Rc;

use mirage_shell::command::{Context, Locale};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, ErrorKind, Kind, Result, Size, Time, Want, found};

use super::execute::Execution;
use super::expression::{Action, Permissions, Predicate, Program, Test, kind_letter};
use super::list::Lines;
use super::output::Outputs;
use super::printf::Printf;
use super::settings::Following;
use crate::support::date::Zone;
use crate::support::{Accounts, Node, Report, file_size, last_component, quote};

/// An entry that is evaluated.
pub struct Subject<'a> {
    pub node: Node,
    /// The starting point it was found from.
    pub start: &'a [u8],
    /// The metadata could not be had; it is not asked for again.
    pub failed: bool,
}

/// What comes after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Continue,
    /// A directory is not entered.
    Prune,
    /// The walk ends.
    Quit,
}

/// Evaluates a program, entry after entry.
pub struct Evaluator<'a> {
    pub context: &'a Context,
    pub io: &'a Io,
    pub program: Rc<Program>,
    pub following: Following,
    pub outputs: Outputs,
    pub executions: Vec<Execution>,
    pub report: Report,
    pub accounts: Accounts,
    pub zone: Zone,
    pub now: Time,
    pub lines: Lines,
}

impl Evaluator<'_> {
    /// Evaluates the program for one entry. An error is one of writing.
    pub async fn evaluate(&mut self, subject: &mut Subject<'_>) -> Result<Next> {
        let mut next = Next::Continue;
        let program = Rc::clone(&self.program);
        let mut at = program.start;
        while let Some(instruction) = program.instructions.get(at) {
            let holds = match &instruction.predicate {
                Predicate::Test(test) => self.test(test, subject).await,
                Predicate::Action(Action::Quit) => return Ok(Next::Quit),
                Predicate::Action(Action::Prune) => {
                    next = Next::Prune;
                    true
                }
                Predicate::Action(action) => self.act(action, subject).await?,
            };
            at = if holds { instruction.if_true } else { instruction.if_false };
        }
        Ok(next)
    }

    fn locale(&self) -> Locale {
        self.context.locale()
    }

    /// Makes the entry complete. False after a message when that is not possible.
    pub async fn complete(&mut self, subject: &mut Subject<'_>) -> bool {
        if subject.node.complete || subject.failed {
            return !subject.failed;
        }
        let follow = if self.following == Following::Always { Follow::Yes } else { Follow::No };
        let mut found = self.context.view.stat(&subject.node.path, follow).await;
        if found.is_err() && follow == Follow::Yes {
            found = self.context.view.stat(&subject.node.path, Follow::No).await;
        }
        match found {
            Ok(entry) => {
                let node = &mut subject.node;
                node.entry = Entry { name: node.entry.name.clone(), descent: node.entry.descent, ..entry };
                node.complete = true;
                true
            }
            Err(error) => {
                subject.failed = true;
                self.complain(&subject.node.path, &error).await;
                false
            }
        }
    }

    /// `find: ‘path’: ERROR`, and the status is 1.
    pub async fn complain(&mut self, path: &[u8], error: &Error) {
        let path = quote(path, self.locale());
        self.report.fail(1, &[&path, b": ", error.to_string().as_bytes()]).await;
    }

    /// What was found out of the entry; none after a message.
    async fn told<T>(&mut self, subject: &Subject<'_>, found: Result<T>) -> Option<T> {
        match found {
            Ok(found) => Some(found),
            Err(error) => {
                self.complain(&subject.node.path, &error).await;
                None
            }
        }
    }

    async fn test(&mut self, test: &Test, subject: &mut Subject<'_>) -> bool {
        match test {
            Test::True => true,
            Test::False => false,
            Test::Name(glob) => glob.is_match(last_component(&subject.node.path)),
            Test::Path(glob) => glob.is_match(&subject.node.path),
            Test::Regex(regex) => match regex.find_at(&subject.node.path, 0) {
                Ok(found) => found == Some(0..subject.node.path.len()),
                Err(error) => {
                    self.report.fail(1, &[error.to_string().as_bytes()]).await;
                    false
                }
            },
            Test::Kinds(kinds) => kinds.contains(&kind_letter(subject.node.entry.kind)),
            Test::OtherKinds(kinds) => {
                let letter = self.other_kind(subject).await;
                kinds.contains(&letter)
            }
            Test::Empty => self.is_empty(subject).await,
            Test::LinkName(glob) => match self.link_target(subject).await {
                Some(target) => glob.is_match(&target),
                None => false,
            },
            Test::Access(access) => {
                let allowed = self.context.view.allows(&subject.node.path, *access).await;
                self.told(subject, allowed).await.unwrap_or(false)
            }
            Test::FileSystem(kind) => self.file_system(subject).await.is_some_and(|own| own == *kind),
            Test::Size { unit, size } => {
                self.size(subject).await.is_some_and(|bytes| size.holds(bytes.div_ceil(*unit)))
            }
            Test::Age { clock, .. } | Test::NewerThan(clock, _)
                if clock.of(&subject.node.entry).is_some() =>
            {
                metadata_holds(test, subject, &self.accounts)
            }
            test => self.complete(subject).await && metadata_holds(test, subject, &self.accounts),
        }
    }

    /// How many bytes the entry holds; a service that does not tell is asked for them all.
    async fn size(&mut self, subject: &mut Subject<'_>) -> Option<u64> {
        let told =
            |subject: &Subject<'_>| subject.node.entry.size.exact().filter(|_| subject.node.entry.is_file());
        if let Some(size) = told(subject) {
            return Some(size);
        }
        if !self.complete(subject).await {
            return None;
        }
        if !subject.node.entry.is_file() {
            return subject.node.entry.size.exact();
        }
        match file_size(&self.context.view, &subject.node.path, &subject.node.entry).await {
            Ok(size) => {
                subject.node.entry.size = Size::Exact(size);
                Some(size)
            }
            Err(error) => {
                self.complain(&subject.node.path.clone(), &error).await;
                None
            }
        }
    }

    /// The kind of what the link leads to; when links are followed, of the link itself.
    pub async fn other_kind(&mut self, subject: &Subject<'_>) -> u8 {
        let follow = match self.following {
            Following::Always => Follow::No,
            Following::Operands if subject.node.depth == 0 => Follow::No,
            _ => Follow::Yes,
        };
        match self.context.view.stat(&subject.node.path, follow).await {
            Ok(entry) => kind_letter(entry.kind),
            Err(error)
                if follow == Follow::Yes
                    && (error.is(ErrorKind::NotFound) || error.is(ErrorKind::NotADirectory)) =>
            {
                b'l'
            }
            Err(error) if error.is(ErrorKind::TooManyLinks) => b'l',
            Err(error) => {
                if !error.kind().is_absence() {
                    self.complain(&subject.node.path, &error).await;
                }
                b'?'
            }
        }
    }

    /// The text of a link.
    pub async fn link_target(&mut self, subject: &Subject<'_>) -> Option<Vec<u8>> {
        let entry = &subject.node.entry;
        if !entry.is_symlink() {
            return None;
        }
        match &entry.target {
            Some(target) => Some(target.to_vec()),
            None => {
                let target = self.context.view.read_link(&subject.node.path).await;
                self.told(subject, target).await.map(Vec::from)
            }
        }
    }

    /// The kind of the resource that holds the entry.
    pub async fn file_system(&mut self, subject: &Subject<'_>) -> Option<Vec<u8>> {
        let mount = found(self.context.view.mount_of(&subject.node.path).await);
        let mount = self.told(subject, mount).await??;
        Some(mount.resource.info().kind.as_bytes().to_vec())
    }

    async fn is_empty(&mut self, subject: &mut Subject<'_>) -> bool {
        match subject.node.entry.kind {
            Kind::File => self.size(subject).await == Some(0),
            Kind::Directory => match self.has_entries(&subject.node.path).await {
                Ok(has_entries) => !has_entries,
                Err(error) => {
                    self.complain(&subject.node.path.clone(), &error).await;
                    false
                }
            },
            _ => false,
        }
    }

    async fn has_entries(&self, path: &[u8]) -> Result<bool> {
        let mut listing = self.context.view.list(path, Want::Kinds).await?;
        while let Some(page) = listing.next_page().await {
            if !page?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn act(&mut self, action: &Action, subject: &mut Subject<'_>) -> Result<bool> {
        match action {
            Action::Print { output, end } => {
                let writer = self.outputs.get(*output);
                writer.push(&subject.node.path);
                writer.push_byte(*end);
            }
            Action::Printf { output, format } => {
                if format.needs_metadata() && !self.complete(subject).await {
                    return Ok(false);
                }
                let printed = Printf::new(self, subject).print(format).await;
                let writer = self.outputs.get(*output);
                writer.push(&printed.text);
                if printed.stopped {
                    self.outputs.flush(&self.context.call).await?;
                }
            }
            Action::List { output } => {
                if !self.complete(subject).await {
                    return Ok(false);
                }
                let target = self.link_target(subject).await;
                let line = self.lines.line(
                    &subject.node,
                    target.as_deref(),
                    &self.accounts,
                    &self.zone,
                    self.now,
                    self.context,
                );
                self.outputs.get(*output).push(&line);
            }
            Action::Delete => return Ok(self.delete(subject).await),
            Action::Execute(index) => {
                self.outputs.flush(&self.context.call).await?;
                let (context, io) = (self.context, self.io);
                let Some(execution) = self.executions.get_mut(*index) else { return Ok(false) };
                return Ok(execution.run(&subject.node.path, context, io, &mut self.report).await);
            }
            Action::Prune | Action::Quit => {}
        }
        self.outputs.settle(&self.context.call).await?;
        Ok(true)
    }

    async fn delete(&mut self, subject: &Subject<'_>) -> bool {
        let path = &subject.node.path;
        if path == b"." {
            return true;
        }
        let view = &self.context.view;
        let is_link_start = subject.node.entry.is_directory() && self.following != Following::Never;
        let own_kind = match is_link_start {
            true => view.stat(path, Follow::No).await.map(|entry| entry.kind),
            false => Ok(subject.node.entry.kind),
        };
        let removed = match own_kind {
            Ok(Kind::Directory) => view.remove_dir(path).await,
            Ok(_) => view.remove_file(path).await,
            Err(error) => Err(error),
        };
        match removed {
            Ok(()) => true,
            Err(error) => {
                self.report.cannot_quoting("cannot delete", path, &error).await;
                false
            }
        }
    }

    /// Runs the commands that still wait for entries.
    pub async fn finish_executions(&mut self) -> Result<()> {
        self.outputs.flush(&self.context.call).await?;
        let mut executions = std::mem::take(&mut self.executions);
        for execution in &mut executions {
            execution.finish(self.context, self.io, &mut self.report).await;
        }
        self.executions = executions;
        Ok(())
    }
}

/// The tests of metadata, which is known here.
fn metadata_holds(test: &Test, subject: &Subject<'_>, accounts: &Accounts) -> bool {
    let entry = &subject.node.entry;
    let owner = |group: bool| entry.owner.map(|owner| if group { owner.group } else { owner.user });
    match test {
        Test::Age { clock, origin, unit, age } => {
            let Some(time) = clock.of(entry) else { return false };
            let seconds = (origin.total_nanos() - time.total_nanos()) as f64 / 1e9;
            age_holds(seconds / unit, age, *unit)
        }
        Test::NewerThan(clock, than) => clock.of(entry).is_some_and(|time| time > *than),
        Test::Used(days) => {
            let (Some(accessed), Some(changed)) = (entry.accessed, entry.changed) else { return false };
            let difference = (accessed.total_nanos() - changed.total_nanos()) as f64 / 1e9 / 86_400.0;
            age_holds(difference, days, 86_400.0)
        }
        Test::Permissions { how, file, directory } => {
            let bits = if entry.is_directory() { *directory } else { *file };
            let mode = entry.mode.unwrap_or(0);
            match how {
                Permissions::Exactly => mode == bits,
                Permissions::All => mode & bits == bits,
                Permissions::Any => bits == 0 || mode & bits != 0,
            }
        }
        Test::User(id) => owner(false).is_some_and(|own| id.holds(own.into())),
        Test::Group(id) => owner(true).is_some_and(|own| id.holds(own.into())),
        Test::NoUser => owner(false).is_some_and(|own| accounts.name(own).is_none()),
        Test::NoGroup => owner(true).is_some_and(|own| accounts.name(own).is_none()),
        Test::Links(links) => entry.links.is_some_and(|own| links.holds(own)),
        Test::Inode(inode) => entry.identity.is_some_and(|(_, own)| inode.holds(own)),
        Test::SameFile(identity) => identity.is_some() && entry.identity == *identity,
        _ => false,
    }
}

/// Whole days are counted from the time on, minutes up to it: 90 seconds are `-mmin 2`, 36 hours are `-mtime 1`.
fn age_holds(age: f64, wanted: &super::expression::Comparison<f64>, unit: f64) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let number = wanted.number;
    let by_days = unit > 60.0;
    match (wanted.ordering, by_days) {
        (Less, _) => age < number,
        (Equal, true) => age >= number && age < number + 1.0,
        (Greater, true) => age >= number + 1.0,
        (Equal, false) => age > number - 1.0 && age <= number,
        (Greater, false) => age > number,
    }
}
