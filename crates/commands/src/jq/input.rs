//! The inputs of a program: values, lines or whole texts of files, one after the other as they arrive.

use bytes::{Bytes, BytesMut};
use memchr::{memchr, memchr_iter};
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Result, Share};

use super::flags::Options;
use super::read::{Parser, Step};
use super::stream::events;
use super::value::Value;
use crate::support::open_input;

/// What comes of asking for an input.
pub enum Input {
    Value(Value),
    /// There are no more.
    End,
    /// The text is wrong; nothing follows.
    Wrong(String),
}

/// Reads inputs.
pub struct Inputs<'a> {
    context: &'a Context,
    io: Io,
    files: std::vec::IntoIter<Bytes>,
    current: Option<Descriptor>,
    /// What `input_filename` answers.
    pub filename: Option<Bytes>,
    pub lines: Lines,
    parser: Parser,
    /// Of the line's memory, what was read and is not yet given on.
    held: Share,
    /// About how many bytes the latest input takes, where no parser made it.
    weight: usize,
    /// What was read and not parsed yet; the parser's place is in it.
    buffer: Bytes,
    mode: Mode,
    /// Whether all files were read.
    ended: bool,
    done: bool,
    /// Events of a value that is streamed, the next last.
    waiting: Vec<Value>,
    /// Messages about files that could not be read.
    pub failures: Vec<String>,
}

#[derive(Clone, Copy)]
struct Mode {
    raw: bool,
    slurp: bool,
    stream: bool,
    stream_errors: bool,
    seq: bool,
}

/// Lines that were passed by.
#[derive(Default)]
pub struct Lines {
    /// In text that is gone.
    before: usize,
    /// Since the start of all text: where the last line began that is gone, counted back from the buffer's start.
    column: usize,
}

impl<'a> Inputs<'a> {
    pub fn new(options: &Options, io: &Io, context: &'a Context) -> Inputs<'a> {
        let files = match options.files.is_empty() {
            true => vec![Bytes::from_static(b"-")],
            false => options.files.clone(),
        };
        let mode = Mode {
            raw: options.raw_input,
            slurp: options.slurp,
            stream: options.stream,
            stream_errors: options.stream_errors,
            seq: options.seq,
        };
        let mut parser = Parser::default();
        parser.seq = options.seq;
        Inputs {
            context,
            io: io.clone(),
            files: files.into_iter(),
            current: None,
            filename: None,
            lines: Lines::default(),
            parser,
            held: context.call.share(),
            weight: 0,
            buffer: Bytes::new(),
            mode,
            ended: false,
            done: false,
            waiting: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Whether the next input may have to be waited for.
    pub fn must_read(&self) -> bool {
        memchr(b'\n', self.buffer.get(self.parser.at..).unwrap_or_default()).is_none()
    }

    /// About how many bytes the inputs take that came since this was last asked.
    pub fn take_weight(&mut self) -> usize {
        self.held.set(self.buffer.len() as u64);
        std::mem::take(&mut self.weight) + self.parser.take_weight()
    }

    /// The line number that messages tell: of the last line that was begun.
    pub fn line(&self) -> usize {
        let at = self.parser.at.min(self.buffer.len());
        let before = memchr_iter(b'\n', &self.buffer[..at]).count();
        let within = usize::from(memchr(b'\n', &self.buffer[at..]).is_some());
        let behind = at > 0 && self.buffer.get(at - 1) == Some(&b'\n');
        self.lines.before + before + if behind { 0 } else { within }
    }

    /// The next input.
    pub async fn next(&mut self) -> Result<Input> {
        if self.done {
            return Ok(Input::End);
        }
        match (self.mode.raw, self.mode.slurp) {
            (true, true) => self.whole_text().await,
            (true, false) => self.next_line().await,
            (false, true) => self.all_values().await,
            (false, false) => self.next_value().await,
        }
    }

    async fn whole_text(&mut self) -> Result<Input> {
        let mut text = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            text.extend_from_slice(&chunk);
            // It is copied into the value.
            self.held.set(2 * text.capacity() as u64);
            self.context.call.tick_many(64).await;
        }
        self.done = true;
        self.weight = text.len();
        Ok(Input::Value(Value::text(&text)))
    }

    async fn next_line(&mut self) -> Result<Input> {
        loop {
            let rest = &self.buffer[self.parser.at..];
            let looked_at = std::mem::replace(&mut self.parser.looked_at, rest.len());
            if let Some(end) = memchr(b'\n', &rest[looked_at..]).map(|end| looked_at + end) {
                self.parser.looked_at = 0;
                let line = Value::text(&rest[..end]);
                self.weight = end;
                self.parser.at += end + 1;
                return Ok(Input::Value(line));
            }
            if !self.more().await? {
                let rest = self.buffer.split_off(self.parser.at.min(self.buffer.len()));
                self.done = true;
                return Ok(if rest.is_empty() { Input::End } else { Input::Value(Value::text(&rest)) });
            }
        }
    }

    async fn all_values(&mut self) -> Result<Input> {
        let mut values = Vec::new();
        loop {
            match self.next_value().await? {
                Input::Value(value) => values.push(value),
                Input::End => break,
                wrong => return Ok(wrong),
            }
            self.context.call.tick().await;
        }
        self.done = true;
        Ok(Input::Value(Value::array(values)))
    }

    async fn next_value(&mut self) -> Result<Input> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Ok(Input::Value(event));
            }
            match self.parser.next(&self.buffer, self.ended) {
                Step::Value(value) if self.mode.stream => {
                    self.waiting = events(value);
                    self.waiting.reverse();
                }
                Step::Value(value) => return Ok(Input::Value(value)),
                Step::Wrong(message) => {
                    if let Some(input) = self.wrong(&message) {
                        return Ok(input);
                    }
                }
                Step::More if self.ended => {
                    self.done = true;
                    return Ok(Input::End);
                }
                Step::More => {
                    if !self.more().await? {
                        self.ended = true;
                    }
                }
            }
        }
    }

    /// The text is wrong: a message, an event, or with `--seq` only a warning.
    fn wrong(&mut self, message: &str) -> Option<Input> {
        let place = self.place(message);
        if self.mode.seq {
            self.failures.push(format!("ignoring parse error: {place}"));
            self.parser.reset();
            let rest = &self.buffer[self.parser.at.min(self.buffer.len())..];
            self.parser.at = memchr(0x1e, rest).map_or(self.buffer.len(), |found| self.parser.at + found);
            return None;
        }
        self.done = true;
        if self.mode.stream {
            let (events, path) = self.parser.take_events();
            self.waiting = events;
            self.waiting.reverse();
            let last = match self.mode.stream_errors {
                true => Value::array(vec![Value::string(&place), Value::array(path)]),
                false => Value::Null,
            };
            if self.mode.stream_errors {
                self.waiting.insert(0, last);
                self.done = false;
                self.ended = true;
                self.parser.at = self.buffer.len();
                return self.waiting.pop().map(Input::Value);
            }
            if !self.waiting.is_empty() {
                // What is wrong is told behind the events that came before it.
                self.done = false;
                self.ended = true;
                self.parser.fail_next(message);
                return self.waiting.pop().map(Input::Value);
            }
        }
        Some(Input::Wrong(place))
    }

    /// A message with its place.
    fn place(&self, message: &str) -> String {
        let at = self.parser.at.min(self.buffer.len());
        let text = &self.buffer[..at];
        let line = self.lines.before + memchr_iter(b'\n', text).count() + 1;
        let column = match memchr::memrchr(b'\n', text) {
            Some(found) => at - found - 1,
            None => self.lines.column + at,
        };
        let end = match self.ended && message.starts_with("Unfinished") {
            true => " at EOF",
            false => "",
        };
        format!("{message}{end} at line {line}, column {column}")
    }

    /// Puts the next chunk behind what is left; false at the end.
    async fn more(&mut self) -> Result<bool> {
        let Some(chunk) = self.chunk().await? else { return Ok(false) };
        self.held.set((self.buffer.len() + chunk.len() + self.parser.weight()) as u64);
        self.context.call.tick_many(64).await;
        let at = self.parser.at.min(self.buffer.len());
        let gone = &self.buffer[..at];
        self.lines.before += memchr_iter(b'\n', gone).count();
        self.lines.column = match memchr::memrchr(b'\n', gone) {
            Some(found) => at - found - 1,
            None => self.lines.column + at,
        };
        self.parser.at = 0;
        let rest = std::mem::take(&mut self.buffer).split_off(at);
        self.buffer = match rest.is_empty() {
            true => chunk,
            false => {
                // In place where it can be: a long token would be copied with each of its chunks.
                let mut joined = rest.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
                joined.extend_from_slice(&chunk);
                joined.freeze()
            }
        };
        Ok(true)
    }

    /// The next chunk of the files; none behind the last.
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(current) = &self.current {
                let chunk = match current.read(&self.context.call).await {
                    Ok(chunk) => chunk,
                    Err(error) => {
                        let name = self.filename.clone().unwrap_or_default();
                        let name = String::from_utf8_lossy(&name);
                        self.failures.push(format!("error: Could not open file {name}: {error}"));
                        Bytes::new()
                    }
                };
                if !chunk.is_empty() {
                    return Ok(Some(chunk));
                }
                self.current = None;
            }
            let Some(file) = self.files.next() else { return Ok(None) };
            match open_input(self.context, &self.io, &file).await {
                Ok(input) => {
                    self.filename = Some(if file == "-" { Bytes::from_static(b"<stdin>") } else { file });
                    self.current = Some(input);
                }
                Err(error) => {
                    let name = String::from_utf8_lossy(&file);
                    self.failures.push(format!("error: Could not open file {name}: {error}"));
                }
            }
        }
    }
}
