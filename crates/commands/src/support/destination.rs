//! Where `cp`, `mv`, `ln` and `install` put things: operands told apart into sources and a target.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Context};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, ErrorKind};

use super::{Report, join, last_component, quote_always};

/// Where sources go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Each under its own name into this directory.
    Into(Bytes),
    /// One to this path.
    At(Bytes),
}

impl Destination {
    /// The path that `source` goes to.
    pub fn of(&self, source: &[u8]) -> Vec<u8> {
        match self {
            Destination::At(path) => path.to_vec(),
            Destination::Into(directory) => match last_component(source) {
                b"" | b".." | b"/" => directory.to_vec(),
                name => join(directory, name),
            },
        }
    }
}

/// Tells the operands apart by `-t` (`directory`) and `-T` (`not_a_directory`). None after a message.
pub async fn destination(
    arguments: &Arguments,
    directory: Option<&Bytes>,
    not_a_directory: bool,
    context: &Context,
    report: &mut Report,
) -> Option<(Vec<Bytes>, Destination)> {
    let mut operands = arguments.operands.clone();
    let locale = context.locale();
    if directory.is_some() && not_a_directory {
        report.fail(1, &[b"cannot combine --target-directory (-t) and --no-target-directory (-T)"]).await;
        return None;
    }
    match &operands[..] {
        [] => {
            report.usage(1, &[b"missing file operand"]).await;
            return None;
        }
        [only] if directory.is_none() => {
            let only = quote_always(only, locale);
            report.usage(1, &[b"missing destination file operand after ", &only]).await;
            return None;
        }
        [_, _, extra, ..] if not_a_directory => {
            let extra = quote_always(extra, locale);
            report.usage(1, &[b"extra operand ", &extra]).await;
            return None;
        }
        _ => {}
    }
    if let Some(directory) = directory {
        return match is_directory(context, directory).await {
            Ok(()) => Some((operands, Destination::Into(directory.clone()))),
            Err(error) => {
                let name = quote_always(directory, locale);
                report.fail(1, &[b"target directory ", &name, b": ", error.to_string().as_bytes()]).await;
                None
            }
        };
    }
    let last = operands.pop()?;
    if not_a_directory {
        return Some((operands, Destination::At(last)));
    }
    match is_directory(context, &last).await {
        Ok(()) => Some((operands, Destination::Into(last))),
        Err(error) if operands.len() == 1 && error.kind().is_absence() => {
            Some((operands, Destination::At(last)))
        }
        Err(error) => {
            let name = quote_always(&last, locale);
            report.fail(1, &[b"target ", &name, b": ", error.to_string().as_bytes()]).await;
            None
        }
    }
}

/// Whether the path leads to a directory; else why not.
async fn is_directory(context: &Context, path: &[u8]) -> Result<(), Error> {
    match context.view.stat(path, Follow::Yes).await?.is_directory() {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::NotADirectory, "stat")),
    }
}
