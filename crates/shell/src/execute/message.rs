//! What the shell itself prints: messages in bash's form, and the output of its builtins.

use bytes::{Bytes, BytesMut};
use mirage_vfs::{Error, ErrorKind};

use super::{Shell, Stop};
use crate::state::ShellOption;

/// Output of builtins that is gathered before it is passed on.
const GATHER: usize = 32 * 1024;

impl Shell {
    /// Gathers `bash: line N: parts` for stderr; a running builtin is named too. It is passed on before anything else is
    /// printed there.
    pub(crate) fn complain(&mut self, parts: &[&[u8]]) {
        let name = self.message_name();
        self.messages.extend_from_slice(&name);
        let plain = self.builtin.is_none() && self.state.options.has(ShellOption::GnuErrFmt);
        let place = if plain { format!(":{}: ", self.line) } else { format!(": line {}: ", self.line) };
        self.messages.extend_from_slice(place.as_bytes());
        if let Some(builtin) = self.builtin {
            self.messages.extend_from_slice(builtin.as_bytes());
            self.messages.extend_from_slice(b": ");
        }
        for part in parts {
            self.messages.extend_from_slice(part);
        }
        self.messages.extend_from_slice(b"\n");
    }

    /// As [`complain`](Shell::complain), without the name of a builtin that is running.
    pub(crate) fn complain_plainly(&mut self, parts: &[&[u8]]) {
        let builtin = self.builtin.take();
        self.complain(parts);
        self.builtin = builtin;
    }

    /// What messages call the place that is executing: the file of the running function, else `$0`.
    pub(crate) fn message_name(&self) -> Bytes {
        self.frames.last().map_or_else(|| self.state.name.clone(), |frame| frame.source.clone())
    }

    /// Complains, and ends the command as it was read with status 1.
    pub(crate) fn fail(&mut self, message: &[u8]) -> Stop {
        self.complain_plainly(&[message]);
        self.state.status = 1;
        Stop::Discard
    }

    /// Complains, and ends everything up to what the script's own text is read from, with status 1.
    pub(crate) fn abandon(&mut self, message: &[u8]) -> Stop {
        self.complain(&[message]);
        self.state.status = 1;
        Stop::Abandon
    }

    /// Says that something bash can do is not done here: status 2, and the shell ends, so that nothing runs on a
    /// wrong footing.
    pub(crate) fn unsupported(&mut self, what: &str) -> Stop {
        self.messages.extend_from_slice(format!("mirage: unsupported: {what}\n").as_bytes());
        self.state.status = 2;
        Stop::Exit
    }

    /// Complains about an operation on a path: `bash: line N: PATH: TEXT`, and keeps the error's hint.
    pub(crate) fn complain_path(&mut self, path: &[u8], error: &Error) {
        self.keep_hint(error);
        self.complain(&[path, b": ", error.to_string().as_bytes()]);
    }

    /// Keeps an error's hint for the front end.
    pub(crate) fn keep_hint(&self, error: &Error) {
        if let Some(hint) = error.hint_text() {
            self.run.hint(hint);
        }
    }

    /// Passes on everything that was printed: before anything that waits, reads, or shares the streams.
    pub(crate) async fn settle(&mut self) -> Result<(), Stop> {
        if !self.messages.is_empty() {
            self.flush_messages().await?;
        }
        match self.output.is_empty() {
            true => Ok(()),
            false => self.flush_output().await,
        }
    }

    /// Passes on messages, and before them what earlier builtins have printed.
    pub(crate) async fn flush_messages(&mut self) -> Result<(), Stop> {
        if self.output_mark > 0 {
            let older = self.output.split_to(self.output_mark.min(self.output.len()));
            self.output_mark = 0;
            self.write_output(older).await?;
        }
        let text = self.messages.split().freeze();
        if let Some(stderr) = self.descriptors.get(2).cloned() {
            // Nobody is left to tell when stderr itself fails.
            let _ = stderr.write(&self.run.call, text).await;
        }
        Ok(())
    }

    /// Passes on what builtins have printed once it is much, or at once where failing to must be told.
    pub(crate) async fn pass_output(&mut self) -> Result<(), Stop> {
        let streams = self.descriptors.get(1).is_some_and(|stdout| stdout.is_patient());
        match streams && self.output.len() < GATHER && !self.ignores_broken_pipes() {
            true => Ok(()),
            false => self.flush_output().await,
        }
    }

    /// Passes on what builtins have printed. A reader that is gone ends the shell, as SIGPIPE does.
    pub(crate) async fn flush_output(&mut self) -> Result<(), Stop> {
        self.output_mark = 0;
        let text = self.output.split();
        self.write_output(text).await
    }

    async fn write_output(&mut self, text: BytesMut) -> Result<(), Stop> {
        if text.is_empty() {
            return Ok(());
        }
        let stdout = self.descriptors.get(1).cloned();
        let written = match stdout {
            Some(stdout) => stdout.write(&self.run.call, text.freeze()).await,
            None => Err(Error::new(ErrorKind::BadDescriptor, "write")),
        };
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.is(ErrorKind::BrokenPipe) && !self.ignores_broken_pipes() => {
                self.state.status = 141;
                self.state.traps.remove(&b"EXIT"[..]);
                Err(Stop::Exit)
            }
            Err(error) => {
                self.keep_hint(&error);
                let name = self.builtin.unwrap_or(self.last_builtin);
                self.complain_plainly(&[name.as_bytes(), b": write error: ", error.to_string().as_bytes()]);
                self.state.status = 1;
                Ok(())
            }
        }
    }

    /// Whether a broken pipe is an error like any other: its signal is ignored or trapped.
    fn ignores_broken_pipes(&self) -> bool {
        !self.state.traps.is_empty() && self.state.traps.contains_key(&b"PIPE"[..])
    }
}
