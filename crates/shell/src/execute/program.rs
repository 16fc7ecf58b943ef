//! The shell as a program: `bash -c`, `bash FILE`, `bash -s`.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, select};
use mirage_vfs::tree::Follow;
use mirage_vfs::{ErrorKind, OpenOptions};

use super::{Shell, Source, Stop, signal_status};
use crate::builtins::{self, Invocation};
use crate::command::Status;
use crate::state::{Attributes, ShellOption, Value, Variable};

/// What `bash --version` prints: its first line is what scripts look at.
const VERSION: &str = "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThis shell is Mirage's.\n";

/// What `bash --help` prints.
const USAGE: &str = "Usage: bash [option] ... [-c command [name [argument ...]] | file [argument ...] | -s [argument ...]]\n\
    Options: those of set and, behind -O, of shopt; -l, -i, --login, --posix, --norc, --noprofile, --rcfile FILE\n";

/// A file's start that is looked at to tell a program from a script.
const HEAD: usize = 80;

/// How the program was called.
#[derive(Default)]
struct Start {
    command: bool,
    from_stdin: bool,
    login: bool,
    interactive: bool,
    /// No files are read at first, of a login shell and of an interactive one.
    bare: (bool, bool),
    /// What an interactive shell reads at first.
    rc_file: Option<Bytes>,
}

impl Shell {
    /// Runs this shell as the program `bash`, with `words` for its command line, and answers its status.
    pub(crate) async fn run_as_program(&mut self, words: Vec<Bytes>) -> Result<Status, Stop> {
        let signals = self.signals.clone();
        let run = self.run.clone();
        run.processes.add(&signals);
        let descriptors = self.descriptors.clone();
        let ended = {
            let work = std::pin::pin!(async {
                match self.start_up(words).await {
                    Ok(Some((text, source))) => self.run_text(text, 1, source).await,
                    Ok(None) => Ok(()),
                    Err(stop) => Err(stop),
                }
            });
            match select(work, std::pin::pin!(signals.until_killed())).await {
                Either::Left((result, _)) => Ok(result),
                Either::Right((signal, _)) => Err(signal),
            }
        };
        let result = ended.unwrap_or_else(|signal| {
            self.descriptors = descriptors;
            self.state.status = signal_status(signal);
            Err(Stop::Exit)
        });
        run.processes.remove(signals.id);
        self.finish(result).await
    }

    /// Reads the command line of `bash`: options, then what to run. None when there is nothing to run.
    async fn start_up(&mut self, words: Vec<Bytes>) -> Result<Option<(Bytes, Source)>, Stop> {
        self.state.name = words.first().cloned().unwrap_or_else(|| Bytes::from_static(b"bash"));
        if self.state.variables.get(b"POSIXLY_CORRECT").is_some() {
            self.state.options.set(ShellOption::Posix, true);
        }
        let mut words = words.into_iter().skip(1).peekable();
        let mut start = Start::default();
        while let Some(word) = words.next_if(|word| matches!(word.first(), Some(b'-' | b'+'))) {
            match &word[..] {
                b"-" | b"--" => break,
                [b'-', b'-', ..] => {
                    if !self.long_option(&word, &mut start, &mut words)? {
                        return Ok(None);
                    }
                }
                _ => self.short_options(&word, &mut start, &mut words)?,
            }
        }
        let ready = match start.command {
            true => {
                let Some(text) = words.next() else {
                    return Err(self.refuse_start(&[b"-c: option requires an argument"]));
                };
                if let Some(name) = words.next() {
                    self.state.name = name;
                }
                self.state.positional = Arc::new(words.collect());
                self.store_scalar(&Bytes::from_static(b"BASH_EXECUTION_STRING"), text.clone())?;
                (text, Source::Line)
            }
            false => match words.next_if(|_| !start.from_stdin) {
                Some(path) => self.open_script(path, words.collect()).await?,
                None => {
                    self.state.positional = Arc::new(words.collect());
                    (Bytes::new(), Source::Input)
                }
            },
        };
        self.read_start_files(&start).boxed_local().await?;
        match ready {
            (_, Source::Input) => Ok(Some((self.read_rest().await?, Source::Input))),
            ready => Ok(Some(ready)),
        }
    }

    /// An option with two dashes; false when it was answered and there is nothing to run.
    fn long_option(
        &mut self,
        word: &Bytes,
        start: &mut Start,
        words: &mut impl Iterator<Item = Bytes>,
    ) -> Result<bool, Stop> {
        match &word[..] {
            b"--posix" => {
                self.state.options.set(ShellOption::Posix, true);
                let variable =
                    Variable { value: Value::Scalar(Bytes::from_static(b"y")), attributes: Attributes::NONE };
                self.state.variables.insert(Bytes::from_static(b"POSIXLY_CORRECT"), variable);
            }
            b"--verbose" => self.state.options.set(ShellOption::Verbose, true),
            b"--login" => start.login = true,
            b"--noprofile" => start.bare.0 = true,
            b"--norc" => start.bare.1 = true,
            b"--noediting" => {}
            b"--rcfile" | b"--init-file" => match words.next() {
                Some(path) => start.rc_file = Some(path),
                None => return Err(self.refuse_start(&[word, b": option requires an argument"])),
            },
            b"--version" | b"--help" => {
                let text = if word == "--version" { VERSION } else { USAGE };
                self.output.extend_from_slice(text.as_bytes());
                return Ok(false);
            }
            b"--restricted" => return Err(self.unsupported("a restricted shell")),
            b"--debugger" | b"--dump-strings" | b"--dump-po-strings" => {
                return Err(self.unsupported(&format!("bash {}", String::from_utf8_lossy(word))));
            }
            _ => return Err(self.refuse_start(&[word, b": invalid option"])),
        }
        Ok(true)
    }

    fn short_options(
        &mut self,
        word: &Bytes,
        start: &mut Start,
        words: &mut impl Iterator<Item = Bytes>,
    ) -> Result<(), Stop> {
        let on = word[0] == b'-';
        for letter in &word[1..] {
            match letter {
                b'c' if on => start.command = true,
                b's' if on => start.from_stdin = true,
                b'l' => start.login = on,
                b'i' => start.interactive = on,
                b'r' if on => return Err(self.unsupported("a restricted shell")),
                b'D' if on => return Err(self.unsupported("bash -D")),
                b'o' | b'O' => {
                    let name = words.next().unwrap_or_default();
                    let (option, text): (_, &[u8]) = match letter {
                        b'o' => (ShellOption::of_set(&name), b": invalid option name"),
                        _ => (ShellOption::of_shopt(&name), b": invalid shell option name"),
                    };
                    match option {
                        Some(option) => self.state.options.set(option, on),
                        None => {
                            let own = self.state.name.clone();
                            let shown: &[u8] =
                                if *letter == b'o' { b": line 0: bash: " } else { b": line 0: " };
                            self.messages.extend_from_slice(&[&own[..], shown, &name, text, b"\n"].concat());
                            self.state.status = 2;
                            return Err(Stop::Exit);
                        }
                    }
                }
                letter => match ShellOption::of_letter(*letter) {
                    Some(option) => self.state.options.set(option, on),
                    None => return Err(self.refuse_start(&[&[word[0], *letter], b": invalid option"])),
                },
            }
        }
        Ok(())
    }

    /// Reads a script file, and takes its name.
    async fn open_script(&mut self, path: Bytes, positional: Vec<Bytes>) -> Result<(Bytes, Source), Stop> {
        let outer = std::mem::replace(&mut self.state.name, path.clone());
        let refused = |shell: &mut Shell, name: &[u8], text: &[u8], status: u8| {
            shell.messages.extend_from_slice(&[name, b": ", &path, b": ", text, b"\n"].concat());
            shell.state.status = status;
            Stop::Exit
        };
        match self.view().is_directory(&path, Follow::Yes).await {
            Ok(false) => {}
            Ok(true) => return Err(refused(self, &path, b"Is a directory", 126)),
            Err(error) => return Err(refused(self, &outer, error.to_string().as_bytes(), 126)),
        }
        let io = self.io();
        let opened = self.context().open(&io, &path, &OpenOptions::reading()).await;
        let text = match opened {
            Ok(file) => {
                let (text, failed) = self.gather(&file).await?;
                let _ = file.close(&self.run.call).await;
                if let Some(error) = failed {
                    return Err(refused(self, &outer, error.to_string().as_bytes(), 126));
                }
                text
            }
            Err(error) => {
                self.keep_hint(&error);
                let status = if error.is(ErrorKind::NotFound) { 127 } else { 126 };
                return Err(refused(self, &outer, error.to_string().as_bytes(), status));
            }
        };
        let first = text[..text.len().min(HEAD)].split(|&byte| byte == b'\n').next().unwrap_or_default();
        if first.contains(&0) {
            return Err(refused(self, &path, b"cannot execute binary file", 126));
        }
        self.script = Some(path);
        self.state.positional = Arc::new(positional);
        Ok((text, Source::File))
    }

    /// Runs the files that a shell of this kind reads at first.
    async fn read_start_files(&mut self, start: &Start) -> Result<(), Stop> {
        let home = self.state.variables.scalar(b"HOME").cloned().unwrap_or_default();
        let at_home = |name: &str| Bytes::from([&home[..], b"/", name.as_bytes()].concat());
        if start.login && !start.bare.0 {
            self.source_if_there(Bytes::from_static(b"/etc/profile")).await?;
            for name in [".bash_profile", ".bash_login", ".profile"] {
                if self.source_if_there(at_home(name)).await? {
                    break;
                }
            }
        }
        if start.interactive {
            if !start.bare.1 && !start.login {
                let file = start.rc_file.clone().unwrap_or_else(|| at_home(".bashrc"));
                self.source_if_there(file).await?;
            }
            return Ok(());
        }
        let named_sh = self.state.name.rsplit(|&byte| byte == b'/').next() == Some(b"sh");
        let wanted = self.state.variables.scalar(b"BASH_ENV").filter(|path| !path.is_empty()).cloned();
        if let (Some(path), false, false) = (wanted, named_sh, self.state.options.has(ShellOption::Posix)) {
            let options = self.parser_options(1);
            let path = match mirage_syntax::parse_quoted(path.clone(), &options) {
                Ok(word) => self.expand_single(&word).await?,
                Err(_) => path,
            };
            self.source_if_there(path).await?;
        }
        Ok(())
    }

    /// Sources a file if there is one; answers whether there was.
    async fn source_if_there(&mut self, path: Bytes) -> Result<bool, Stop> {
        match self.view().probe(&path, Follow::Yes).await {
            Ok(Some(entry)) if entry.is_file() => {}
            Ok(_) => return Ok(false),
            Err(error) => {
                self.complain_path(&path, &error);
                return Ok(false);
            }
        }
        let words = vec![Bytes::from_static(b"source"), path];
        self.state.status = builtins::source(self, Invocation { words }).boxed_local().await?;
        Ok(true)
    }

    fn refuse_start(&mut self, parts: &[&[u8]]) -> Stop {
        let name = self.state.name.clone();
        self.messages.extend_from_slice(&[&[&name[..], b": "], parts, &[b"\n"]].concat().concat());
        self.state.status = 2;
        Stop::Exit
    }
}
