//! `history`, and what the shell remembers under `set -o history`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_pattern::glob::Glob;
use mirage_vfs::{OpenOptions, found};

use super::{Invocation, Outcome, options};
use crate::execute::Shell;
use crate::io::Descriptor;

/// Lines that are kept when `HISTSIZE` is not set.
const KEPT: usize = 500;

pub(crate) fn history<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "cd:anrwps") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let files: Vec<u8> = parsed.options.iter().map(|option| option.letter).collect();
        let files: Vec<u8> = files.into_iter().filter(|letter| b"anrw".contains(letter)).collect();
        if files.iter().any(|letter| *letter != files[0]) {
            shell.complain(&[b"cannot use more than one of -anrw"]);
            return Ok(1);
        }
        if parsed.has(b'c') {
            shell.state.history.clear();
            if files.is_empty() && parsed.operands.is_empty() {
                return Ok(0);
            }
        }
        if let Some(text) = parsed.value(b'd') {
            return Ok(delete(shell, &text.clone()));
        }
        if parsed.has(b's') {
            if !parsed.operands.is_empty() {
                // The call itself is not what is to be remembered.
                if shell.remembers_lines() {
                    shell.state.history.pop();
                }
                shell.remember_line(parsed.operands.join(&b" "[..]).into());
            }
            return Ok(0);
        }
        if parsed.has(b'p') {
            return show_expanded(shell, &parsed.operands);
        }
        if let Some(letter) = files.first() {
            return use_file(shell, *letter, parsed.operands.first()).await;
        }
        list(shell, parsed.operands.first())
    }
    .boxed_local()
}

fn list(shell: &mut Shell, wanted: Option<&Bytes>) -> Outcome {
    limit(shell);
    let count = shell.state.history.len();
    let shown = match wanted {
        None => count,
        Some(text) => match options::integer(text) {
            Some(number) => usize::try_from(number.unsigned_abs()).unwrap_or(count).min(count),
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                return Ok(1);
            }
        },
    };
    for (number, line) in shell.state.history.clone().iter().skip(count - shown) {
        shell.output.extend_from_slice(format!("{number:5}  ").as_bytes());
        shell.output.extend_from_slice(line);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

/// `-d`: one line, or a range as `first-last`; negative numbers count from the end.
fn delete(shell: &mut Shell, text: &Bytes) -> u8 {
    let history = &shell.state.history;
    let (first, count) = (history.dropped() as i64 + 1, history.len() as i64);
    let place = |text: &[u8]| {
        let number = options::integer(text)?;
        let at = if number < 0 { count + number } else { number - first };
        usize::try_from(at).ok().filter(|at| (*at as i64) < count)
    };
    let dash = text.iter().skip(1).position(|&byte| byte == b'-').map(|at| at + 1);
    let range = match dash {
        Some(dash) => match (place(&text[..dash]), place(&text[dash + 1..])) {
            (Some(first), Some(last)) if first <= last => Ok((first, last)),
            (None, _) => Err(text.slice(..dash)),
            _ => Err(text.slice(dash + 1..)),
        },
        None => place(text).map(|at| (at, at)).ok_or_else(|| text.clone()),
    };
    match range {
        Ok((first, last)) => {
            shell.state.history.remove(first, last);
            0
        }
        Err(shown) => {
            shell.complain(&[&shown, b": history position out of range"]);
            1
        }
    }
}

/// `-p`: what the words would be at a prompt. Only words that recall nothing are.
fn show_expanded(shell: &mut Shell, words: &[Bytes]) -> Outcome {
    if words.iter().any(|word| word.contains(&b'!') || word.starts_with(b"^")) {
        return Err(shell.unsupported("history expansion"));
    }
    for word in words {
        shell.output.extend_from_slice(word);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

async fn use_file(shell: &mut Shell, letter: u8, name: Option<&Bytes>) -> Outcome {
    let path = match name.cloned().or_else(|| shell.state.variables.scalar(b"HISTFILE").cloned()) {
        Some(path) if !path.is_empty() => path,
        _ => return Ok(0),
    };
    shell.settle().await?;
    match letter {
        b'a' => {
            let lines = shell.state.history.take_fresh();
            let known = shell.state.history.known() + lines.len();
            shell.state.history.set_known(known);
            write(shell, &path, OpenOptions::appending(), &lines).await
        }
        b'w' => {
            let lines: Vec<Bytes> = shell.state.history.iter().map(|(_, line)| line.clone()).collect();
            shell.state.history.take_fresh();
            shell.state.history.set_known(lines.len());
            write(shell, &path, OpenOptions::truncating(), &lines).await
        }
        letter => {
            let io = shell.io();
            let opened = shell.context().open(&io, &path, &OpenOptions::reading()).await;
            let file = match found(opened) {
                Ok(Some(file)) => file,
                Ok(None) => return Ok(1),
                Err(error) => {
                    shell.complain_path(&path, &error);
                    return Ok(1);
                }
            };
            let (text, failed) = shell.gather(&file).await?;
            let _ = file.close(&shell.run.call).await;
            if let Some(error) = failed {
                shell.complain_path(&path, &error);
                return Ok(1);
            }
            let skip = if letter == b'n' { shell.state.history.known() } else { 0 };
            let mut count = 0;
            for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
                count += 1;
                if count > skip {
                    shell.state.history.push_known(text.slice_ref(line));
                }
            }
            shell.state.history.set_known(count);
            limit(shell);
            Ok(0)
        }
    }
}

async fn write(shell: &mut Shell, path: &[u8], options: OpenOptions, lines: &[Bytes]) -> Outcome {
    let call = shell.run.call.clone();
    let opened = shell.view().open(path, &options).await;
    let written = match opened {
        Ok(file) => {
            let file = Descriptor::file(file, options);
            let text: Vec<u8> = lines.iter().flat_map(|line| [&line[..], b"\n"].concat()).collect();
            let written = match text.is_empty() {
                true => Ok(()),
                false => file.write(&call, text.into()).await,
            };
            written.and(file.close(&call).await)
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(0),
        Err(error) => {
            shell.complain_path(path, &error);
            Ok(1)
        }
    }
}

fn limit(shell: &mut Shell) {
    let most = match shell.state.variables.scalar(b"HISTSIZE").map(|text| options::integer(text)) {
        None => KEPT,
        Some(number) => number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX),
    };
    shell.state.history.limit(most);
}

impl Shell {
    /// Whether lines are remembered as they are read.
    pub(crate) fn remembers_lines(&self) -> bool {
        self.state.options.has(crate::state::ShellOption::History)
    }

    /// Remembers a line as it is.
    pub(crate) fn remember_line(&mut self, line: Bytes) {
        self.state.history.push(line);
        limit(self);
    }

    /// Remembers a command that was read, unless `HISTCONTROL` or `HISTIGNORE` leaves it out.
    pub(crate) fn remember_command(&mut self, text: &[u8]) {
        let line = one_line(text);
        if line.is_empty() {
            return;
        }
        let control = self.state.variables.scalar(b"HISTCONTROL").cloned().unwrap_or_default();
        let is = |wanted: &[u8]| control.split(|&byte| byte == b':').any(|word| word == wanted);
        let (spaces, repeats) =
            (is(b"ignorespace") || is(b"ignoreboth"), is(b"ignoredups") || is(b"ignoreboth"));
        if spaces && line.starts_with(b" ") || repeats && self.state.history.last() == Some(&line) {
            return;
        }
        let ignored = self.state.variables.scalar(b"HISTIGNORE").cloned().unwrap_or_default();
        let last = self.state.history.last().cloned().unwrap_or_default();
        for pattern in ignored.split(|&byte| byte == b':').filter(|pattern| !pattern.is_empty()) {
            let pattern = if pattern == b"&" { &last[..] } else { pattern };
            let options = self.pattern_options();
            if Glob::new(pattern, options).is_ok_and(|glob| glob.is_match(&line)) {
                return;
            }
        }
        if is(b"erasedups") {
            self.state.history.erase(&line);
        }
        self.remember_line(line);
    }
}

/// A command of several lines as one, unless its newlines are text.
fn one_line(text: &[u8]) -> Bytes {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let is_text = |text: &[u8]| {
        text.iter().any(|byte| b"'\"`".contains(byte)) || text.windows(2).any(|two| two == b"<<")
    };
    if !text.contains(&b'\n') || is_text(text) {
        return Bytes::copy_from_slice(text);
    }
    let mut line = Vec::new();
    for part in text.split(|&byte| byte == b'\n').filter(|part| !part.is_empty()) {
        if !line.is_empty() {
            line.extend_from_slice(if goes_on(&line) { b" " } else { b"; " });
        }
        line.extend_from_slice(part);
    }
    line.into()
}

/// Whether a command goes on behind this text without a separator.
fn goes_on(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    if text.last().is_some_and(|byte| b"{(|&;".contains(byte)) {
        return true;
    }
    let word = text.rsplit(|byte| byte.is_ascii_whitespace() || *byte == b';').next().unwrap_or_default();
    matches!(word, b"do" | b"then" | b"else" | b"elif" | b"if" | b"while" | b"until" | b"in")
}
