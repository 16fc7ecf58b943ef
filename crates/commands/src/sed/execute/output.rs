//! Where lines are written: stdout or the file that is edited, and the files of `w`.

use bytes::{BufMut, Bytes, BytesMut};
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::tree::Replacement;
use mirage_vfs::{Call, OpenOptions, Result};

use super::line::Line;
use super::stop::Stop;

/// Bytes gathered before they are passed on.
const GATHER: usize = 64 * 1024;

/// All outputs of a run.
pub struct Outputs {
    call: Call,
    separator: u8,
    unbuffered: bool,
    stdout: Writer,
    edited: Option<Edited>,
    /// Whether what was last written to stdout or the edited file lacks the separator at its end.
    unfinished: bool,
    files: Vec<File>,
}

/// A file being edited in place.
struct Edited {
    /// None for one whose content is kept here until it is complete.
    replacement: Option<Replacement>,
    gathered: BytesMut,
}

/// A file of `w`.
struct File {
    target: Target,
    unfinished: bool,
}

enum Target {
    /// `/dev/stdout`: in order with what the script prints, unless it edits in place.
    Stdout,
    Writer(Writer, Descriptor, Bytes),
}

impl Outputs {
    /// Opens the files of `w`.
    pub async fn open(
        context: &Context,
        io: &Io,
        names: &[Bytes],
        separator: u8,
        unbuffered: bool,
    ) -> Result<Self, Stop> {
        let mut files = Vec::new();
        for name in names {
            let target = match &name[..] {
                b"/dev/stdout" => Target::Stdout,
                name => {
                    let opened = context.open(io, name, &OpenOptions::truncating()).await;
                    let opened =
                        opened.map_err(|error| Stop::failed(&[b"couldn't open file ", name], &error))?;
                    Target::Writer(Writer::new(opened.clone()), opened, Bytes::copy_from_slice(name))
                }
            };
            files.push(File { target, unfinished: false });
        }
        Ok(Outputs {
            call: context.call.clone(),
            separator,
            unbuffered,
            stdout: Writer::new(io.stdout.clone()),
            edited: None,
            unfinished: false,
            files,
        })
    }

    /// Prints to the new content of a file from here on.
    pub fn edit(&mut self, replacement: Option<Replacement>) {
        self.edited = Some(Edited { replacement, gathered: BytesMut::new() });
        self.unfinished = false;
    }

    /// Puts the new content in place; `late` makes the replacement that was not made before.
    pub async fn commit(&mut self, late: impl AsyncFnOnce() -> Result<Replacement>) -> Result<()> {
        let Some(edited) = self.edited.take() else { return Ok(()) };
        self.unfinished = false;
        let mut replacement = match edited.replacement {
            Some(replacement) => replacement,
            None => late().await?,
        };
        if !edited.gathered.is_empty() {
            replacement.write(edited.gathered.freeze()).await?;
        }
        replacement.commit().await
    }

    /// Where printed bytes are gathered, after the separator that was missing.
    fn main(&mut self) -> &mut BytesMut {
        let buffer = match &mut self.edited {
            Some(edited) => &mut edited.gathered,
            None => self.stdout.buffer(),
        };
        if std::mem::take(&mut self.unfinished) {
            buffer.put_u8(self.separator);
        }
        buffer
    }

    /// Adds the separator that is missing at the end, if it is.
    pub fn finish_line(&mut self) {
        self.main();
    }

    /// Prints `text` as it is.
    pub fn print(&mut self, text: &[u8]) {
        self.main().put_slice(text);
    }

    /// Prints `text` and a separator.
    pub fn print_terminated(&mut self, text: &[u8]) {
        let separator = self.separator;
        let buffer = self.main();
        buffer.put_slice(text);
        buffer.put_u8(separator);
    }

    /// Prints a line as it came.
    pub fn print_line(&mut self, line: &Line) {
        let separator = self.separator;
        let buffer = self.main();
        buffer.put_slice(&line.text);
        match line.terminated {
            true => buffer.put_u8(separator),
            false => self.unfinished = true,
        }
    }

    /// Whether nobody has a use for what is printed from now on.
    pub fn is_unwanted(&self) -> bool {
        self.stdout.is_unwanted()
    }

    /// Prints whole lines as they came, without a copy when they are many.
    pub async fn pass(&mut self, lines: Bytes) -> Result<(), Stop> {
        let finished = lines.last() == Some(&self.separator);
        self.finish_line();
        match self.edited {
            Some(_) => self.main().put_slice(&lines),
            None => self.stdout.pass(&self.call, lines).await?,
        }
        self.unfinished = !finished;
        self.settle().await
    }

    /// Writes `text` to a file of `w`, with a separator if `terminated`.
    pub fn write(&mut self, file: usize, text: &[u8], terminated: bool) {
        let separator = self.separator;
        let Some(file) = self.files.get_mut(file) else { return };
        let buffer = match &mut file.target {
            Target::Stdout => self.stdout.buffer(),
            Target::Writer(writer, ..) => writer.buffer(),
        };
        if std::mem::take(&mut file.unfinished) {
            buffer.put_u8(separator);
        }
        buffer.put_slice(text);
        match terminated {
            true => buffer.put_u8(separator),
            false => file.unfinished = true,
        }
    }

    /// Passes on what has become large, or everything with `-u`.
    pub async fn settle(&mut self) -> Result<(), Stop> {
        if self.unbuffered {
            return self.flush().await;
        }
        match &mut self.edited {
            Some(Edited { replacement: Some(replacement), gathered }) if gathered.len() >= GATHER => {
                let written = replacement.write(gathered.split().freeze()).await;
                written.map_err(|error| Stop::failed(&[b"couldn't write to the edited file"], &error))?;
            }
            Some(_) => {}
            None => self.stdout.settle(&self.call).await?,
        }
        for file in &mut self.files {
            if let Target::Writer(writer, _, name) = &mut file.target {
                let written = writer.settle(&self.call).await;
                written.map_err(|error| Stop::failed(&[b"couldn't write to ", name], &error))?;
            }
        }
        Ok(())
    }

    /// Passes on everything but the edited file, which waits for its end.
    pub async fn flush(&mut self) -> Result<(), Stop> {
        self.stdout.flush(&self.call).await?;
        for file in &mut self.files {
            if let Target::Writer(writer, _, name) = &mut file.target {
                let written = writer.flush(&self.call).await;
                written.map_err(|error| Stop::failed(&[b"couldn't write to ", name], &error))?;
            }
        }
        Ok(())
    }

    /// Passes on everything and closes the files of `w`.
    pub async fn close(mut self) -> Result<(), Stop> {
        self.flush().await?;
        for file in self.files {
            if let Target::Writer(writer, descriptor, name) = file.target {
                drop(writer);
                let closed = descriptor.close(&self.call).await;
                closed.map_err(|error| Stop::failed(&[b"couldn't close ", &name], &error))?;
            }
        }
        Ok(())
    }
}
