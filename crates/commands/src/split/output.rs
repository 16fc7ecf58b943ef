//! Where the pieces go: files, or the input of a command.

use bytes::Bytes;
use futures_util::future::{Either, LocalBoxFuture, select};
use mirage_shell::command::{Changes, Context, Launched};
use mirage_shell::io::{Descriptor, Io, PIPE_LIMIT, Writer, pipe};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, ErrorKind, OpenOptions};

use super::options::Options;
use super::would_overwrite;
use crate::support::{quote_always, quote_if_needed};

/// What ends a run early.
pub enum Trouble {
    Input(Error),
    /// A piece of this name could not be written.
    Output(Vec<u8>, Error),
    Stdout(Error),
    Message(Vec<u8>),
    /// The command for a piece failed.
    Filter {
        name: Vec<u8>,
        status: u8,
    },
}

/// Opens the pieces one after the other.
pub struct Outputs<'a> {
    options: &'a Options,
    names: super::names::Names,
    io: &'a Io,
    input: &'a Descriptor,
    context: &'a Context,
    /// What `--verbose` says.
    log: Writer,
}

/// One piece that is open.
pub struct Piece<'a> {
    name: Vec<u8>,
    target: Target<'a>,
}

enum Target<'a> {
    File(Descriptor),
    /// A command that reads from `input`, none once it does not want more; `status` is there when it ended.
    Filter {
        input: Option<Descriptor>,
        running: LocalBoxFuture<'a, Launched>,
        ended: Option<Launched>,
    },
}

impl<'a> Outputs<'a> {
    /// No piece yet.
    pub fn new(options: &'a Options, io: &'a Io, input: &'a Descriptor, context: &'a Context) -> Self {
        let log = Writer::new(io.stdout.clone());
        Outputs { options, names: options.names.clone(), io, input, context, log }
    }

    /// The next piece, empty.
    pub async fn open(&mut self) -> Result<Piece<'a>, Trouble> {
        let Some(name) = self.names.next() else {
            return Err(Trouble::Message(b"output file suffixes exhausted".to_vec()));
        };
        if let Some(command) = &self.options.filter {
            if self.options.verbose {
                let shown = quote_if_needed(&name, self.context.locale());
                self.log.push(&[b"executing with FILE=", &shown[..], b"\n"].concat());
            }
            return Ok(self.start(name, command.clone()));
        }
        if self.options.verbose {
            let shown = quote_always(&name, self.context.locale());
            self.log.push(&[b"creating file ", &shown[..], b"\n"].concat());
        }
        if self.is_input(&name).await.map_err(|error| Trouble::Output(name.clone(), error))? {
            return Err(Trouble::Message(would_overwrite(&name, self.context)));
        }
        match self.context.open(self.io, &name, &OpenOptions::truncating()).await {
            Ok(file) => Ok(Piece { name, target: Target::File(file) }),
            Err(error) => Err(Trouble::Output(name, error)),
        }
    }

    fn start(&self, name: Vec<u8>, command: Bytes) -> Piece<'a> {
        let shell = self.context.environment.get(b"SHELL").cloned();
        let shell = shell.filter(|shell| !shell.is_empty()).unwrap_or_else(|| Bytes::from_static(b"/bin/sh"));
        let mut environment = self.context.environment.clone();
        environment.set(Bytes::from_static(b"FILE"), name.clone().into());
        let (writer, reader) = pipe(PIPE_LIMIT);
        let io = Io { stdin: Descriptor::reader(reader), ..self.io.clone() };
        let changes = Changes { environment: Some(environment), ..Changes::default() };
        let words = vec![shell, Bytes::from_static(b"-c"), command];
        let running = self.context.launcher.launch(words, io, changes);
        let input = Some(Descriptor::writer(writer));
        Piece { name, target: Target::Filter { input, running, ended: None } }
    }

    /// Whether `name` is the file that is read.
    async fn is_input(&self, name: &[u8]) -> mirage_vfs::Result<bool> {
        let Some(input) = self.input.as_file() else { return Ok(false) };
        let Some(there) = self.context.view.probe(name, Follow::Yes).await? else { return Ok(false) };
        let read = input.file().stat(&self.context.call).await?;
        Ok(there.identity.is_some() && read.identity == there.identity)
    }

    /// Prints what `--verbose` has to say.
    pub async fn finish(&mut self) -> Result<(), Trouble> {
        self.log.flush(&self.context.call).await.map_err(Trouble::Stdout)
    }

    /// Standard output, for one piece alone.
    pub fn stdout(&self) -> Writer {
        Writer::new(self.io.stdout.clone())
    }

    /// Whether pieces that hold nothing are made.
    pub fn makes_empty(&self) -> bool {
        !self.options.elide_empty
    }
}

impl Piece<'_> {
    /// Adds `bytes`.
    pub async fn write(&mut self, bytes: Bytes, context: &Context) -> Result<(), Trouble> {
        let call = &context.call;
        match &mut self.target {
            Target::File(file) => {
                let written = file.write(call, bytes).await;
                written.map_err(|error| Trouble::Output(self.name.clone(), error))
            }
            Target::Filter { input, running, ended } => {
                let Some(pipe) = input.clone() else { return Ok(()) };
                let write = Box::pin(pipe.write(call, bytes));
                let gone = match ended {
                    Some(_) => true,
                    None => match select(write, &mut *running).await {
                        Either::Left((Ok(()), _)) => false,
                        Either::Left((Err(error), _)) if error.is(ErrorKind::BrokenPipe) => true,
                        Either::Left((Err(error), _)) => {
                            return Err(Trouble::Output(self.name.clone(), error));
                        }
                        Either::Right((launched, _)) => {
                            *ended = Some(launched);
                            true
                        }
                    },
                };
                if gone {
                    *input = None;
                }
                Ok(())
            }
        }
    }

    /// Ends the piece: its file is committed, its command has ended.
    pub async fn close(self, context: &Context) -> Result<(), Trouble> {
        match self.target {
            Target::File(file) => {
                let closed = file.close(&context.call).await;
                closed.map_err(|error| Trouble::Output(self.name, error))
            }
            Target::Filter { input, running, ended } => {
                drop(input);
                let launched = match ended {
                    Some(launched) => launched,
                    None => running.await,
                };
                match launched {
                    Launched::Ran(0) => Ok(()),
                    Launched::Ran(status) => Err(Trouble::Filter { name: self.name, status }),
                    Launched::NotFound | Launched::NotExecutable => {
                        Err(Trouble::Filter { name: self.name, status: 127 })
                    }
                }
            }
        }
    }
}
