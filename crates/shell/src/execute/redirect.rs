//! Redirections.

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::FutureExt;
use mirage_syntax::ast::{self, DuplicateSource, Redirection, RedirectionKind, Word};
use mirage_vfs::tree::Follow;
use mirage_vfs::{ErrorKind, OpenOptions};

use super::{DESCRIPTOR_LIMIT, Shell, Stop, signal_status};
use crate::expand::{is_name, split_subscript};
use crate::io::Descriptor;
use crate::state::ShellOption;

/// What a redirection replaced.
pub(crate) struct Saved {
    number: u32,
    previous: Option<Descriptor>,
    /// What was opened, for the message of a refused close.
    path: Bytes,
    /// Chosen by the shell for `{name}>`: stays open after the command.
    stays: bool,
}

impl Saved {
    /// What a program's process has opened ends with it.
    pub(crate) fn end_with_command(&mut self) {
        self.stays = false;
    }
}

/// The first number the shell chooses for `{name}>`.
const FIRST_CHOSEN: u32 = 10;

impl Shell {
    /// Applies redirections in order and remembers what they replaced. False when one failed, which has been said.
    pub(crate) async fn redirect(
        &mut self,
        redirections: &[Redirection],
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        if redirections.is_empty() {
            return Ok(true);
        }
        self.settle().await?;
        for redirection in redirections {
            let done = match self.redirect_one(redirection, saved).boxed_local().await {
                Ok(done) => done,
                Err(stop) => {
                    self.restore(std::mem::take(saved)).await;
                    return Err(stop);
                }
            };
            if !done {
                self.flush_messages().await?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn redirect_one(
        &mut self,
        redirection: &Redirection,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        match &redirection.kind {
            RedirectionKind::Read(word) => {
                self.redirect_file(redirection, word, OpenOptions::reading(), saved).await
            }
            RedirectionKind::Write(word) => {
                let options = OpenOptions::truncating();
                self.redirect_file(redirection, word, options, saved).await
            }
            RedirectionKind::Clobber(word) => {
                let options = OpenOptions::truncating();
                self.redirect_file(redirection, word, options, saved).await
            }
            RedirectionKind::Append(word) => {
                self.redirect_file(redirection, word, OpenOptions::appending(), saved).await
            }
            RedirectionKind::ReadWrite(word) => {
                let options = OpenOptions {
                    read: true,
                    write: true,
                    create: true,
                    mode: 0o666,
                    ..OpenOptions::default()
                };
                self.redirect_file(redirection, word, options, saved).await
            }
            RedirectionKind::WriteBoth(word) => {
                self.redirect_both(word, OpenOptions::truncating(), saved).await
            }
            RedirectionKind::AppendBoth(word) => {
                self.redirect_both(word, OpenOptions::appending(), saved).await
            }
            RedirectionKind::DuplicateInput(source) => self.duplicate(redirection, source, true, saved).await,
            RedirectionKind::DuplicateOutput(source) => {
                self.duplicate(redirection, source, false, saved).await
            }
            RedirectionKind::HereDocument(document) => {
                let text = match document.body() {
                    Some(body) => self.expand_document(body).await?,
                    None => Bytes::new(),
                };
                self.place(redirection, Descriptor::text(text), Bytes::new(), saved)
            }
            RedirectionKind::HereString(word) => {
                let text = self.expand_single(word).await?;
                let mut line = BytesMut::with_capacity(text.len() + 1);
                line.put_slice(&text);
                line.put_u8(b'\n');
                self.place(redirection, Descriptor::text(line.freeze()), Bytes::new(), saved)
            }
        }
    }

    async fn redirect_file(
        &mut self,
        redirection: &Redirection,
        word: &Word,
        options: OpenOptions,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let Some(path) = self.target_path(word).await? else { return Ok(false) };
        if path.starts_with(b"/dev/tcp/") || path.starts_with(b"/dev/udp/") {
            return Err(self.unsupported("network connections by redirection (/dev/tcp, /dev/udp)"));
        }
        if matches!(redirection.kind, RedirectionKind::Write(_)) && self.refuses_overwrite(&path).await {
            return Ok(false);
        }
        match self.open(&path, &options).await {
            Some(opened) => self.place(redirection, opened, path, saved),
            None => Ok(false),
        }
    }

    async fn redirect_both(
        &mut self,
        word: &Word,
        options: OpenOptions,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let Some(path) = self.target_path(word).await? else { return Ok(false) };
        self.open_both(path, options, saved).await
    }

    async fn open_both(
        &mut self,
        path: Bytes,
        options: OpenOptions,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        if !options.append && self.refuses_overwrite(&path).await {
            return Ok(false);
        }
        let Some(opened) = self.open(&path, &options).await else { return Ok(false) };
        for number in [1, 2] {
            self.put_descriptor(number, Some(opened.clone()), path.clone(), false, saved);
        }
        Ok(true)
    }

    /// The one word that a redirection's target gives; none when it gives another number, which has been said.
    pub(crate) async fn target_path(&mut self, word: &Word) -> Result<Option<Bytes>, Stop> {
        let mut words = match self.state.options.has(ShellOption::Posix) {
            true => vec![self.expand_single(word).await?],
            false => self.expand_words(std::slice::from_ref(word)).await?,
        };
        match (words.pop(), words.is_empty()) {
            (Some(path), true) => Ok(Some(path)),
            _ => {
                let text = self.word_text(word);
                self.complain_plainly(&[&text, b": ambiguous redirect"]);
                Ok(None)
            }
        }
    }

    /// `set -C`: whether `>` must leave an existing regular file alone, which is then said.
    async fn refuses_overwrite(&mut self, path: &[u8]) -> bool {
        if !self.state.options.has(ShellOption::NoClobber) {
            return false;
        }
        let reason = match self.view().probe(path, Follow::Yes).await {
            Ok(Some(entry)) if entry.is_file() => "cannot overwrite existing file".to_owned(),
            Ok(_) => return false,
            Err(error) => error.to_string(),
        };
        self.complain_plainly(&[path, b": ", reason.as_bytes()]);
        true
    }

    /// Opens a file for a redirection; none when that fails, which has been said.
    async fn open(&mut self, path: &Bytes, options: &OpenOptions) -> Option<Descriptor> {
        let io = self.descriptors.io();
        let opened = self.context().open(&io, path, options).await;
        match opened {
            Ok(descriptor) if descriptor.is_closed() => {
                self.complain_plainly(&[path, b": No such file or directory"]);
                None
            }
            Ok(descriptor) => Some(descriptor),
            Err(error) => {
                let builtin = self.builtin.take();
                match error.kind() {
                    // bash tries to create the file, and tells what came of that.
                    ErrorKind::IsADirectory if !options.writes() => self.complain_path(path, &error),
                    _ => self.complain_path(path, &error),
                }
                self.builtin = builtin;
                None
            }
        }
    }

    async fn duplicate(
        &mut self,
        redirection: &Redirection,
        source: &DuplicateSource,
        input: bool,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        match source {
            DuplicateSource::Close => self.close_number(redirection, saved).await,
            DuplicateSource::Descriptor(number) => self.copy_number(redirection, None, *number, false, saved),
            DuplicateSource::Move(number) => self.copy_number(redirection, None, *number, true, saved),
            DuplicateSource::Word(word) => self.duplicate_word(redirection, word, input, saved).await,
        }
    }

    async fn duplicate_word(
        &mut self,
        redirection: &Redirection,
        word: &Word,
        input: bool,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let Some(text) = self.target_path(word).await? else { return Ok(false) };
        let number = |digits: &[u8]| {
            Some(digits)
                .filter(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
                .and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u32>().ok())
        };
        if &text[..] == b"-" {
            return self.close_number(redirection, saved).await;
        }
        if let Some(number) = number(&text) {
            return self.copy_number(redirection, Some(word), number, false, saved);
        }
        if let Some(number) = text.strip_suffix(b"-").and_then(number) {
            return self.copy_number(redirection, Some(word), number, true, saved);
        }
        let plain = matches!(redirection.descriptor, ast::Descriptor::Default | ast::Descriptor::Number(1));
        match !input && plain {
            true => self.open_both(text, OpenOptions::truncating(), saved).await,
            false => {
                let text = self.word_text(word);
                self.complain_plainly(&[&text, b": ambiguous redirect"]);
                Ok(false)
            }
        }
    }

    fn copy_number(
        &mut self,
        redirection: &Redirection,
        word: Option<&Word>,
        from: u32,
        moves: bool,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let Some(descriptor) = self.descriptors.get(from).cloned() else {
            if moves && matches!(redirection.descriptor, ast::Descriptor::Number(number) if number == from) {
                return Ok(true);
            }
            let shown = match (word, self.number_of(redirection)) {
                (None, _) => from.to_string().into_bytes(),
                (Some(word), 0 | 1) => self.word_text(word),
                (Some(_), number) => number.to_string().into_bytes(),
            };
            self.complain_plainly(&[&shown, b": Bad file descriptor"]);
            return Ok(false);
        };
        let placed = self.place(redirection, descriptor, Bytes::new(), saved)?;
        let to = saved.last().map(|saved| saved.number);
        if placed && moves && to != Some(from) {
            self.put_descriptor(from, None, Bytes::new(), false, saved);
        }
        Ok(placed)
    }

    /// `>&-`; with `{name}` the descriptor whose number the variable holds.
    async fn close_number(
        &mut self,
        redirection: &Redirection,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let number = match &redirection.descriptor {
            ast::Descriptor::Variable(name) => {
                let text = self.descriptor_variable(name)?;
                match text.and_then(|text| std::str::from_utf8(&text).ok()?.trim().parse().ok()) {
                    Some(number) => {
                        // As in bash, it is closed for good.
                        if let Some(descriptor) = self.descriptors.take(number) {
                            let call = self.run.call.clone();
                            let _ = descriptor.close(&call).await;
                        }
                        return Ok(true);
                    }
                    None => {
                        self.complain_plainly(&[name, b": ambiguous redirect"]);
                        return Ok(false);
                    }
                }
            }
            _ => self.number_of(redirection),
        };
        self.put_descriptor(number, None, Bytes::new(), false, saved);
        Ok(true)
    }

    fn descriptor_variable(&mut self, name: &Bytes) -> Result<Option<Bytes>, Stop> {
        let Some(target) = self.named_target(name)? else { return Ok(None) };
        Ok(self.value(&target)?.into_one())
    }

    fn number_of(&self, redirection: &Redirection) -> u32 {
        match &redirection.descriptor {
            ast::Descriptor::Number(number) => *number,
            _ => match redirection.kind {
                RedirectionKind::Read(_)
                | RedirectionKind::ReadWrite(_)
                | RedirectionKind::DuplicateInput(_)
                | RedirectionKind::HereDocument(_)
                | RedirectionKind::HereString(_) => 0,
                _ => 1,
            },
        }
    }

    /// Puts an open descriptor where the redirection wants it.
    fn place(
        &mut self,
        redirection: &Redirection,
        descriptor: Descriptor,
        path: Bytes,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        if let ast::Descriptor::Variable(name) = &redirection.descriptor {
            return self.place_chosen(name, descriptor, path, saved);
        }
        let number = self.number_of(redirection);
        if number >= DESCRIPTOR_LIMIT {
            let shown = number.to_string();
            self.complain_plainly(&[shown.as_bytes(), b": Bad file descriptor"]);
            return Ok(false);
        }
        self.put_descriptor(number, Some(descriptor), path, false, saved);
        Ok(true)
    }

    fn place_chosen(
        &mut self,
        name: &Bytes,
        descriptor: Descriptor,
        path: Bytes,
        saved: &mut Vec<Saved>,
    ) -> Result<bool, Stop> {
        let base = split_subscript(name).map_or(&name[..], |(base, _)| base);
        if !is_name(base) {
            self.complain_plainly(&[b"`", name, b"': not a valid identifier"]);
            return Ok(false);
        }
        let number = self.descriptors.free_from(FIRST_CHOSEN);
        let Some(target) = self.named_target(name)? else { return Ok(false) };
        match self.store(&target, number.to_string().into(), false) {
            Ok(()) => {}
            Err(Stop::Discard) => {
                self.complain_plainly(&[name, b": cannot assign fd to variable"]);
                return Ok(false);
            }
            Err(stop) => return Err(stop),
        }
        let stays = !self.state.options.has(ShellOption::VarRedirClose);
        self.put_descriptor(number, Some(descriptor), path, stays, saved);
        Ok(true)
    }

    fn put_descriptor(
        &mut self,
        number: u32,
        descriptor: Option<Descriptor>,
        path: Bytes,
        stays: bool,
        saved: &mut Vec<Saved>,
    ) {
        let previous = match descriptor {
            Some(descriptor) => self.descriptors.set(number, descriptor),
            None => self.descriptors.take(number),
        };
        saved.push(Saved { number, previous, path, stays });
    }

    /// Puts back what redirections replaced, the last first. False when closing a file was refused, which has been said.
    pub(crate) async fn restore(&mut self, saved: Vec<Saved>) -> bool {
        let call = self.run.call.clone();
        let mut well = true;
        for Saved { number, previous, path, stays } in saved.into_iter().rev() {
            if stays {
                continue;
            }
            let own = match previous {
                Some(previous) => self.descriptors.set(number, previous),
                None => self.descriptors.take(number),
            };
            if let Some(own) = own
                && let Err(error) = own.close(&call).await
            {
                let builtin = self.builtin.take();
                self.complain_path(&path, &error);
                self.builtin = builtin;
                well = false;
            }
        }
        if !self.messages.is_empty() {
            let _ = self.flush_messages().await;
        }
        well
    }

    /// As [`restore`](Shell::restore), behind a command that ended with `result`: what a command was writing that a
    /// cancelled line or a limit stopped is dropped, and not committed as if it were whole.
    pub(crate) async fn restore_after(&mut self, saved: Vec<Saved>, result: &Result<(), Stop>) -> bool {
        if !self.was_stopped(result) {
            return self.restore(saved).await;
        }
        for Saved { number, previous, .. } in saved.into_iter().rev().filter(|saved| !saved.stays) {
            drop(match previous {
                Some(previous) => self.descriptors.set(number, previous),
                None => self.descriptors.take(number),
            });
        }
        true
    }

    fn was_stopped(&self, result: &Result<(), Stop>) -> bool {
        let killed = self.signals.killed_by().filter(|_| self.run.call.cancellation().signal().is_some());
        match result {
            Err(Stop::Limit(_)) => true,
            Err(Stop::Exit) => killed.is_some(),
            _ => killed.is_some_and(|signal| self.state.status == signal_status(signal)),
        }
    }

    /// Keeps what redirections have made: `exec`. What they replaced is closed.
    pub(crate) async fn keep(&mut self, saved: Vec<Saved>) {
        let call = self.run.call.clone();
        for Saved { previous, path, .. } in saved {
            if let Some(previous) = previous
                && let Err(error) = previous.close(&call).await
            {
                self.complain_path(&path, &error);
                self.state.status = 1;
            }
        }
    }
}
