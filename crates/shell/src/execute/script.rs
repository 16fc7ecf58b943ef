//! Running text: lines, scripts, `eval`, sourced files.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::{Either, select};
use mirage_syntax::{ErrorPlace, Parser, ParserOptions};

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
            let exceeded = run.call.memory().exceeded();
            let ran = async {
                let result = self.run_until_killed(text, source).await;
                self.finish(result).await
            };
            match select(exceeded, std::pin::pin!(ran)).await {
                Either::Left(((), _)) => Err(Stop::Limit(Limit::Memory)),
                Either::Right((ended, _)) => run.memory.check(0).and(ended),
            }
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
        self.run.call.memory().lift();
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
            if matches!(source, Source::Line | Source::File | Source::Input)
                && self.remembers_lines()
                && self.subshells == 0
                && self.frames.is_empty()
            {
                let read = before.len() - parser.rest().len();
                self.remember_command(&before[..read]);
            }
            for warning in &complete.warnings {
                let line = std::mem::replace(&mut self.line, warning.line);
                self.complain_plainly(&[&warning.message]);
                self.line = line;
            }
            self.notice_jobs();
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
            if self.state.options.has(ShellOption::OneCommand)
                && matches!(source, Source::File | Source::Input)
                && self.frames.is_empty()
                && self.script.is_some()
            {
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
}
