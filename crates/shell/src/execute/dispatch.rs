//! From a command's name to what runs: functions, builtins, programs, scripts.

use bytes::Bytes;
use futures_util::future::{Either, select};
use mirage_syntax::ast::Redirection;
use mirage_vfs::tree::{Access, Follow, Mode, View};
use mirage_vfs::{ErrorKind, OpenOptions};

use super::elsewhere;
use super::redirect::Saved;
use super::{Shell, Stop, signal_status};
use crate::builtins::{self, Builtin, Invocation, quote};
use crate::command::{DynCommand, Registry};
use crate::io::Descriptor;
use crate::state::{Function, ShellOption};

/// What a name means inside the shell.
pub(crate) enum Found {
    Function(Function),
    Builtin(&'static Builtin),
}

/// What a name means outside it.
#[derive(Clone)]
pub(crate) enum Program {
    /// A command of the registry, as found at this path.
    Command(&'static dyn DynCommand, Bytes),
    /// The shell itself.
    Shell(Bytes),
    /// A script file.
    Script(Bytes),
    /// Nothing of that name.
    Missing,
    /// Something that can not be run, and why.
    Refused(Bytes, ErrorKind),
}

/// The directories in which the commands of the registry are found.
const PROGRAM_DIRECTORIES: [&[u8]; 2] = [b"/usr/bin", b"/bin"];

/// The names by which the shell finds itself.
const SHELL_NAMES: [&[u8]; 2] = [b"bash", b"sh"];

/// A program file's start that is looked at to tell what it is.
const HEAD: usize = 256;

impl Shell {
    /// The function or builtin called `name`.
    pub(crate) fn find(&self, name: &[u8]) -> Option<Found> {
        let builtin = builtins::find(name).filter(|_| !self.is_disabled(name));
        if let Some(builtin) = builtin
            && builtin.special
            && self.state.options.has(ShellOption::Posix)
        {
            return Some(Found::Builtin(builtin));
        }
        if !self.state.functions.is_empty()
            && let Some(function) = self.state.functions.get(name)
        {
            return Some(Found::Function(function.clone()));
        }
        builtin.map(Found::Builtin)
    }

    fn is_disabled(&self, name: &[u8]) -> bool {
        !self.state.disabled.is_empty() && self.state.disabled.contains(name)
    }

    /// Runs what `words` name along `PATH`, redirected, and sets the status.
    pub(crate) async fn run_external(
        &mut self,
        words: Vec<Bytes>,
        redirections: &[Redirection],
    ) -> Result<(), Stop> {
        let mut saved = Vec::new();
        if !redirections.is_empty() {
            // The process of the program makes them: what their words assign is not seen here, and an error in
            // them ends that process alone.
            let variables = self.state.variables.clone();
            let redirected = self.redirect(redirections, &mut saved).await;
            self.state.variables = variables;
            match redirected {
                Ok(true) => saved.iter_mut().for_each(Saved::end_with_command),
                Ok(false) => {
                    self.state.status = 1;
                    self.restore(saved).await;
                    return Ok(());
                }
                Err(Stop::Exit | Stop::Discard) => return Ok(()),
                Err(stop) => return Err(stop),
            }
        }
        let result = self.run_words(words).await;
        let settled = self.settle().await;
        if !saved.is_empty() && !self.restore_after(saved, &result).await && self.state.status == 0 {
            self.state.status = 1;
        }
        result.and(settled)
    }

    /// Runs what `words` name, as a simple command does that is only known now.
    pub(crate) async fn run_named(&mut self, words: Vec<Bytes>) -> Result<(), Stop> {
        match self.find(&words[0]) {
            Some(Found::Function(function)) => self.call_function(function, words).await,
            Some(Found::Builtin(builtin)) => self.call_builtin(builtin, Invocation { words }).await,
            None => self.run_words(words).await,
        }
    }

    /// Runs what `words` name along `PATH` and sets the status.
    pub(crate) async fn run_words(&mut self, words: Vec<Bytes>) -> Result<(), Stop> {
        self.settle().await?;
        let program = self.look_up(&words[0]).await;
        match &program {
            Program::Missing => self.run_missing(words).await,
            Program::Refused(path, kind) => {
                self.hint_mode(path).await;
                self.complain_plainly(&[path, b": ", kind.row().text.as_bytes()]);
                self.state.status = 126;
                Ok(())
            }
            _ => {
                let io = self.descriptors.io();
                let launcher = self.launcher();
                let killed = launcher.killed();
                let mut environment = self.environment();
                // A program that starts another one leaves the variable as it is.
                if let Some(path) = program.path() {
                    environment.set(Bytes::from_static(b"_"), path);
                }
                let signals = self.signals.clone();
                let ran = {
                    let program = std::pin::pin!(launcher.run_program(program, words, io, environment));
                    let interrupted = std::pin::pin!(signals.until_stopped());
                    match select(program, interrupted).await {
                        Either::Left((ran, _)) => ran?,
                        Either::Right((signal, _)) => signal_status(signal),
                    }
                };
                self.state.status = ran;
                self.killed = killed.take();
                self.notice_jobs();
                Ok(())
            }
        }
    }

    /// Tells what to do when only the mode of its mount keeps a script from running.
    async fn hint_mode(&self, path: &[u8]) {
        let view = self.view();
        if let Ok(mount) = view.mount_of(path).await
            && mount.mode != Mode::Exec
            && let Ok(entry) = view.stat(path, Follow::Yes).await
            && entry.is_file()
            && entry.mode.is_some_and(|mode| mode & 0o111 != 0)
        {
            let place = mount.path;
            self.run.hint(format!("{place} does not allow running scripts by name: mount it with mode=exec"));
        }
    }

    async fn run_missing(&mut self, words: Vec<Bytes>) -> Result<(), Stop> {
        let name = words[0].clone();
        self.state.status = 127;
        if name.contains(&b'/') {
            self.complain_plainly(&[&name, b": No such file or directory"]);
            return Ok(());
        }
        if let Some(handler) = self.state.functions.get(&b"command_not_found_handle"[..]).cloned() {
            let mut inner = self.fork();
            let mut call = vec![Bytes::from_static(b"command_not_found_handle")];
            call.extend(words);
            let result = inner.call_function(handler, call).await;
            self.state.status = inner.finish(result).await?;
            return Ok(());
        }
        if let Some(hint) = elsewhere::hint(&name) {
            self.run.hint(hint);
        }
        let locale = self.locale();
        let shown = match quote::is_unprintable(&name, locale) {
            true => quote::dollar(&name, locale).into(),
            false => name,
        };
        self.complain_plainly(&[&shown, b": command not found"]);
        Ok(())
    }

    /// The program called `name`, remembered when it was found along `PATH`.
    pub(crate) async fn look_up(&mut self, name: &Bytes) -> Program {
        if name.contains(&b'/') {
            return program_at(&self.view(), &self.run.registry, name).await;
        }
        if name.is_empty() {
            return Program::Missing;
        }
        if let Some((path, hits)) = self.state.hashed.get_mut(name) {
            *hits += 1;
            let path = path.clone();
            return program_at(&self.view(), &self.run.registry, &path).await;
        }
        let path = self.state.variables.scalar(b"PATH").cloned().unwrap_or_default();
        let program = program_along(&self.view(), &self.run.registry, &path, name).await;
        if let (Some(found), true) = (program.path(), self.state.options.has(ShellOption::HashAll)) {
            self.state.hashed.insert(name.clone(), (found, 1));
        }
        program
    }
}

impl Program {
    /// Where it was found.
    pub fn path(&self) -> Option<Bytes> {
        match self {
            Program::Command(_, path) | Program::Shell(path) | Program::Script(path) => Some(path.clone()),
            Program::Missing | Program::Refused(..) => None,
        }
    }
}

/// The first program called `name` in the directories of `search`.
pub(crate) async fn program_along(view: &View, registry: &Registry, search: &[u8], name: &Bytes) -> Program {
    let mut refused = None;
    for directory in search.split(|&byte| byte == b':') {
        let path: Bytes = match directory {
            b"" => name.clone(),
            _ => [directory, b"/", name].concat().into(),
        };
        if let Some(program) = known_program(registry, directory, name, &path) {
            return program;
        }
        match script_at(view, &path).await {
            Program::Missing => {}
            Program::Refused(path, kind) => {
                refused.get_or_insert((path, kind));
            }
            program => return program,
        }
    }
    match refused {
        Some((path, kind)) if kind != ErrorKind::IsADirectory => Program::Refused(path, kind),
        _ => Program::Missing,
    }
}

/// What stands at `name` in each of the directories of `search`, in order.
pub(crate) async fn programs_along(
    view: &View,
    registry: &Registry,
    search: &[u8],
    name: &Bytes,
) -> Vec<Program> {
    let mut found = Vec::new();
    for directory in search.split(|&byte| byte == b':') {
        found.push(program_along(view, registry, directory, name).await);
    }
    found
}

/// The program at a path with a slash.
pub(crate) async fn program_at(view: &View, registry: &Registry, path: &Bytes) -> Program {
    let absolute = view.absolute(path);
    if let (Some(parent), Some(name)) = (absolute.parent(), absolute.name())
        && let Some(program) = known_program(registry, parent.as_bytes(), &name, path)
    {
        return program;
    }
    script_at(view, path).await
}

fn known_program(registry: &Registry, directory: &[u8], name: &[u8], path: &Bytes) -> Option<Program> {
    let directory = directory.strip_suffix(b"/").unwrap_or(directory);
    if !PROGRAM_DIRECTORIES.contains(&directory) {
        return None;
    }
    if SHELL_NAMES.contains(&name) {
        return Some(Program::Shell(path.clone()));
    }
    registry.get(name).map(|command| Program::Command(command, path.clone()))
}

async fn script_at(view: &View, path: &Bytes) -> Program {
    match view.stat(path, Follow::Yes).await {
        Ok(entry) if entry.is_directory() => return Program::Refused(path.clone(), ErrorKind::IsADirectory),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound) => return Program::Missing,
        Err(error) => return Program::Refused(path.clone(), error.kind()),
    }
    let may_run = async {
        let mount = view.mount_of(path).await?;
        Ok(mount.mode == Mode::Exec && view.allows(path, Access::Execute).await?)
    };
    match may_run.await {
        Ok(true) => Program::Script(path.clone()),
        Ok(false) => Program::Refused(path.clone(), ErrorKind::PermissionDenied),
        Err(error) => {
            let error: mirage_vfs::Error = error;
            Program::Refused(path.clone(), error.kind())
        }
    }
}

/// How a script says it wants to be run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Interpreter {
    /// By the shell.
    Shell,
    /// By the program behind `#!`, with the argument there may be.
    Program(Bytes, Option<Bytes>),
    /// Not at all: it is no text.
    Binary,
}

/// Looks at the start of a script file.
pub(crate) async fn interpreter(view: &View, path: &[u8]) -> mirage_vfs::Result<Interpreter> {
    let options = OpenOptions::reading();
    let file = Descriptor::file(view.open(path, &options).await?, options);
    let head = file.read(view.call()).await?;
    file.close(view.call()).await?;
    let head = head.slice(..head.len().min(HEAD));
    let line_end = head.iter().position(|&byte| byte == b'\n').unwrap_or(head.len());
    let line = head.slice(..line_end);
    let Some(shebang) = line.strip_prefix(b"#!") else {
        return Ok(match line.contains(&0) {
            true => Interpreter::Binary,
            false => Interpreter::Shell,
        });
    };
    let shebang = line.slice_ref(shebang.trim_ascii());
    let name_end = shebang.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(shebang.len());
    let argument = shebang.slice_ref(shebang[name_end..].trim_ascii());
    Ok(Interpreter::Program(
        shebang.slice(..name_end),
        Some(argument).filter(|argument| !argument.is_empty()),
    ))
}
