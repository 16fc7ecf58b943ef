//! Drives a program: feeds it records, and does the input and output it asks for.

use std::collections::HashMap;
use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_shell::command::{Changes, Context, Status};
use mirage_shell::io::{Descriptor, Io, PIPE_LIMIT, Writer, pipe};
use mirage_vfs::{Error, ErrorKind, OpenOptions, Result, Share};

use super::ast::Redirect;
use super::child::{Child, alongside, poll_child};
use super::input::{Input, Taken};
use super::machine::{Fatal, Machine, Pause};
use super::program::LineSource;
use super::value::Value;

/// How a run ends before its program does.
pub enum Stop {
    /// An error of the program, told with its place.
    Fatal(String),
    /// An error told as it is.
    Plain(String),
    /// Standard output cannot be written.
    Output(Error),
}

impl From<Fatal> for Stop {
    fn from(fatal: Fatal) -> Stop {
        Stop::Fatal(fatal.0)
    }
}

/// A file or command that is written to.
struct Output {
    writer: Writer,
    descriptor: Descriptor,
    /// For a command: how it ends.
    child: Option<usize>,
}

/// A file or command that lines are read from.
struct Source {
    input: Input,
    child: Option<usize>,
    descriptor: Option<Descriptor>,
}

/// A running program with its streams.
pub struct Driver<'a> {
    pub machine: Machine,
    io: Io,
    context: &'a Context,
    operands: std::vec::IntoIter<Bytes>,
    /// Whether an operand named a file.
    named: bool,
    main: Option<Input>,
    outputs: HashMap<Bytes, Output>,
    sources: HashMap<(bool, Bytes), Source>,
    children: Vec<Child<'a>>,
    /// What the program takes of the line's memory.
    held: Share,
}

/// Whether a section leaves the way it was started.
enum Left {
    Ended,
    NextFile,
    Exit,
}

impl<'a> Driver<'a> {
    pub fn new(machine: Machine, io: Io, context: &'a Context, operands: Vec<Bytes>) -> Driver<'a> {
        Driver {
            machine,
            io,
            context,
            operands: operands.into_iter(),
            named: false,
            main: None,
            outputs: HashMap::new(),
            sources: HashMap::new(),
            children: Vec::new(),
            held: context.call.share(),
        }
    }

    /// Runs the whole program and answers its status.
    pub async fn run(&mut self) -> std::result::Result<Status, Stop> {
        let code = self.machine.code.clone();
        self.count();
        let exited = matches!(self.section(code.begin).await?, Left::Exit);
        let reads =
            code.main.is_some() || code.end.is_some() || code.begin_file.is_some() || code.end_file.is_some();
        if !exited && reads {
            self.records().await?;
        }
        // `exit` outside END still runs END, where another one ends all.
        if let Some(end) = code.end {
            self.section(end).await?;
        }
        self.finish().await?;
        Ok(self.machine.status)
    }

    /// The main loop: until the input ends or the program exits.
    async fn records(&mut self) -> std::result::Result<(), Stop> {
        let code = self.machine.code.clone();
        loop {
            if self.main.is_none() {
                match self.next_file().await? {
                    None => return Ok(()),
                    Some(Left::Exit) => return Ok(()),
                    Some(Left::NextFile) => {
                        self.main = None;
                        continue;
                    }
                    Some(Left::Ended) => {}
                }
            }
            let Some(text) = self.next_record().await? else {
                if let Some(Left::Exit) = self.end_file().await? {
                    return Ok(());
                }
                continue;
            };
            self.machine.set_record(text);
            let Some(main) = code.main else { continue };
            match self.section(main).await? {
                Left::Ended => {}
                Left::Exit => return Ok(()),
                Left::NextFile => {
                    if let Some(Left::Exit) = self.end_file().await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The next record of the current file; none at its end.
    async fn next_record(&mut self) -> std::result::Result<Option<Bytes>, Stop> {
        loop {
            let Some(input) = &mut self.main else { return Ok(None) };
            match input.take(&self.machine.variables.terminator) {
                Taken::Record(text, terminator) => {
                    self.machine.variables.rt = terminator;
                    return Ok(Some(text));
                }
                Taken::End => return Ok(None),
                Taken::Starved => {
                    self.count();
                    // What was printed is seen before the program waits for more.
                    self.settle(false).await?;
                    let Some(input) = &mut self.main else { return Ok(None) };
                    let filled = alongside(&mut self.children, input.fill(&self.context.call)).await;
                    if let Err(error) = filled {
                        let name = self.machine.variables.file_name.clone();
                        self.unreadable(&name, &error).await?;
                        self.main = None;
                    }
                }
            }
        }
    }

    /// Opens the next file of the operands; none when there is none.
    async fn next_file(&mut self) -> std::result::Result<Option<Left>, Stop> {
        loop {
            let operand = match self.next_operand() {
                Some(operand) => operand,
                None if !self.named => Bytes::from_static(b""),
                None => return Ok(None),
            };
            if let Some((name, value)) = assignment(&operand) {
                let (value, _) = super::lexer::unescape(value);
                self.machine.set_global(name, Value::Input(value.into()))?;
                continue;
            }
            self.named = true;
            let opened = match &operand[..] {
                b"" | b"-" => Ok(self.io.stdin.clone()),
                name => self.context.open(&self.io, name, &OpenOptions::reading()).await,
            };
            match opened {
                Ok(descriptor) => {
                    self.main = Some(Input::new(descriptor));
                    self.machine.variables.fnr = 0.0;
                    self.machine.variables.file_name = operand;
                    return match self.machine.code.begin_file {
                        Some(begin) => self.section(begin).await.map(Some),
                        None => Ok(Some(Left::Ended)),
                    };
                }
                Err(error) => self.unreadable(&operand, &error).await?,
            }
        }
    }

    /// A directory is passed by with a warning; any other file that cannot be opened ends the program.
    async fn unreadable(&mut self, name: &[u8], error: &Error) -> std::result::Result<(), Stop> {
        let name = String::from_utf8_lossy(name).into_owned();
        match error.is(ErrorKind::IsADirectory) {
            true => {
                self.tell(&format!("warning: command line argument `{name}' is a directory: skipped")).await;
                Ok(())
            }
            false => {
                self.settle(true).await?;
                let place = if self.machine.variables.nr > 0.0 { "cmd. line:1: " } else { "" };
                Err(Stop::Plain(format!("{place}fatal: cannot open file `{name}' for reading: {error}")))
            }
        }
    }

    /// The next of ARGV, which the program may have changed.
    fn next_operand(&mut self) -> Option<Bytes> {
        loop {
            let number = self.operands.next()?;
            match self.machine.array("ARGV") {
                None => return Some(number),
                Some(array) => match array.borrow().get(&number) {
                    None => {}
                    Some(value) => {
                        let name = value.to_text(b"%.6g");
                        if !name.is_empty() {
                            return Some(name);
                        }
                    }
                },
            }
        }
    }

    async fn end_file(&mut self) -> std::result::Result<Option<Left>, Stop> {
        let left = match self.machine.code.end_file {
            Some(end) => Some(self.section(end).await?),
            None => None,
        };
        self.main = None;
        Ok(left)
    }

    /// Runs one section to its end.
    async fn section(&mut self, section: usize) -> std::result::Result<Left, Stop> {
        self.machine.enter(section);
        loop {
            match self.machine.run()? {
                Pause::Done | Pause::Next => return Ok(Left::Ended),
                Pause::NextFile => return Ok(Left::NextFile),
                Pause::Exit => return Ok(Left::Exit),
                Pause::TooLarge => {
                    self.context.call.stop_for_memory();
                    self.context.call.tick().await;
                }
                Pause::Tick => {
                    self.count();
                    self.machine.now = self.context.call.host().now().seconds;
                    self.context.call.tick_many(256).await;
                }
                Pause::Settle => self.settle(false).await?,
                Pause::Flush => {
                    self.settle(true).await?;
                    self.machine.resume(Value::Number(0.0));
                }
                Pause::Warning(text) => self.tell(&format!("{}warning: {text}", self.place())).await,
                Pause::Write { redirect, name, text } => self.write(redirect, name, text).await?,
                Pause::Line { source, name } => self.line(source, name).await?,
                Pause::Close(name) => {
                    let status = self.close(&name).await?;
                    self.machine.resume(Value::Number(status));
                }
                Pause::System(line) => {
                    self.settle(true).await?;
                    let status = self.system(line).await;
                    self.machine.resume(Value::Number(f64::from(status)));
                }
            }
        }
    }

    /// Counts what the program holds in the line's memory.
    fn count(&mut self) {
        self.held.set(self.machine.bytes());
        self.machine.room = self.context.call.memory().room();
    }

    /// Prints a message on stderr.
    pub async fn tell(&self, text: &str) {
        let line = format!("awk: {text}\n");
        // Nobody is left to tell when stderr itself fails.
        let _ = self.io.stderr.write(&self.context.call, line.into()).await;
    }

    /// Where the program is, for messages.
    pub fn place(&self) -> String {
        let variables = &self.machine.variables;
        let line = self.machine.code.line_of(self.machine.at.saturating_sub(1));
        let name = match &variables.file_name[..] {
            b"" => "-".into(),
            name => String::from_utf8_lossy(name),
        };
        match variables.nr > 0.0 {
            true => format!("cmd. line:{line}: (FILENAME={name} FNR={}) ", variables.fnr),
            false => format!("cmd. line:{line}: "),
        }
    }

    /// Passes on what was printed; `all` includes files and commands.
    async fn settle(&mut self, all: bool) -> std::result::Result<(), Stop> {
        if !self.machine.output.is_empty() {
            let text = self.machine.output.split().freeze();
            let written = self.io.stdout.write(&self.context.call, text);
            alongside(&mut self.children, written).await.map_err(Stop::Output)?;
        }
        if all {
            for output in self.outputs.values_mut() {
                let flushed = output.writer.flush(&self.context.call);
                // A command that stopped reading has said why itself.
                let _ = alongside(&mut self.children, flushed).await;
            }
        }
        Ok(())
    }

    async fn write(&mut self, redirect: Redirect, name: Bytes, text: Bytes) -> std::result::Result<(), Stop> {
        if !self.outputs.contains_key(&name) {
            let output = self.open_output(redirect, &name).await?;
            self.outputs.insert(name.clone(), output);
        }
        // /dev/stdout shares its description with standard output: one after the other.
        if name == "/dev/stdout" || name == "-" {
            self.settle(false).await?;
        }
        let Some(output) = self.outputs.get_mut(&name) else { return Ok(()) };
        output.writer.push(&text);
        let written = match name.starts_with(b"/dev/") {
            true => alongside(&mut self.children, output.writer.flush(&self.context.call)).await,
            false => alongside(&mut self.children, output.writer.settle(&self.context.call)).await,
        };
        match written {
            Err(error) if !error.is(ErrorKind::BrokenPipe) => {
                let name = String::from_utf8_lossy(&name);
                Err(Stop::Fatal(format!("write to \"{name}\" failed: {error}")))
            }
            _ => Ok(()),
        }
    }

    async fn open_output(&mut self, redirect: Redirect, name: &Bytes) -> std::result::Result<Output, Stop> {
        let options = match redirect {
            Redirect::File => OpenOptions::truncating(),
            Redirect::Append => OpenOptions::appending(),
            Redirect::Pipe => {
                self.settle(true).await?;
                let (writer, reader) = pipe(PIPE_LIMIT);
                let io = Io { stdin: Descriptor::reader(reader), ..self.io.clone() };
                let child = self.start(name.clone(), io);
                let descriptor = Descriptor::writer(writer);
                return Ok(Output {
                    writer: Writer::new(descriptor.clone()),
                    descriptor,
                    child: Some(child),
                });
            }
        };
        let opened = match &name[..] {
            b"" => return Err(Stop::Fatal("expression for `>' redirection has null string value".into())),
            b"-" => Ok(self.io.stdout.clone()),
            name => self.context.open(&self.io, name, &options).await,
        };
        match opened {
            Ok(descriptor) => Ok(Output { writer: Writer::new(descriptor.clone()), descriptor, child: None }),
            Err(error) => {
                let name = String::from_utf8_lossy(name);
                Err(Stop::Fatal(format!("cannot redirect to `{name}': {error}")))
            }
        }
    }

    /// Starts a command beside the program; its number.
    fn start(&mut self, line: Bytes, io: Io) -> usize {
        let words = vec![Bytes::from_static(b"sh"), Bytes::from_static(b"-c"), line];
        let context = self.context;
        let running = async move { context.launcher.launch(words, io, Changes::default()).await };
        self.children.push(Child::Running(running.boxed_local()));
        self.children.len() - 1
    }

    async fn system(&mut self, line: Bytes) -> Status {
        let child = self.start(line, self.io.clone());
        self.wait(child).await
    }

    /// Waits until a command has ended; its status.
    async fn wait(&mut self, number: usize) -> Status {
        poll_fn(|context| {
            let mut status = Poll::Pending;
            for (at, child) in self.children.iter_mut().enumerate() {
                poll_child(child, context);
                if let (true, Child::Ended(ended)) = (at == number, &*child) {
                    status = Poll::Ready(*ended);
                }
            }
            status
        })
        .await
    }

    async fn line(&mut self, source: LineSource, name: Bytes) -> std::result::Result<(), Stop> {
        if source == LineSource::Main {
            return self.main_line().await;
        }
        let key = (source == LineSource::Command, name.clone());
        if !self.sources.contains_key(&key) {
            match self.open_source(source, &name).await? {
                Some(opened) => drop(self.sources.insert(key.clone(), opened)),
                None => {
                    self.machine.take_line(-1.0, None, false);
                    return Ok(());
                }
            }
        }
        loop {
            let Some(source) = self.sources.get_mut(&key) else { return Ok(()) };
            match source.input.take(&self.machine.variables.terminator) {
                Taken::Record(text, terminator) => {
                    self.machine.variables.rt = terminator;
                    self.machine.take_line(1.0, Some(text), false);
                    return Ok(());
                }
                Taken::End => {
                    self.machine.take_line(0.0, None, false);
                    return Ok(());
                }
                Taken::Starved => {
                    let filled = alongside(&mut self.children, source.input.fill(&self.context.call)).await;
                    if filled.is_err() {
                        self.machine.take_line(-1.0, None, false);
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn open_source(
        &mut self,
        source: LineSource,
        name: &Bytes,
    ) -> std::result::Result<Option<Source>, Stop> {
        if source == LineSource::Command {
            self.settle(true).await?;
            let (writer, reader) = pipe(PIPE_LIMIT);
            let io = Io { stdout: Descriptor::writer(writer), ..self.io.clone() };
            let child = self.start(name.clone(), io);
            let input = Input::new(Descriptor::reader(reader));
            return Ok(Some(Source { input, child: Some(child), descriptor: None }));
        }
        let opened = match &name[..] {
            b"-" => Ok(self.io.stdin.clone()),
            name => self.context.open(&self.io, name, &OpenOptions::reading()).await,
        };
        Ok(opened.ok().map(|descriptor| Source {
            input: Input::new(descriptor.clone()),
            child: None,
            descriptor: Some(descriptor),
        }))
    }

    /// Plain `getline`: the next record of the main input, from the next file if need be.
    async fn main_line(&mut self) -> std::result::Result<(), Stop> {
        loop {
            if self.main.is_none() && self.next_file_for_line().await?.is_none() {
                self.machine.take_line(0.0, None, true);
                return Ok(());
            }
            match self.next_record().await? {
                Some(text) => {
                    self.machine.take_line(1.0, Some(text), true);
                    return Ok(());
                }
                None => self.main = None,
            }
        }
    }

    /// Opens the next file while a section is running; BEGINFILE is for the main loop alone.
    async fn next_file_for_line(&mut self) -> std::result::Result<Option<()>, Stop> {
        let Some(operand) = self.next_operand().or_else(|| (!self.named).then(Bytes::new)) else {
            return Ok(None);
        };
        if let Some((name, value)) = assignment(&operand) {
            let (value, _) = super::lexer::unescape(value);
            self.machine.set_global(name, Value::Input(value.into()))?;
            return Ok(Some(()));
        }
        self.named = true;
        let opened = match &operand[..] {
            b"" | b"-" => Ok(self.io.stdin.clone()),
            name => self.context.open(&self.io, name, &OpenOptions::reading()).await,
        };
        match opened {
            Ok(descriptor) => {
                self.main = Some(Input::new(descriptor));
                self.machine.variables.fnr = 0.0;
                self.machine.variables.file_name = operand;
            }
            Err(error) => self.unreadable(&operand, &error).await?,
        }
        Ok(Some(()))
    }

    /// `close(name)`: -1 when nothing of that name is open.
    async fn close(&mut self, name: &Bytes) -> std::result::Result<f64, Stop> {
        let mut status = -1.0;
        if let Some(output) = self.outputs.remove(name) {
            status = self.close_output(output).await?;
        }
        for command in [false, true] {
            if let Some(source) = self.sources.remove(&(command, name.clone())) {
                status = self.close_source(source).await;
            }
        }
        Ok(status)
    }

    async fn close_output(&mut self, output: Output) -> std::result::Result<f64, Stop> {
        let Output { mut writer, descriptor, child } = output;
        let flushed = alongside(&mut self.children, writer.flush(&self.context.call)).await;
        drop(writer);
        if let Some(child) = child {
            drop(descriptor);
            return Ok(f64::from(self.wait(child).await));
        }
        let closed: Result<()> = descriptor.close(&self.context.call).await;
        match flushed.and(closed) {
            Ok(()) => Ok(0.0),
            Err(error) if error.is(ErrorKind::BrokenPipe) => Ok(-1.0),
            Err(error) => Err(Stop::Fatal(format!("close failed: {error}"))),
        }
    }

    async fn close_source(&mut self, source: Source) -> f64 {
        let Source { input, child, descriptor } = source;
        drop(input);
        if let Some(descriptor) = descriptor {
            let _ = descriptor.close(&self.context.call).await;
        }
        match child {
            Some(child) => f64::from(self.wait(child).await),
            None => 0.0,
        }
    }

    /// The end: everything is passed on, commands are waited for.
    pub async fn finish(&mut self) -> std::result::Result<(), Stop> {
        self.settle(true).await?;
        let names: Vec<Bytes> = self.outputs.keys().cloned().collect();
        for name in names {
            self.close(&name).await?;
        }
        let sources: Vec<Source> = std::mem::take(&mut self.sources).into_values().collect();
        for source in sources {
            self.close_source(source).await;
        }
        Ok(())
    }
}

/// `name=value`, as an operand.
pub fn assignment(operand: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = operand.iter().position(|&byte| byte == b'=')?;
    let (name, value) = (&operand[..equals], &operand[equals + 1..]);
    let first = matches!(name.first(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_'));
    (first && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')).then_some((name, value))
}
