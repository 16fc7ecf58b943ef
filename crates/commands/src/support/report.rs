//! Messages on stderr, in GNU's form, and the status they lead to.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Context, Locale, Status};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Call, Error};

use super::{Output, Wrong, quote, quote_always, quote_if_needed, shown_name};

/// A command's messages: each starts with the name it was called by. Remembers the highest status of a failure.
pub struct Report {
    name: Bytes,
    stderr: Descriptor,
    call: Call,
    locale: Locale,
    status: Status,
    output: Option<Output>,
}

impl Report {
    /// The messages of this run.
    pub fn new(arguments: &Arguments, io: &Io, context: &Context) -> Self {
        Report {
            name: arguments.name.clone(),
            stderr: io.stderr.clone(),
            call: context.call.clone(),
            locale: context.locale(),
            status: 0,
            output: None,
        }
    }

    /// Makes every message wait until what was written to `output` before it is passed on.
    pub fn after(&mut self, output: &Output) {
        self.output = Some(output.clone());
    }

    /// Prints `NAME: parts` and a newline.
    pub async fn say(&self, parts: &[&[u8]]) {
        let line = [&[&self.name[..], b": "], parts, &[b"\n"]].concat().concat();
        self.print(line).await;
    }

    /// As [`say`](Report::say), and makes the status at least `status`.
    pub async fn fail(&mut self, status: Status, parts: &[&[u8]]) {
        self.status = self.status.max(status);
        self.say(parts).await;
    }

    /// `NAME: WHAT 'path': ERROR`, as in `rm: cannot remove 'x': Is a directory`; the status is at least 1.
    pub async fn cannot(&mut self, what: &str, path: &[u8], error: &Error) {
        let path = quote_always(path, self.locale);
        self.fail(1, &[what.as_bytes(), b" ", &path, b": ", error.to_string().as_bytes()]).await;
    }

    /// As [`cannot`](Report::cannot) with the quotes of prose: `mkdir: cannot create directory ‘x’: File exists`.
    pub async fn cannot_quoting(&mut self, what: &str, path: &[u8], error: &Error) {
        let path = quote(path, self.locale);
        self.fail(1, &[what.as_bytes(), b" ", &path, b": ", error.to_string().as_bytes()]).await;
    }

    /// The name the command was called by.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The locale of the messages.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// As [`fail`](Report::fail), followed by where to find help: a wrong call noticed after parsing.
    pub async fn usage(&mut self, status: Status, parts: &[&[u8]]) {
        self.fail(status, parts).await;
        self.print([b"Try '", &self.name[..], b" --help' for more information.\n"].concat()).await;
    }

    /// Tells of a wrong call: [`usage`](Report::usage) or [`fail`](Report::fail), as it says.
    pub async fn refuse(&mut self, status: Status, wrong: &Wrong) {
        match wrong {
            Wrong::Usage(message) => self.usage(status, &[message]).await,
            Wrong::Plain(message) => self.fail(status, &[message]).await,
        }
    }

    /// How to call, without a message: a call with nothing to do.
    pub async fn hint(&mut self, status: Status, usage: &[u8]) {
        self.note(status);
        self.print([usage, b"\nTry '", &self.name[..], b" --help' for more information.\n"].concat()).await;
    }

    /// `cannot open 'x' for reading: No such file or directory`, status 1.
    pub async fn cannot_open(&mut self, operand: &[u8], error: &Error) {
        let name = quote_always(shown_name(operand), self.locale);
        self.fail(1, &[b"cannot open ", &name, b" for reading: ", error.to_string().as_bytes()]).await;
    }

    /// `error reading 'x': Is a directory`, status 1.
    pub async fn cannot_read(&mut self, operand: &[u8], error: &Error) {
        let name = quote_always(shown_name(operand), self.locale);
        self.fail(1, &[b"error reading ", &name, b": ", error.to_string().as_bytes()]).await;
    }

    /// `x: No such file or directory`, the name quoted when it must be, status 1.
    pub async fn operand(&mut self, operand: &[u8], error: &Error) {
        let name = quote_if_needed(operand, self.locale);
        self.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
    }

    /// What GNU's tools add at their end when they read a standard input that is not open.
    pub async fn stdin_closed(&mut self, operands: &[Bytes], io: &Io) {
        if io.stdin.is_closed() && operands.iter().any(|operand| operand == "-") {
            self.fail(1, &[b"-: Bad file descriptor"]).await;
        }
    }

    /// Makes the status at least `status` without a message.
    pub fn note(&mut self, status: Status) {
        self.status = self.status.max(status);
    }

    /// The highest status so far.
    pub fn status(&self) -> Status {
        self.status
    }

    async fn print(&self, text: Vec<u8>) {
        if let Some(output) = &self.output {
            output.flush_before_message(&self.call).await;
        }
        // Nobody is left to tell when stderr itself fails; GNU's tools go on as well.
        let _ = self.stderr.write(&self.call, text.into()).await;
    }
}
