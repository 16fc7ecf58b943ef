//! Command substitution.

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::future::try_join;
use mirage_syntax::ast::{CommandSubstitution, Word};
use mirage_vfs::{Error, ErrorKind, OpenOptions};

use crate::command::Status;
use crate::execute::{Limit, Shell, Source, Stop};
use crate::io::{Descriptor, PIPE_LIMIT, pipe};

/// What a substitution takes of the machine's stack, counted as nested commands.
const NESTING: u32 = 6;

impl Shell {
    /// The output of `$(...)`, without the newlines at its end and without NUL bytes.
    pub(crate) async fn expand_command(&mut self, substitution: &CommandSubstitution) -> Result<Bytes, Stop> {
        let output = match substitution.file() {
            Some(word) => {
                let word = word.clone();
                self.read_file(&word).boxed_local().await?
            }
            None => self.capture(substitution).boxed_local().await?,
        };
        Ok(trimmed(output, self))
    }

    /// `$(< file)`.
    async fn read_file(&mut self, word: &Word) -> Result<Bytes, Stop> {
        let Some(path) = self.target_path(word).await? else {
            self.state.status = 1;
            self.substituted = true;
            return Ok(Bytes::new());
        };
        let io = self.io();
        self.settle().await?;
        let input = match self.context().open(&io, &path, &OpenOptions::reading()).await {
            Ok(input) => input,
            Err(error) => {
                self.complain_path(&path, &error);
                self.state.status = 1;
                self.substituted = true;
                return Ok(Bytes::new());
            }
        };
        self.state.status = 0;
        self.substituted = true;
        let gathered = self.gather(&input).await;
        let _ = input.close(&self.run.call).await;
        let (text, failed) = gathered?;
        // As in bash, a directory holds no text.
        if let Some(error) = failed.filter(|error| !error.is(ErrorKind::IsADirectory)) {
            self.complain_path(&path, &error);
            self.state.status = 1;
        }
        Ok(text)
    }

    async fn capture(&mut self, substitution: &CommandSubstitution) -> Result<Bytes, Stop> {
        self.settle().await?;
        let (writer, reader) = pipe(PIPE_LIMIT);
        let mut inner = self.fork();
        inner.descriptors.set(1, Descriptor::writer(writer));
        inner.enter_substitution();
        // As in bash, `break` inside ends the substitution.
        inner.loops = self.loops;
        let list = substitution.list.clone();
        let text = substitution.text.clone();
        let line = self.line;
        let deep = self.is_deep();
        inner.nesting = if deep { 0 } else { self.nesting + NESTING };
        let running = async move {
            match list {
                Some(list) => inner.run_subshell(&list).await,
                // Backquotes that do not parse: what stands before the error still runs.
                None => inner.run_text_as_subshell(text, line).await,
            }
        };
        let reader = Descriptor::reader(reader);
        let (status, output) = match deep {
            true => try_join(self.run.tasks.start(running), self.gather(&reader)).await?,
            false => try_join(running, self.gather(&reader)).await?,
        };
        self.state.status = status;
        self.substituted = true;
        self.notice_jobs();
        // A pipe of ours never fails to be read.
        Ok(output.0)
    }

    /// The output of text that is only known when it runs, run in a copy of this shell.
    pub(crate) async fn capture_text(&mut self, text: Bytes, source: Source) -> Result<Bytes, Stop> {
        self.settle().await?;
        let (writer, reader) = pipe(PIPE_LIMIT);
        let mut inner = self.fork();
        inner.descriptors.set(1, Descriptor::writer(writer));
        inner.enter_substitution();
        let line = self.line;
        let running = self.run.tasks.start(async move {
            let result = inner.run_text(text, line, source).await;
            inner.finish(result).await
        });
        let reader = Descriptor::reader(reader);
        let (status, output) = try_join(running, self.gather(&reader)).await?;
        self.state.status = status;
        Ok(output.0)
    }

    /// Reads to the end, or until that fails: what was read, and the failure.
    pub(crate) async fn gather(&self, input: &Descriptor) -> Result<(Bytes, Option<Error>), Stop> {
        let mut failed = None;
        let mut first = Bytes::new();
        let mut gathered = BytesMut::new();
        let mut held = self.run.call.share();
        loop {
            let chunk = match input.read(&self.run.call).await {
                Ok(chunk) if chunk.is_empty() => break,
                Ok(chunk) => chunk,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            };
            if !held.try_set((first.len() + gathered.len() + chunk.len()) as u64) {
                return Err(Stop::Limit(Limit::Memory));
            }
            match first.is_empty() && gathered.is_empty() {
                true => first = chunk,
                false => {
                    if gathered.is_empty() {
                        gathered.extend_from_slice(&first);
                    }
                    gathered.extend_from_slice(&chunk);
                }
            }
        }
        Ok((if gathered.is_empty() { first } else { gathered.freeze() }, failed))
    }

    /// Runs text that is only parsed now, command by command, and answers the status.
    async fn run_text_as_subshell(&mut self, text: Bytes, line: u32) -> Result<Status, Stop> {
        if self.depth > self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        let result = self.run_text(text, line, Source::Substitution).await;
        self.finish(result).await
    }
}

fn trimmed(output: Bytes, shell: &mut Shell) -> Bytes {
    let end = output.iter().rposition(|&byte| byte != b'\n').map_or(0, |last| last + 1);
    let output = output.slice(..end);
    if !output.contains(&0) {
        return output;
    }
    shell.complain_plainly(&[b"warning: command substitution: ignored null byte in input"]);
    output.iter().copied().filter(|&byte| byte != 0).collect::<Vec<u8>>().into()
}
