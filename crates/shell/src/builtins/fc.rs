//! `fc`: lines of the history, listed or run again.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::eval::run_within;
use super::{Invocation, Outcome, options};
use crate::execute::{Shell, Source};

/// Lines that are listed when none are named.
const LISTED: usize = 16;

pub(crate) fn fc<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        // Numbers below 0 are operands.
        let words = call.operands();
        let is_option = |word: &&Bytes| {
            word.len() > 1 && word.starts_with(b"-") && !word[1..].iter().all(u8::is_ascii_digit)
        };
        let mut options_end = words.iter().take_while(is_option).count();
        if words.get(options_end.wrapping_sub(1)).is_some_and(|word| word.ends_with(b"e")) {
            options_end = (options_end + 1).min(words.len());
            options_end += words[options_end..].iter().take_while(is_option).count();
        }
        let parsed = match options::parse(shell, call.builtin(), &words[..options_end], "e:lnrs") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let operands = &words[options_end..];
        let again = parsed.has(b's') || parsed.value(b'e').is_some_and(|editor| editor == "-");
        if again {
            return run_again(shell, operands).await;
        }
        if parsed.has(b'l') {
            return list(shell, &parsed, operands);
        }
        Err(shell.unsupported("editing history with fc"))
    }
    .boxed_local()
}

/// How many lines of the history can be named: not the one that is running.
fn count(shell: &Shell) -> usize {
    shell.state.history.len().saturating_sub(usize::from(shell.remembers_lines()))
}

/// The place from 0 that a word names: a number, one counted from the end, or the start of a line.
fn place(shell: &Shell, word: &[u8]) -> Option<usize> {
    let (count, history) = (count(shell), &shell.state.history);
    match options::integer(word) {
        Some(number) if number <= 0 => {
            let back = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX).max(1);
            Some(count.saturating_sub(back))
        }
        Some(number) => {
            let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(history.dropped() + 1);
            Some(at.min(count.saturating_sub(1)))
        }
        None => (0..count).rev().find(|at| history.get(*at).is_some_and(|line| line.starts_with(word))),
    }
}

fn list(shell: &mut Shell, parsed: &options::Parsed, operands: &[Bytes]) -> Outcome {
    let count = count(shell);
    if shell.state.history.is_empty() {
        return Ok(0);
    }
    let last_of_all = shell.state.history.len() - 1;
    let named = |shell: &mut Shell, word: &Bytes| {
        let found = place(shell, word);
        if found.is_none() {
            shell.complain(&[b"no command found"]);
        }
        found
    };
    let (first, last) = match operands {
        [] => (count.saturating_sub(LISTED), last_of_all.min(count.max(1) - 1)),
        [first] => match named(shell, first) {
            Some(first) => (first, last_of_all.min(count.max(1) - 1)),
            None => return Ok(1),
        },
        [first, last, ..] => match (named(shell, first), named(shell, last)) {
            (Some(first), Some(last)) => (first, last),
            _ => return Ok(1),
        },
    };
    let backwards = parsed.has(b'r') != (first > last);
    let (first, last) = (first.min(last), first.max(last));
    let mut places: Vec<usize> = (first..=last).collect();
    if backwards {
        places.reverse();
    }
    for at in places {
        let Some(line) = shell.state.history.get(at).cloned() else { continue };
        let number = match parsed.has(b'n') {
            true => "\t ".into(),
            false => format!("{}\t ", shell.state.history.dropped() + at + 1),
        };
        shell.output.extend_from_slice(number.as_bytes());
        shell.output.extend_from_slice(&line);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

/// `fc -s [old=new] [first]`.
async fn run_again(shell: &mut Shell, operands: &[Bytes]) -> Outcome {
    let (changes, rest): (Vec<&Bytes>, Vec<&Bytes>) =
        operands.iter().partition(|word| word.contains(&b'=') && !word.starts_with(b"="));
    let found = match rest.first() {
        Some(word) => place(shell, word),
        None => count(shell).checked_sub(1),
    };
    let Some(line) = found.and_then(|at| shell.state.history.get(at).cloned()) else {
        shell.complain(&[b"no command found"]);
        return Ok(1);
    };
    let mut text = line;
    for change in changes {
        let equals = change.iter().position(|&byte| byte == b'=').unwrap_or(0);
        text = replaced(&text, &change[..equals], &change[equals + 1..]);
    }
    shell.messages.extend_from_slice(&[&text[..], b"\n"].concat());
    shell.settle().await?;
    match shell.remembers_lines() {
        true => {
            shell.state.history.pop();
            shell.remember_line(text.clone());
        }
        false => shell.remember_line(text.clone()),
    }
    let line = shell.line;
    run_within(shell, text, line, Source::Builtin("fc")).await
}

fn replaced(text: &Bytes, old: &[u8], new: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let mut rest = &text[..];
    while let Some(at) = memchr::memmem::find(rest, old).filter(|_| !old.is_empty()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        rest = &rest[at + old.len()..];
    }
    out.extend_from_slice(rest);
    out.into()
}
