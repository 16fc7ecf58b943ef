//! `--files0-from`: operands that come from a file, each ended by NUL.

use bytes::Bytes;
use memchr::memchr_iter;
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::Error;

use super::open_input;

/// Operands read from a file.
pub struct Files0 {
    /// Every name in order; one of no length is for the command to refuse.
    pub names: Vec<Bytes>,
    /// Whether they come from a file, not from a stream.
    pub from_file: bool,
}

/// Why the operands could not be had.
pub enum Files0Error {
    /// The file could not be opened.
    Open(Error),
    /// The file could not be read.
    Read(Error),
}

/// Reads the names in `list`, `-` being standard input.
pub async fn read_files0(context: &Context, io: &Io, list: &[u8]) -> Result<Files0, Files0Error> {
    let input = open_input(context, io, list).await.map_err(Files0Error::Open)?;
    let mut text = Vec::new();
    loop {
        let chunk = input.read(&context.call).await.map_err(Files0Error::Read)?;
        if chunk.is_empty() {
            break;
        }
        text.extend_from_slice(&chunk);
        context.call.tick_many(64).await;
    }
    let text = Bytes::from(text);
    let mut names = Vec::new();
    let mut start = 0;
    for end in memchr_iter(0, &text) {
        names.push(text.slice(start..end));
        start = end + 1;
    }
    if start < text.len() {
        names.push(text.slice(start..));
    }
    Ok(Files0 { names, from_file: input.as_file().is_some() })
}
