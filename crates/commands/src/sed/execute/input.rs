//! Lines of all input files, one after another.

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::memchr;
use mirage_shell::command::Context;
use mirage_shell::io::{Blocks, Descriptor, Io};
use mirage_vfs::{Error, ErrorKind, OpenOptions};

use super::super::Settings;
use super::line::Line;
use super::stop::Stop;
use crate::support::Report;

/// How much a program reads at once from a pipe: what it does not use of that is lost to the next reader.
const PIPE_READ: u64 = 4096;

/// The lines of the input files; with `-s` each file is an input of its own.
pub struct Input<'a> {
    context: &'a Context,
    io: &'a Io,
    settings: &'a Settings,
    files: VecDeque<Bytes>,
    current: Option<Current>,
    name: Bytes,
    block: Bytes,
    at: usize,
    /// How many bytes of the current file came in blocks before this one.
    passed: u64,
    /// The number of the line read last.
    pub line: u64,
    /// How many files were opened.
    opened: usize,
}

/// The file that is read.
enum Current {
    /// With its descriptor, which is needed when it is left early.
    Open(Blocks, Descriptor),
    /// It was opened, but cannot be read.
    Unreadable(Error),
}

/// What comes next in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A line.
    Line,
    /// The end of this file, with `-s`; there may be others.
    FileEnd,
    /// The end.
    End,
}

impl<'a> Input<'a> {
    pub fn new(context: &'a Context, io: &'a Io, settings: &'a Settings, files: Vec<Bytes>) -> Self {
        Input {
            context,
            io,
            settings,
            files: files.into(),
            current: None,
            name: Bytes::from_static(b"-"),
            block: Bytes::new(),
            at: 0,
            passed: 0,
            line: 0,
            opened: 0,
        }
    }

    /// Whether the file that is read is not the first.
    pub fn is_later_file(&self) -> bool {
        self.opened > 1
    }

    /// The name of the file that is read.
    pub fn name(&self) -> &Bytes {
        &self.name
    }

    /// Finds out what comes next; does not go past the end of a file with `-s`.
    pub async fn look(&mut self, report: &mut Report) -> Result<Next, Stop> {
        while self.at >= self.block.len() {
            self.passed += self.block.len() as u64;
            let block = match &mut self.current {
                None => return Ok(if self.files.is_empty() { Next::End } else { Next::FileEnd }),
                Some(Current::Open(blocks, _)) => blocks.next(&self.context.call).await,
                Some(Current::Unreadable(error)) => Err(error.clone()),
            };
            match block {
                Ok(Some(block)) => self.set_block(block),
                Ok(None) => {
                    self.current = None;
                    self.set_block(Bytes::new());
                    if !self.settings.separate {
                        self.open_next(report).await;
                    }
                }
                Err(error) => return Err(Stop::failed(&[b"read error on ", &self.name], &error)),
            }
        }
        Ok(Next::Line)
    }

    /// Whether no line follows in this file, or in all of them without `-s`.
    pub async fn at_end(&mut self, report: &mut Report) -> Result<bool, Stop> {
        Ok(self.look(report).await? != Next::Line)
    }

    /// Opens the next file that can be opened; false if there is none.
    pub async fn open_next(&mut self, report: &mut Report) -> bool {
        while let Some(name) = self.files.pop_front() {
            let opened = match (&name[..], self.settings.in_place.is_some()) {
                (b"-", false) => Ok(self.io.stdin.clone()),
                _ => self.context.open(self.io, &name, &OpenOptions::reading()).await,
            };
            match opened {
                Ok(descriptor) => {
                    self.start_reading(name, descriptor);
                    return true;
                }
                // A directory is told when it is read.
                Err(error) if error.is(ErrorKind::IsADirectory) => {
                    self.start(name, Current::Unreadable(error));
                    return true;
                }
                Err(error) => {
                    report.fail(2, &[b"can't read ", &name, b": ", error.to_string().as_bytes()]).await;
                }
            }
        }
        false
    }

    /// Reads `descriptor`, called `name`, from here on.
    pub fn start_reading(&mut self, name: Bytes, descriptor: Descriptor) {
        let blocks = Blocks::new(descriptor.clone(), self.settings.separator);
        self.start(name, Current::Open(blocks, descriptor));
    }

    fn start(&mut self, name: Bytes, current: Current) {
        self.name = name;
        self.current = Some(current);
        self.passed = 0;
        self.opened += 1;
        self.set_block(Bytes::new());
        if self.settings.separate {
            self.line = 0;
        }
    }

    /// The next file's name, not opened; with `-i` it is opened by the caller.
    pub fn next_name(&mut self) -> Option<Bytes> {
        self.files.pop_front()
    }

    fn set_block(&mut self, block: Bytes) {
        self.block = block;
        self.at = 0;
    }

    /// Reads the line that [`look`](Self::look) found, at the end of `line`.
    pub fn take(&mut self, line: &mut Line) {
        let rest = &self.block[self.at..];
        let end = memchr(self.settings.separator, rest);
        line.terminated = end.is_some();
        line.text.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
        self.at += end.map_or(rest.len(), |end| end + 1);
        self.line += 1;
    }

    /// All lines of the block that [`look`](Self::look) found, which are not counted.
    pub fn take_block(&mut self) -> Bytes {
        self.block.slice(std::mem::replace(&mut self.at, self.block.len())..)
    }

    /// Goes to the end of this file, or of all of them without `-s`, without reading what is there.
    pub async fn skip(&mut self, report: &mut Report) -> Result<(), Stop> {
        loop {
            self.set_block(Bytes::new());
            if let Some(Current::Open(blocks, descriptor)) = self.current.take() {
                drop(blocks);
                let skipped = descriptor.discard(&self.context.call).await;
                skipped.map_err(|error| Stop::failed(&[b"read error on ", &self.name], &error))?;
            }
            if self.settings.separate || !self.open_next(report).await {
                return Ok(());
            }
            // The start of each is read still, to tell which of them cannot be.
            self.look(report).await?;
        }
    }

    /// Ends reading before the end, so that the next reader of a shared descriptor goes on as after GNU's: a file is
    /// left after the last line used, a pipe after what one read took of it.
    pub fn leave(mut self) {
        let Some(Current::Open(blocks, descriptor)) = self.current.take() else { return };
        let rest = self.block.slice(self.at..);
        if descriptor.as_file().is_some() || self.settings.unbuffered {
            return blocks.give_back(rest);
        }
        let used = self.passed + self.at as u64;
        let lost = usize::try_from(used.next_multiple_of(PIPE_READ) - used).unwrap_or(usize::MAX);
        if lost < rest.len() {
            blocks.give_back(rest.slice(lost..));
        }
    }
}
