//! The program's text: files one after another, then standard input, and the numbers that `read()` takes from there.

use std::collections::VecDeque;

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Error, OpenOptions, Share};

use super::compile::{Compiler, Stopped, Unit};
use super::lexer::Lexer;
use super::names::Tables;
use super::page::Page;

/// How standard input is called in messages.
const STANDARD_INPUT: &[u8] = b"(standard_in)";
/// Text up to this length is looked at again with every chunk that has a line's end; longer text when one ends the chunk
/// or the text has grown by an eighth.
const SHORT: usize = 64 * 1024;
/// What a byte of long text may take once it is steps of the machine.
const COMPILED: u64 = 16;
/// What a name takes in the tables.
const NAME: u64 = 256;

/// A source that cannot be read ends the program: this is said.
pub struct Unreadable(pub Vec<u8>);

/// The text and what has been read of it.
pub struct Program<'a> {
    pub tables: Tables,
    context: &'a Context,
    io: &'a Io,
    files: VecDeque<Bytes>,
    /// What is read from now; none before the first file and behind the last source.
    source: Option<Descriptor>,
    name: Bytes,
    text: Vec<u8>,
    at: usize,
    line: usize,
    ended: bool,
    /// What `read()` has left of standard input.
    input: VecDeque<u8>,
    held: Share,
}

impl<'a> Program<'a> {
    pub fn new(files: Vec<Bytes>, io: &'a Io, context: &'a Context) -> Program<'a> {
        Program {
            tables: Tables::default(),
            context,
            io,
            files: files.into(),
            source: None,
            name: Bytes::new(),
            text: Vec::new(),
            at: 0,
            line: 1,
            ended: false,
            input: VecDeque::new(),
            held: context.call.share(),
        }
    }

    /// The next piece; what is wrong with it is told.
    pub async fn unit(&mut self, page: &Page) -> Result<Unit, Unreadable> {
        let mut tried = 0;
        loop {
            let unread = self.text.len() - self.at;
            if self.ended || self.is_worth_a_try(unread, tried) {
                self.count();
                self.context.call.tick_many(1 + unread as u32 / 256).await;
                tried = unread;
                let text = &self.text[self.at..];
                let lexer = Lexer { text, at: 0, line: self.line, ended: self.ended, in_comment: false };
                match Compiler::unit(lexer, &mut self.tables) {
                    Ok((unit, messages, lexer)) => {
                        self.at += lexer.at;
                        self.line = lexer.line;
                        if lexer.in_comment {
                            self.tell(page, b"EOF encountered in a comment.\n".to_vec()).await;
                        }
                        for (message, line) in messages {
                            let place = [&self.name[..], format!(" {line}: ").as_bytes()].concat();
                            self.tell(page, [&place[..], &message, b"\n"].concat()).await;
                        }
                        return Ok(unit);
                    }
                    // At the end of all text nothing is incomplete.
                    Err(Stopped::Incomplete) if self.ended => return Ok(Unit::EndOfFile),
                    Err(_) => {}
                }
            }
            // Whoever waits for an answer gets it before more is asked for.
            page.output.flush_before_message(&self.context.call).await;
            self.read_more().await?;
        }
    }

    /// Whether `unread` bytes may hold a piece after `tried` bytes did not: no piece but a definition ends within a line.
    fn is_worth_a_try(&self, unread: usize, tried: usize) -> bool {
        let more = &self.text[self.at + tried.min(unread)..];
        match tried < SHORT {
            true => tried == 0 || memchr::memchr(b'\n', more).is_some(),
            false => more.ends_with(b"\n") || unread > tried + tried / 8,
        }
    }

    /// Counts the text and the names in the memory of the line.
    fn count(&mut self) {
        let unread = (self.text.len() - self.at) as u64;
        let compiled = if unread > SHORT as u64 { unread * COMPILED } else { 0 };
        self.held.set(self.text.capacity() as u64 + compiled + self.tables.len() as u64 * NAME);
    }

    async fn read_more(&mut self) -> Result<(), Unreadable> {
        self.text.drain(..self.at);
        self.at = 0;
        let Some(source) = self.source.clone() else { return self.open_next().await };
        match source.read(&self.context.call).await {
            Ok(chunk) if chunk.is_empty() => {
                if self.text.last().is_some_and(|byte| *byte != b'\n') && self.name != STANDARD_INPUT {
                    self.text.push(b' ');
                }
                self.open_next().await
            }
            Ok(chunk) => {
                self.text.extend_from_slice(&chunk);
                self.held.set(self.held.bytes().max(self.text.capacity() as u64));
                Ok(())
            }
            Err(_) => {
                let text = format!(" {}: read() in flex scanner failed\n", self.line);
                Err(Unreadable([&self.name[..], text.as_bytes()].concat()))
            }
        }
    }

    /// Goes on to the next file, to standard input behind the last one, and then to the end.
    async fn open_next(&mut self) -> Result<(), Unreadable> {
        if let Some(file) = self.files.pop_front() {
            let opened = self.context.open(self.io, &file, &OpenOptions::reading()).await;
            let unavailable = |_: Error| Unreadable([b"File ", &file[..], b" is unavailable.\n"].concat());
            self.source = Some(opened.map_err(unavailable)?);
            self.name = file;
        } else if self.name != STANDARD_INPUT || self.source.is_none() && !self.ended {
            self.source = Some(self.io.stdin.clone());
            self.name = Bytes::from_static(STANDARD_INPUT);
            self.text.extend(self.input.drain(..));
        } else {
            self.ended = true;
            return Ok(());
        }
        self.line = 1;
        Ok(())
    }

    /// Writes a message, after what was printed before it.
    pub async fn tell(&self, page: &Page, text: Vec<u8>) {
        page.output.flush_before_message(&self.context.call).await;
        // Nobody is left to tell when stderr itself fails.
        let _ = self.io.stderr.write(&self.context.call, text.into()).await;
    }

    /// The name of an array.
    pub fn array_name(&self, slot: usize) -> &[u8] {
        self.tables.arrays.name(slot)
    }

    /// The next number of standard input: whether it is below zero, and its digits. None at the end.
    pub async fn read_number(&mut self) -> Option<(bool, Vec<u8>)> {
        let mut byte = self.next_byte().await?;
        while byte.is_ascii_whitespace() {
            byte = self.next_byte().await?;
        }
        let is_negative = byte == b'-';
        if matches!(byte, b'-' | b'+') {
            byte = self.next_byte().await?;
        }
        let mut digits = Vec::new();
        loop {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => digits.push(byte.to_ascii_uppercase()),
                b'.' if !digits.contains(&b'.') => digits.push(byte),
                _ => break,
            }
            match self.next_byte().await {
                Some(next) => byte = next,
                None => break,
            }
        }
        if digits.is_empty() {
            digits.push(b'0');
        }
        Some((is_negative, digits))
    }

    async fn next_byte(&mut self) -> Option<u8> {
        self.context.call.tick().await;
        let from_program = self.source.is_some() && self.name == STANDARD_INPUT;
        if from_program {
            if let Some(&byte) = self.text.get(self.at) {
                self.at += 1;
                self.line += usize::from(byte == b'\n');
                return Some(byte);
            }
        } else if let Some(byte) = self.input.pop_front() {
            return Some(byte);
        }
        let chunk = self.io.stdin.read(&self.context.call).await.ok()?;
        match from_program {
            true => self.text.extend_from_slice(&chunk),
            false => self.input.extend(&chunk),
        }
        match chunk.is_empty() {
            true => None,
            false => Box::pin(self.next_byte()).await,
        }
    }
}
