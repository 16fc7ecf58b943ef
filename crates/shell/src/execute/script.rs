//! Running text: lines, scripts, `eval`, sourced files.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::{Either, select};
use mirage_syntax::{ErrorPlace, Parser, ParserOptions};
use mirage_vfs::ErrorKind;

use super::launch::read_script;
use super::tasks::drive;
use super::{Limit, Shell, Stop, signal_status};
use crate::command::Status;
use crate::state::ShellOption;

/// How deep the constructs of a text may nest.
const SYNTAX_DEPTH: u32 = 120;

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The line's status.
    pub status: Status,
    /// The limit that ended it, if one did; what it was has been printed.
    pub limit: Option<Limit>,
}

/// What a text is, for the messages of its syntax errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `bash -c`.
    Line,
    /// A script file, or one that is sourced.
    File,
    /// The standard input, which commands read too.
    Input,
    /// `eval`, and the name of what acts like it.
    Builtin(&'static str),
    /// A command substitution in backquotes.
    Substitution,
    /// A trap's action, and what messages call it.
    Trap(&'static str),
}

impl Shell {
    /// Runs a line to its end: command by command, then the EXIT trap; all that was started has ended and every file is
    /// closed when this answers.
    ///
    /// Asked to stop through the call's cancellation, it runs the trap of that signal and the EXIT trap and ends with
    /// 130 or 143; whoever drives the line may also drop this future.
    pub async fn run_script(&mut self, text: Bytes) -> Ended {
        self.run_whole(text, Source::Line).await
    }

    /// As [`run_script`](Shell::run_script) for the text of a script file called `name`, as messages and `BASH_SOURCE`
    /// tell it.
    pub async fn run_file(&mut self, name: Bytes, text: Bytes) -> Ended {
        self.state.name = name.clone();
        self.script = Some(name);
        self.run_whole(text, Source::File).await
    }

    /// As [`run_script`](Shell::run_script) for a script on the standard input, which its commands read on from where
    /// the shell has come to.
    pub async fn run_stdin(&mut self) -> Ended {
        let text = self.read_rest().await.unwrap_or_default();
        self.run_whole(text, Source::Input).await
    }

    async fn run_whole(&mut self, text: Bytes, source: Source) -> Ended {
        let run = self.run.clone();
        run.processes.add(&self.signals);
        self.note_traps();
        let main = async {
            let result = self.run_until_killed(text, source).await;
            self.finish(result).await
        };
        let ended = drive(&run.tasks, main, |ended: &Result<Status, Stop>| ended.is_ok()).await;
        match ended {
            Ok(status) => Ended { status, limit: None },
            Err(Stop::Limit(limit)) => {
                self.tell_limit(limit).await;
                Ended { status: 137, limit: Some(limit) }
            }
            Err(_) => Ended { status: self.state.status, limit: None },
        }
    }

    /// Runs a line's text until it ends, or a signal or the line's cancellation ends it.
    async fn run_until_killed(&mut self, text: Bytes, source: Source) -> Result<(), Stop> {
        let signals = self.signals.clone();
        let cancellation = self.run.call.cancellation().clone();
        let descriptors = self.descriptors.clone();
        let ended = {
            let work = std::pin::pin!(self.run_text(text, 1, source));
            let killed = std::pin::pin!(async {
                let watched = async {
                    let signal = cancellation.cancelled().await;
                    signals.interrupt(signal as u32);
                    std::future::pending::<()>().await;
                };
                let watched = std::pin::pin!(watched);
                match select(std::pin::pin!(signals.until_killed()), watched).await {
                    Either::Left((signal, _)) => signal,
                    Either::Right(_) => 0,
                }
            });
            match select(work, killed).await {
                Either::Left((result, _)) => Ok(result),
                Either::Right((signal, _)) => Err(signal),
            }
        };
        ended.unwrap_or_else(|signal| {
            // What was running had its own redirections.
            self.descriptors = descriptors;
            self.builtin = None;
            self.state.status = signal_status(signal);
            Err(Stop::Exit)
        })
    }

    async fn tell_limit(&mut self, limit: Limit) {
        let text = match limit {
            Limit::Memory => "mirage: limit: memory: the line holds more than it may\n",
            Limit::Depth => "mirage: limit: depth: functions, subshells or scripts nest too deep\n",
        };
        self.messages.extend_from_slice(text.as_bytes());
        let _ = self.settle().await;
        self.close_descriptors().await;
        self.state.status = 137;
    }

    /// Runs `text`, which starts at `line`, command by command as it is read.
    pub(crate) async fn run_text(&mut self, text: Bytes, line: u32, source: Source) -> Result<(), Stop> {
        let (mut text, mut line) = (text, line);
        self.tells_commands |= memchr::memmem::find(&text, b"BASH_COMMAND").is_some();
        let mut parser = Parser::new(text.clone(), self.parser_options(line));
        loop {
            let before = parser.rest();
            let next = parser.next();
            if self.state.options.has(ShellOption::Verbose) {
                self.show_input(&before, parser.rest().len());
            }
            let complete = match next {
                Ok(Some(complete)) if source == Source::Input => {
                    // What follows is the commands' to read.
                    self.give_back(parser.rest());
                    complete
                }
                Ok(None) => return Ok(()),
                Ok(Some(complete)) => complete,
                Err(error) => {
                    self.refuse_syntax(&error, source)?;
                    match error.place {
                        ErrorPlace::Array => continue,
                        _ => return Ok(()),
                    }
                }
            };
            for warning in &complete.warnings {
                let line = std::mem::replace(&mut self.line, warning.line);
                self.complain_plainly(&[&warning.message]);
                self.line = line;
            }
            match self.run_list(&complete.list).await {
                Ok(()) => {}
                // In a copy of the shell such an error ends the copy.
                Err(Stop::Discard) if self.subshells == 0 => {
                    self.settle().await?;
                    let tolerated = std::mem::take(&mut self.tolerates_discard);
                    if self.state.options.has(ShellOption::ErrExit) && !tolerated {
                        return Err(Stop::Exit);
                    }
                }
                Err(Stop::Abandon)
                    if self.subshells == 0 && source == Source::File && self.frames.is_empty() =>
                {
                    self.settle().await?;
                }
                Err(stop) => return Err(stop),
            }
            if self.state.options.has(ShellOption::OneCommand) {
                return Err(Stop::Exit);
            }
            if source == Source::Input {
                let read = text.len() - parser.rest().len();
                line += text[..read].iter().filter(|&&byte| byte == b'\n').count() as u32;
                text = self.read_rest().await?;
                parser = Parser::new(text.clone(), self.parser_options(line));
            }
            self.update_parser(&mut parser);
        }
    }

    fn give_back(&self, rest: Bytes) {
        if let Some(input) = self.descriptors.get(0) {
            input.unread(rest);
        }
    }

    /// `set -v`: the lines that were read.
    fn show_input(&mut self, before: &Bytes, left: usize) {
        let read = &before[..before.len().saturating_sub(left)];
        self.messages.extend_from_slice(read);
        if !read.is_empty() && !read.ends_with(b"\n") {
            self.messages.extend_from_slice(b"\n");
        }
    }

    pub(crate) fn parser_options(&self, line: u32) -> ParserOptions {
        let mut options = ParserOptions { line, depth: SYNTAX_DEPTH, ..ParserOptions::default() };
        self.set_parser_options(&mut options);
        options
    }

    fn update_parser(&self, parser: &mut Parser) {
        self.set_parser_options(parser.options_mut());
    }

    fn set_parser_options(&self, options: &mut ParserOptions) {
        options.extglob = self.state.options.has(ShellOption::ExtGlob);
        options.posix = self.state.options.has(ShellOption::Posix);
        options.aliases =
            match self.state.options.has(ShellOption::ExpandAliases) && !self.state.aliases.is_empty() {
                true => {
                    let aliases = self.state.aliases.clone();
                    Some(Rc::new(move |name: &[u8]| aliases.get(name).cloned()))
                }
                false => None,
            };
    }

    fn refuse_syntax(&mut self, error: &mirage_syntax::SyntaxError, source: Source) -> Result<(), Stop> {
        let name = self.message_name();
        let prefix: Bytes = match source {
            Source::Line => [&name[..], b": -c"].concat().into(),
            Source::File | Source::Input => name,
            Source::Builtin(builtin) => [&name[..], b": ", builtin.as_bytes()].concat().into(),
            Source::Substitution => [&name[..], b": command substitution"].concat().into(),
            Source::Trap(called) => [&name[..], b": ", called.as_bytes()].concat().into(),
        };
        for warning in &error.warnings {
            let line = std::mem::replace(&mut self.line, warning.line);
            self.complain_plainly(&[&warning.message]);
            self.line = line;
        }
        self.messages.extend_from_slice(&error.render(&prefix));
        let script = matches!(source, Source::Line | Source::File | Source::Input) && self.frames.is_empty();
        let status = match (error.place, source) {
            (ErrorPlace::Array, _) => 1,
            (ErrorPlace::Condition, _) if script => self.state.status,
            (ErrorPlace::Substitution, Source::Line | Source::Builtin(_)) => 127,
            _ => 2,
        };
        self.state.status = status;
        match error.place {
            ErrorPlace::Array => Ok(()),
            _ if script || status == 127 => Err(Stop::Exit),
            _ => Ok(()),
        }
    }

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
        use std::sync::Arc;
        self.state.name = words.first().cloned().unwrap_or_else(|| Bytes::from_static(b"bash"));
        let mut words = words.into_iter().skip(1).peekable();
        let (mut command, mut from_stdin) = (false, false);
        while let Some(word) = words.next_if(|word| word.len() > 1 && matches!(word[0], b'-' | b'+')) {
            let on = word[0] == b'-';
            match &word[..] {
                b"--" | b"-" => break,
                b"--norc" | b"--noprofile" | b"--posix" | b"--login" => {
                    if &word[..] == b"--posix" {
                        self.state.options.set(ShellOption::Posix, true);
                    }
                    continue;
                }
                _ => {}
            }
            for letter in &word[1..] {
                match letter {
                    b'c' if on => command = true,
                    b's' if on => from_stdin = true,
                    b'i' | b'l' | b'r' => {}
                    b'o' | b'O' => {
                        let name = words.next().unwrap_or_default();
                        let option = match letter {
                            b'o' => ShellOption::of_set(&name),
                            _ => ShellOption::of_shopt(&name),
                        };
                        match option {
                            Some(option) => self.state.options.set(option, on),
                            None => return Err(self.refuse_start(&[&name, b": invalid option name"])),
                        }
                    }
                    letter => match ShellOption::of_letter(*letter) {
                        Some(option) => self.state.options.set(option, on),
                        None => return Err(self.refuse_start(&[&word, b": invalid option"])),
                    },
                }
            }
        }
        if command {
            let Some(text) = words.next() else {
                return Err(self.refuse_start(&[b"-c: option requires an argument"]));
            };
            if let Some(name) = words.next() {
                self.state.name = name;
            }
            self.state.positional = Arc::new(words.collect());
            return Ok(Some((text, Source::Line)));
        }
        if let Some(path) = words.next_if(|_| !from_stdin) {
            return self.start_file(path, words.collect()).await;
        }
        self.state.positional = Arc::new(words.collect());
        let text = self.read_rest().await?;
        Ok(Some((text, Source::Input)))
    }

    async fn start_file(
        &mut self,
        path: Bytes,
        positional: Vec<Bytes>,
    ) -> Result<Option<(Bytes, Source)>, Stop> {
        let outer = std::mem::replace(&mut self.state.name, path.clone());
        let context = self.context();
        let text = match read_script(&context, &self.io(), &path).await {
            Ok(text) => text,
            Err(error) => {
                self.keep_hint(&error);
                let missing = error.is(ErrorKind::NotFound);
                let text = error.to_string();
                self.messages
                    .extend_from_slice(&[&outer[..], b": ", &path, b": ", text.as_bytes(), b"\n"].concat());
                self.state.status = if missing { 127 } else { 126 };
                return Err(Stop::Exit);
            }
        };
        if text
            .slice(..text.len().min(80))
            .split(|&byte| byte == b'\n')
            .next()
            .is_some_and(|line| line.contains(&0))
        {
            let shown = [&path[..], b": ", &path, b": cannot execute binary file\n"].concat();
            self.messages.extend_from_slice(&shown);
            self.state.status = 126;
            return Err(Stop::Exit);
        }
        self.script = Some(path);
        self.state.positional = std::sync::Arc::new(positional);
        Ok(Some((text, Source::File)))
    }

    fn refuse_start(&mut self, parts: &[&[u8]]) -> Stop {
        let name = self.state.name.clone();
        self.messages.extend_from_slice(&[&[&name[..], b": "], parts, &[b"\n"]].concat().concat());
        self.state.status = 2;
        Stop::Exit
    }
}
