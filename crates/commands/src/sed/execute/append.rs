//! What `a`, `r` and `R` add after the current line.

use std::collections::HashMap;

use bytes::Bytes;
use mirage_shell::io::Blocks;
use mirage_vfs::OpenOptions;

use super::Executor;
use super::stop::Stop;

/// What is written before the next line is read, and the files of `R`.
#[derive(Default)]
pub struct Appended {
    queue: Vec<Piece>,
    readers: HashMap<Bytes, Option<Reader>>,
}

enum Piece {
    Text(Bytes),
    File(Bytes),
}

struct Reader {
    blocks: Blocks,
    block: Bytes,
}

impl Appended {
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub fn text(&mut self, text: &Bytes) {
        self.queue.push(Piece::Text(text.clone()));
    }

    pub fn file(&mut self, name: &Bytes) {
        self.queue.push(Piece::File(name.clone()));
    }

    /// Starts every file of `R` anew.
    pub fn rewind(&mut self) {
        self.readers.clear();
    }
}

impl Executor<'_> {
    /// Writes what was appended to the current line.
    pub(super) async fn write_appended(&mut self) -> Result<(), Stop> {
        if self.appended.is_empty() {
            return Ok(());
        }
        self.outputs.finish_line();
        for piece in std::mem::take(&mut self.appended.queue) {
            match piece {
                Piece::Text(text) => self.outputs.print(&text),
                Piece::File(name) => self.copy_file(&name).await?,
            }
        }
        Ok(())
    }

    /// Copies a file to the output; one that is not there is empty.
    async fn copy_file(&mut self, name: &Bytes) -> Result<(), Stop> {
        let failed = |error| Stop::failed(&[b"read error on ", name], &error);
        let input = match self.context.open(self.io, name, &OpenOptions::reading()).await {
            Ok(input) => input,
            Err(error) if !error.kind().is_absence() => return Err(failed(error)),
            Err(_) => return Ok(()),
        };
        loop {
            let chunk = input.read(&self.context.call).await.map_err(failed)?;
            if chunk.is_empty() {
                return Ok(());
            }
            self.outputs.print(&chunk);
            self.outputs.settle().await?;
        }
    }

    /// `R`: appends the next line of a file, if there is one.
    pub(super) async fn append_line(&mut self, name: &Bytes) -> Result<(), Stop> {
        let failed = |error| Stop::failed(&[b"read error on ", name], &error);
        if !self.appended.readers.contains_key(name) {
            let opened = match self.context.open(self.io, name, &OpenOptions::reading()).await {
                Ok(input) => Some(input),
                Err(error) if !error.kind().is_absence() => return Err(failed(error)),
                Err(_) => None,
            };
            let reader = opened.map(|input| Reader {
                blocks: Blocks::new(input, self.settings.separator),
                block: Bytes::new(),
            });
            self.appended.readers.insert(name.clone(), reader);
        }
        let Some(Some(reader)) = self.appended.readers.get_mut(name) else { return Ok(()) };
        if reader.block.is_empty() {
            let Some(block) = reader.blocks.next(&self.context.call).await.map_err(failed)? else {
                return Ok(());
            };
            reader.block = block;
        }
        let end = memchr::memchr(self.settings.separator, &reader.block);
        let line = reader.block.split_to(end.map_or(reader.block.len(), |end| end + 1));
        self.appended.queue.push(Piece::Text(line));
        Ok(())
    }
}
