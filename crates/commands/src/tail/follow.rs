//! Files watched for what is added to them.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, ErrorKind, OpenOptions, Result};

use super::last::copy_rest;
use crate::support::{Headers, Report, quote_always, shown_name};

/// However often one asks to look, the service is left this long in between.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// How files are watched.
#[derive(Clone, Copy, Debug)]
pub struct Watching {
    /// The name is watched, whichever file has it; else the file, whichever name it has.
    pub by_name: bool,
    /// A file that is missing may come.
    pub retry: bool,
    /// Time between two looks.
    pub interval: Duration,
}

/// One operand that is watched.
pub struct Watched {
    operand: Bytes,
    /// The open file; none while it is missing.
    input: Option<Descriptor>,
    identity: Option<(u64, u64)>,
}

impl Watched {
    /// `input` as the copying left it, or a file that is missing.
    pub async fn new(operand: Bytes, input: Option<Descriptor>, context: &Context) -> Self {
        let mut identity = None;
        if let Some(file) = input.as_ref().and_then(Descriptor::as_file) {
            identity = file.file().stat(&context.call).await.ok().and_then(|entry| entry.identity);
        }
        Watched { operand, input, identity }
    }

    fn is_stdin(&self) -> bool {
        self.operand == "-"
    }
}

/// The state of following.
pub struct Following<'a> {
    pub context: &'a Context,
    pub io: &'a Io,
    pub report: &'a mut Report,
    pub headers: &'a mut Headers,
    pub output: &'a mut Writer,
    pub watching: Watching,
    /// Whose text was printed last: only another's gets a header.
    pub shown: Option<usize>,
}

impl Following<'_> {
    /// Prints what is added to `files` until none is left to watch, the line is cancelled, or nobody reads any more.
    pub async fn run(mut self, mut files: Vec<Option<Watched>>) -> Result<()> {
        let host = self.context.call.host().clone();
        loop {
            for (at, slot) in files.iter_mut().enumerate() {
                if let Some(mut file) = slot.take()
                    && self.look(at, &mut file).await?
                {
                    *slot = Some(file);
                }
            }
            if files.iter().all(Option::is_none) {
                self.report.fail(1, &[b"no files remaining"]).await;
                return Ok(());
            }
            self.output.flush(&self.context.call).await?;
            let pause = host.sleep(self.watching.interval.max(SHORTEST_INTERVAL));
            if let Either::Left(_) = select(pin!(self.io.stdout.abandoned()), pause).await {
                return Err(Error::new(ErrorKind::BrokenPipe, "write"));
            }
        }
    }

    /// Prints what was added to one file; false when it is watched no longer.
    async fn look(&mut self, at: usize, file: &mut Watched) -> Result<bool> {
        if !file.is_stdin() && !self.look_at_name(file).await {
            return Ok(false);
        }
        let Some(input) = file.input.clone() else { return Ok(true) };
        self.notice_truncation(&input, file).await;
        let chunk = match input.read(&self.context.call).await {
            Ok(chunk) if chunk.is_empty() => return Ok(true),
            Ok(chunk) => chunk,
            Err(error) => {
                self.report.cannot_read(&file.operand, &error).await;
                return Ok(false);
            }
        };
        if self.shown.replace(at) != Some(at) {
            self.headers.print(&file.operand, self.output);
        }
        self.output.pass(&self.context.call, chunk).await?;
        if let Err(error) = copy_rest(&input, self.output, &self.context.call).await? {
            self.report.cannot_read(&file.operand, &error).await;
            return Ok(false);
        }
        Ok(true)
    }

    /// Opens the file again when another has its name, or when it has grown and the open handle does not show that, as
    /// with services that keep versions. False when it is gone for good.
    async fn look_at_name(&mut self, file: &mut Watched) -> bool {
        let found = self.context.view.stat(&file.operand, Follow::Yes).await;
        let (by_name, retry) = (self.watching.by_name, self.watching.retry);
        match (found, file.input.is_some()) {
            (Ok(entry), true) if entry.identity == file.identity => self.refresh(file, &entry).await,
            (Ok(entry), true) if by_name => self.switch(file, &entry, "has been replaced").await,
            (Ok(entry), false) => self.switch(file, &entry, "has appeared").await,
            (Err(error), true) if by_name && retry => {
                let name = quote_always(&file.operand, self.report.locale());
                self.report.say(&[&name, b" has become inaccessible: ", error.to_string().as_bytes()]).await;
                file.input = None;
            }
            (Err(error), true) if by_name => {
                self.report.fail(1, &[&file.operand, b": ", error.to_string().as_bytes()]).await;
                return false;
            }
            _ => {}
        }
        true
    }

    async fn refresh(&mut self, file: &mut Watched, entry: &Entry) {
        let Some(input) = &file.input else { return };
        let Some(opened) = input.as_file() else { return };
        let shown = opened.file().stat(&self.context.call).await.map(|shown| shown.size);
        if shown.is_ok_and(|shown| shown == entry.size) {
            return;
        }
        if let Ok(again) = self.open(&file.operand).await {
            again.seek(input.offset().unwrap_or(0));
            file.input = Some(again);
        }
    }

    async fn switch(&mut self, file: &mut Watched, entry: &Entry, what: &str) {
        let Ok(input) = self.open(&file.operand).await else { return };
        let name = quote_always(&file.operand, self.report.locale());
        self.report.say(&[&name, b" ", what.as_bytes(), b";  following new file"]).await;
        file.input = Some(input);
        file.identity = entry.identity;
    }

    async fn open(&self, operand: &[u8]) -> Result<Descriptor> {
        self.context.open(self.io, operand, &OpenOptions::reading()).await
    }

    async fn notice_truncation(&mut self, input: &Descriptor, file: &Watched) {
        let Some(opened) = input.as_file() else { return };
        let Ok(entry) = opened.file().stat(&self.context.call).await else { return };
        if entry.size.exact().zip(input.offset()).is_some_and(|(size, offset)| size < offset) {
            self.report.say(&[shown_name(&file.operand), b": file truncated"]).await;
            input.seek(0);
        }
    }
}
