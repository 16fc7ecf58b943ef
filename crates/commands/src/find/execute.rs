//! The commands that `-exec` and its like run.

use bytes::Bytes;
use mirage_shell::command::{Changes, Context, Launched, Locale};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::tree::Follow;

use super::parse::Refused;
use crate::support::{Report, ask, quote};

/// How many bytes the words of one command may have with their separators.
const MOST_BYTES: usize = 128 * 1024;

/// Where a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the working directory.
    Here,
    /// In the directory of the entry.
    OwnDirectory,
}

/// A command with what it still waits for.
#[derive(Clone, Debug)]
pub struct Execution {
    words: Vec<Bytes>,
    place: Place,
    /// Asks before each run.
    asks: bool,
    /// Takes many entries at once: where in `words` they go.
    many: bool,
    /// Entries that were not given to a command yet, all of one directory with `-execdir`.
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    waiting_directory: Vec<u8>,
}

impl Execution {
    /// Reads the words of a command, up to `;` or `{} +`.
    pub fn read(
        words: &mut std::vec::IntoIter<Bytes>,
        name: &str,
        place: Place,
        locale: Locale,
    ) -> Result<Execution, Refused> {
        let missing = || Refused::from(format!("missing argument to `{name}'"));
        let asks = name.starts_with("-ok");
        let mut command: Vec<Bytes> = Vec::new();
        let many = loop {
            let word = words.next().ok_or_else(missing)?;
            if word == ";" {
                break false;
            }
            if word == "+" && !asks && command.last().is_some_and(|last| has_braces(last)) {
                break true;
            }
            command.push(word);
        };
        if command.is_empty() {
            return Err(format!("invalid argument `;' to `{name}'").into());
        }
        if many {
            let last = command.pop().unwrap_or_default();
            if last != "{}" {
                let form = format!("{name} ... {{}} +");
                let braces = quote(b"{}", locale);
                let text = [
                    b"In ",
                    &quote(form.as_bytes(), locale)[..],
                    b" the ",
                    &braces,
                    b" must appear by itself, but you specified ",
                    &quote(&last, locale),
                ];
                return Err(text.concat());
            }
            if command.iter().any(|word| has_braces(word)) {
                return Err(format!("Only one instance of {{}} is supported with {name} ... +").into());
            }
            if command.is_empty() {
                command.push(Bytes::from_static(b"{}"));
            }
        }
        Ok(Execution {
            words: command,
            place,
            asks,
            many,
            waiting: Vec::new(),
            waiting_bytes: 0,
            waiting_directory: Vec::new(),
        })
    }

    /// Runs the command for `path`, or keeps the path for later. Answers whether it succeeded.
    pub async fn run(&mut self, path: &[u8], context: &Context, io: &Io, report: &mut Report) -> bool {
        let (directory, name) = match self.place {
            Place::Here => (Vec::new(), path.to_vec()),
            Place::OwnDirectory => own_directory(path),
        };
        if !self.many {
            let words: Vec<Bytes> = self.words.iter().map(|word| replace_braces(word, &name)).collect();
            if self.asks && !self.is_agreed(path, context, io).await {
                return false;
            }
            return self.launch(words, &directory, context, io, report).await;
        }
        let full = self.waiting_bytes + name.len() + 1 > MOST_BYTES - self.command_bytes();
        if !self.waiting.is_empty() && (full || directory != self.waiting_directory) {
            self.finish(context, io, report).await;
        }
        self.waiting_bytes += name.len() + 1;
        self.waiting.push(name.into());
        self.waiting_directory = directory;
        true
    }

    /// Runs the command for the entries that wait; a failure makes the status of `find` 1.
    pub async fn finish(&mut self, context: &Context, io: &Io, report: &mut Report) {
        if self.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let directory = std::mem::take(&mut self.waiting_directory);
        let words = match &self.words[..] {
            [only] if only == "{}" => waiting,
            words => words.iter().cloned().chain(waiting).collect(),
        };
        if !self.launch(words, &directory, context, io, report).await {
            report.note(1);
        }
    }

    fn command_bytes(&self) -> usize {
        self.words.iter().map(|word| word.len() + 1).sum::<usize>().min(MOST_BYTES / 2)
    }

    async fn is_agreed(&self, path: &[u8], context: &Context, io: &Io) -> bool {
        let command = self.words.first().cloned().unwrap_or_default();
        let question = [b"< ", &command[..], b" ... ", path, b" > ? "].concat();
        ask(io, &context.call, question).await
    }

    async fn launch(
        &self,
        words: Vec<Bytes>,
        directory: &[u8],
        context: &Context,
        io: &Io,
        report: &mut Report,
    ) -> bool {
        let mut changes = Changes::default();
        if self.place == Place::OwnDirectory {
            match context.view.resolve(directory, Follow::Yes).await {
                Ok(directory) => changes.directory = Some(directory),
                Err(error) => {
                    report.cannot_quoting("cannot change to", directory, &error).await;
                    return false;
                }
            }
        }
        let mut io = io.clone();
        if self.asks {
            io.stdin = Descriptor::null();
        }
        let command = words.first().cloned().unwrap_or_default();
        let problem = match context.launcher.launch(words, io, changes).await {
            Launched::Ran(status) => return status == 0,
            Launched::NotFound => "No such file or directory",
            Launched::NotExecutable => "Permission denied",
        };
        let shown = quote(&command, context.locale());
        let status = u8::from(self.many);
        report.note(status);
        report.say(&[&shown, b": ", problem.as_bytes()]).await;
        false
    }
}

fn has_braces(word: &[u8]) -> bool {
    memchr::memmem::find(word, b"{}").is_some()
}

fn replace_braces(word: &Bytes, path: &[u8]) -> Bytes {
    if !has_braces(word) {
        return word.clone();
    }
    let mut replaced = Vec::with_capacity(word.len() + path.len());
    let mut rest = &word[..];
    while let Some(at) = memchr::memmem::find(rest, b"{}") {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(path);
        rest = &rest[at + 2..];
    }
    replaced.extend_from_slice(rest);
    replaced.into()
}

/// The directory of an entry, and the entry as it is called from there.
fn own_directory(path: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let end = path.iter().rposition(|&byte| byte != b'/').map_or(0, |at| at + 1);
    if end == 0 {
        return (b"/".to_vec(), b"/".to_vec());
    }
    match path[..end].iter().rposition(|&byte| byte == b'/') {
        None => (b".".to_vec(), [b"./", path].concat()),
        Some(0) => (b"/".to_vec(), [b"./", &path[1..]].concat()),
        Some(at) => (path[..at].to_vec(), [b"./", &path[at + 1..]].concat()),
    }
}
