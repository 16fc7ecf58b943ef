//! `--files0-from`: operands that come from a file, each ended by NUL.

use bytes::Bytes;
use memchr::memchr_iter;
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::{Error, Share};

use super::{Whole, open_input, read_list};

/// Operands read from a file.
pub struct Files0 {
    /// Every name in order; one of no length is for the command to refuse.
    pub names: Vec<Bytes>,
    /// Whether they come from a file, not from a stream.
    pub from_file: bool,
    /// What the names take of the line's memory.
    _held: Share,
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
    let Whole { text, held } =
        read_list(&input, &context.call, |byte| byte == 0).await.map_err(Files0Error::Read)?;
    let mut names = Vec::new();
    let mut start = 0;
    for end in memchr_iter(0, &text) {
        names.push(text.slice(start..end));
        start = end + 1;
    }
    if start < text.len() {
        names.push(text.slice(start..));
    }
    Ok(Files0 { names, from_file: input.as_file().is_some(), _held: held })
}
