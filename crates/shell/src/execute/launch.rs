//! Running programs: registry commands, nested shells, scripts; for the shell and for commands that start others.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::tree::View;
use mirage_vfs::{ErrorKind, Path};

use super::dispatch::{Interpreter, Program, interpreter, program_along, program_at};
use super::{Limit, Process, Run, Shell, Stop};
use crate::command::{
    Arguments, Changes, Context, DynCommand, Effect, Environment, Extent, Launch, Launched, Parsed,
    PlanContext, Shape, Status,
};
use crate::io::Io;
use crate::state::{Attributes, ResourceLimit, State, Value, Variable};

/// What a program is started from: a shell's surroundings, without what only the shell itself sees.
#[derive(Clone)]
pub(crate) struct Launcher {
    run: Rc<Run>,
    directory: Path,
    umask: u32,
    limits: imbl::OrdMap<u8, ResourceLimit>,
    environment: Environment,
    /// The name and line of messages: `bash: line 3`.
    place: Bytes,
    depth: u32,
    process: u32,
    /// Signals that what is started ignores, by bit.
    ignored: u128,
    /// The last shell started here that a signal has ended: its number, and the signal.
    killed: Rc<Cell<Option<(u32, u32)>>>,
}

impl Shell {
    /// What programs are started with here.
    pub(crate) fn launcher(&mut self) -> Rc<Launcher> {
        Rc::new(Launcher {
            run: self.run.clone(),
            directory: self.state.directory.clone(),
            umask: self.state.umask,
            limits: self.state.limits.clone(),
            environment: self.environment(),
            place: [&self.message_name()[..], format!(": line {}", self.line).as_bytes()].concat().into(),
            depth: self.depth,
            process: self.process,
            ignored: self.ignored_signals(),
            killed: Rc::default(),
        })
    }

    /// What a command started here gets.
    pub(crate) fn context(&mut self) -> Context {
        self.launcher().context()
    }
}

impl Launcher {
    /// Where it is told that a shell started here was ended by a signal.
    pub(crate) fn killed(&self) -> Rc<Cell<Option<(u32, u32)>>> {
        self.killed.clone()
    }

    fn view(&self) -> View {
        View::new(self.run.tree.clone(), self.run.call.clone(), self.directory.clone(), self.umask)
    }

    fn context(self: Rc<Self>) -> Context {
        Context {
            call: self.run.call.clone(),
            view: self.view(),
            environment: self.environment.clone(),
            registry: self.run.registry.clone(),
            launcher: self,
        }
    }

    /// Runs a program that was found and answers its status.
    pub(crate) async fn run_program(
        self: Rc<Self>,
        program: Program,
        words: Vec<Bytes>,
        io: Io,
        environment: Environment,
    ) -> Result<Status, Stop> {
        let launcher = Rc::new(Launcher { environment, ..(*self).clone() });
        match program {
            Program::Command(command, _) => Ok(launcher.run_command(command, words, io).await),
            Program::Shell(_) => launcher.run_shell(words, io).boxed_local().await,
            Program::Script(path) => launcher.run_script(path, words, io).boxed_local().await,
            Program::Missing => Ok(127),
            Program::Refused(..) => Ok(126),
        }
    }

    async fn run_command(
        self: Rc<Self>,
        command: &'static dyn DynCommand,
        mut words: Vec<Bytes>,
        io: Io,
    ) -> Status {
        let spec = command.spec();
        let call = self.run.call.clone();
        let name = words.remove(0);
        let (stdout, stderr) = (io.stdout.clone(), io.stderr.clone());
        let ended = match Arguments::parse(spec, name.clone(), words) {
            Parsed::Run(arguments) => {
                let mut context = self.clone().context();
                context.view = context.view.reading_ahead();
                if context.view.reads_ahead() {
                    expect(&context.view, command, &arguments);
                }
                command.run(arguments, io, &context).await
            }
            Parsed::Print(text) => stdout.write(&call, text.into()).await.map(|()| 0),
            Parsed::Wrong(usage) => {
                let _ = stderr.write(&call, usage.text(&name).into()).await;
                Ok(usage.status)
            }
        };
        match ended {
            Ok(status) => status,
            Err(error) if error.is(ErrorKind::BrokenPipe) => 141,
            Err(error) => {
                if let Some(hint) = error.hint_text() {
                    self.run.hint(hint);
                }
                let text = [&name[..], b": write error: ", error.to_string().as_bytes(), b"\n"].concat();
                let _ = stderr.write(&call, text.into()).await;
                spec.failure_status
            }
        }
    }

    /// `bash ...`: a shell that sees nothing but its environment.
    async fn run_shell(self: Rc<Self>, words: Vec<Bytes>, io: Io) -> Result<Status, Stop> {
        let mut shell = self.nested(io.clone())?;
        // In a task of its own: nested shells may nest without end, the machine's stack may not.
        let signals = shell.signals.clone();
        let status = self.run.tasks.start(async move { shell.run_as_program(words).await }).await;
        self.killed.set(signals.killed_by().map(|signal| (signals.id, signal)));
        status
    }

    /// A script file by name.
    async fn run_script(self: Rc<Self>, path: Bytes, words: Vec<Bytes>, io: Io) -> Result<Status, Stop> {
        let view = self.view();
        let wanted = match interpreter(&view, &path).await {
            Ok(wanted) => wanted,
            Err(error) => return Ok(self.refuse(&io, &path, &error.to_string(), 126).await),
        };
        match wanted {
            Interpreter::Binary => {
                let text = "cannot execute binary file: Exec format error";
                Ok(self.refuse(&io, &path, text, 126).await)
            }
            Interpreter::Shell => {
                let mut call = vec![Bytes::from_static(b"bash"), path];
                call.extend(words.into_iter().skip(1));
                self.run_shell(call, io).await
            }
            Interpreter::Program(name, argument) => {
                let program = program_at(&view, &self.run.registry, &name).await;
                if matches!(program, Program::Missing | Program::Refused(..)) {
                    let text = "cannot execute: required file not found";
                    return Ok(self.refuse(&io, &path, text, 127).await);
                }
                let mut call = vec![name];
                call.extend(argument);
                call.push(path);
                call.extend(words.into_iter().skip(1));
                let environment = self.environment.clone();
                let deeper = Rc::new(Launcher { depth: self.depth + 1, ..(*self).clone() });
                if deeper.depth > self.run.depth_limit {
                    return Err(Stop::Limit(Limit::Depth));
                }
                deeper.run_program(program, call, io, environment).boxed_local().await
            }
        }
    }

    async fn refuse(&self, io: &Io, path: &[u8], text: &str, status: Status) -> Status {
        let message = [&self.place[..], b": ", path, b": ", text.as_bytes(), b"\n"].concat();
        let _ = io.stderr.write(&self.run.call, message.into()).await;
        status
    }

    /// A new shell with the environment for its variables.
    fn nested(&self, io: Io) -> Result<Shell, Stop> {
        if self.depth >= self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        let mut state = State::new();
        state.directory = self.directory.clone();
        state.umask = self.umask;
        state.limits = self.limits.clone();
        let functions = |name: &[u8]| name.starts_with(b"BASH_FUNC_");
        for (name, value) in self.environment.iter().filter(|(name, _)| !functions(name)) {
            let variable = Variable { value: Value::Scalar(value.clone()), attributes: Attributes::EXPORT };
            state.variables.insert(name.clone(), variable);
        }
        let mut shell = Shell::new(state, self.run.clone(), io);
        for (name, value) in self.environment.iter().filter(|(name, _)| functions(name)) {
            shell.import_function(name, value);
        }
        shell.state.status = 0;
        shell.depth = self.depth + 1;
        shell.process = self.run.next_process();
        shell.own_process = shell.process;
        shell.parent_process = self.process;
        let parent = Value::Scalar(self.process.to_string().into());
        shell.state.variables.entry(&Bytes::from_static(b"PPID")).value = parent;
        shell.signals = Process::new(shell.process, self.process);
        shell.ignore_for_good(self.ignored);
        shell.note_traps();
        Ok(shell)
    }
}

impl Launch for Launcher {
    fn launch(&self, words: Vec<Bytes>, io: Io, changes: Changes) -> LocalBoxFuture<'_, Launched> {
        let launcher = Launcher {
            environment: changes.environment.unwrap_or_else(|| self.environment.clone()),
            directory: changes.directory.unwrap_or_else(|| self.directory.clone()),
            ..self.clone()
        };
        async move {
            let Some(name) = words.first().cloned() else { return Launched::NotFound };
            let (view, registry) = (launcher.view(), launcher.run.registry.clone());
            let program = match name.contains(&b'/') {
                true => program_at(&view, &registry, &name).await,
                false => {
                    let path =
                        launcher.environment.get(b"PATH").cloned().unwrap_or_else(|| DEFAULT_PATH.into());
                    program_along(&view, &registry, &path, &name).await
                }
            };
            let environment = launcher.environment.clone();
            match program {
                Program::Missing => Launched::NotFound,
                Program::Refused(..) => Launched::NotExecutable,
                program => match Rc::new(launcher).run_program(program, words, io, environment).await {
                    Ok(status) => Launched::Ran(status),
                    // The limit ends the whole line, which is told by whoever reaches it next.
                    Err(_) => Launched::Ran(137),
                },
            }
        }
        .boxed_local()
    }
}

/// Where commands are looked for when `PATH` is not set.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Tells the view what the command's plan says that it will read, from the first byte on.
fn expect(view: &View, command: &dyn DynCommand, arguments: &Arguments) {
    if arguments.operands.len() < 2 {
        return;
    }
    let plan = command.plan(arguments, &Shape::Unknown, &PlanContext { directory: view.directory().clone() });
    let mut is_sure = true;
    let mut files = Vec::new();
    for effect in plan.effects {
        if let Effect::Read { path, extent, recursive: false } = effect
            && extent != Extent::None
        {
            is_sure &= extent == Extent::Whole;
            files.push(path);
        }
    }
    view.expect(files, is_sure);
}
