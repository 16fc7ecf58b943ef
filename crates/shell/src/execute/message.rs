//! Messages of the shell, in bash's form.

use mirage_vfs::{Error, ErrorKind};

use super::{Shell, Stop};

impl Shell {
    /// Gathers `bash: line N: parts` for stderr. It is passed on before anything else is printed there.
    pub(crate) fn complain(&mut self, parts: &[&[u8]]) {
        let name = self.message_name();
        let line = format!(": line {}: ", self.line);
        for part in [&[&name[..], line.as_bytes()], parts, &[b"\n"]].concat() {
            self.messages.extend_from_slice(part);
        }
    }

    /// What messages call the place that is executing: the file of the running function, else `$0`.
    pub(crate) fn message_name(&self) -> bytes::Bytes {
        self.frames.last().map_or_else(|| self.state.name.clone(), |frame| frame.source.clone())
    }

    /// Complains, and ends the command as it was read with status 1.
    pub(crate) fn fail(&mut self, message: &[u8]) -> Stop {
        self.complain(&[message]);
        self.state.status = 1;
        Stop::Discard
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
        if let Some(hint) = error.hint_text() {
            self.run.hint(hint);
        }
        self.complain(&[path, b": ", error.to_string().as_bytes()]);
    }

    /// Passes gathered messages on to stderr.
    pub(crate) async fn flush_messages(&mut self) {
        if self.messages.is_empty() {
            return;
        }
        let text = self.messages.split().freeze();
        if let Some(stderr) = self.descriptors.get(2).cloned() {
            // Nobody is left to tell when stderr itself fails.
            let _ = stderr.write(&self.run.call, text).await;
        }
    }

    /// Passes on what builtin `name` has printed. A reader that is gone ends the shell, as SIGPIPE does.
    pub(crate) async fn flush_output(&mut self, name: &[u8]) -> Result<(), Stop> {
        if self.output.is_empty() {
            return Ok(());
        }
        let text = self.output.split().freeze();
        let stdout = self.descriptors.get(1).cloned();
        let written = match stdout {
            Some(stdout) => stdout.write(&self.run.call, text).await,
            None => Err(Error::new(ErrorKind::BadDescriptor, "write")),
        };
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.is(ErrorKind::BrokenPipe) => {
                self.state.status = 141;
                Err(Stop::Exit)
            }
            Err(error) => {
                self.complain(&[name, b": write error: ", error.to_string().as_bytes()]);
                self.state.status = 1;
                Ok(())
            }
        }
    }
}
