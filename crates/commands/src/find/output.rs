//! Where `find` prints: its standard output and the files of `-fprint` and its like.

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Call, OpenOptions, Result};

use crate::support::Output;

/// The outputs of a call; the first is standard output.
pub struct Outputs {
    all: Vec<Destination>,
}

struct Destination {
    path: Bytes,
    writer: Output,
    /// Of a file: what is closed at the end.
    file: Option<Descriptor>,
}

impl Outputs {
    pub fn new(io: &Io) -> Self {
        let stdout =
            Destination { path: Bytes::from_static(b"/dev/stdout"), writer: Output::new(io), file: None };
        Outputs { all: vec![stdout] }
    }

    /// The output for a file that an action names: created or emptied, once.
    pub async fn open(&mut self, context: &Context, io: &Io, path: &Bytes) -> Result<usize> {
        if let Some(at) = self.all.iter().position(|output| output.path == *path) {
            return Ok(at);
        }
        let descriptor = context.open(io, path, &OpenOptions::truncating()).await?;
        let writer = Output::to(descriptor.clone());
        self.all.push(Destination { path: path.clone(), writer, file: Some(descriptor) });
        Ok(self.all.len() - 1)
    }

    /// The output of this index.
    pub fn get(&self, output: usize) -> &Output {
        let at = if output < self.all.len() { output } else { 0 };
        &self.all[at].writer
    }

    /// Passes on what has become much.
    pub async fn settle(&self, call: &Call) -> Result<()> {
        for output in &self.all {
            output.writer.settle(call).await?;
        }
        Ok(())
    }

    /// Passes on everything: before another command writes.
    pub async fn flush(&self, call: &Call) -> Result<()> {
        for output in &self.all {
            output.writer.flush(call).await?;
        }
        Ok(())
    }

    /// Passes on everything and closes the files; an error comes with the file's name, none for standard output.
    pub async fn close(self, call: &Call) -> Result<(), (Option<Bytes>, mirage_vfs::Error)> {
        for output in &self.all {
            let name = output.file.as_ref().map(|_| output.path.clone());
            output.writer.flush(call).await.map_err(|error| (name, error))?;
        }
        for output in self.all {
            let Destination { path, writer, file } = output;
            drop(writer);
            if let Some(file) = file {
                file.close(call).await.map_err(|error| (Some(path), error))?;
            }
        }
        Ok(())
    }
}
