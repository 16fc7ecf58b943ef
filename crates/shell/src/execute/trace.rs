//! `set -x`: commands are shown before they run.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_syntax::ast::{Assignment, AssignmentValue, For, SimpleCommand, Subscript};

use super::Shell;
use crate::builtins::quote;
use crate::expand::prompt;
use crate::state::ShellOption;

impl Shell {
    /// A word as a trace shows it: quoted where it must be to be typed again.
    pub(crate) fn shown(&self, word: &[u8]) -> Vec<u8> {
        quote::for_trace(word, self.locale())
    }

    /// Shows `parts`, one after the other, behind `PS4`.
    pub(crate) async fn trace_words(&mut self, parts: &[&[u8]]) {
        let mut line = self.trace_prefix().await;
        for part in parts {
            line.extend_from_slice(part);
        }
        line.push(b'\n');
        self.print_trace(line).await;
    }

    /// A simple command that is about to run.
    pub(crate) async fn trace_command(&mut self, simple: &SimpleCommand, words: &[Bytes]) {
        let _ = simple;
        let shown: Vec<Vec<u8>> = words.iter().map(|word| self.shown(word)).collect();
        let line = shown.join(&b" "[..]);
        self.trace_words(&[&line]).await;
    }

    /// `name=value`, by itself or in front of a command.
    pub(crate) async fn trace_assignment(&mut self, assignment: &Assignment, value: &[u8]) {
        let mut line = assignment.name.to_vec();
        if let Some(subscript) = &assignment.subscript {
            line.push(b'[');
            match subscript {
                Subscript::At => line.push(b'@'),
                Subscript::Star => line.push(b'*'),
                Subscript::Index(index) => line.extend_from_slice(&self.word_text(&index.key)),
            }
            line.push(b']');
        }
        line.extend_from_slice(if assignment.append { b"+=" } else { b"=" });
        match value.is_empty() {
            true => {}
            false => line.extend_from_slice(&self.shown(value)),
        }
        self.trace_words(&[&line]).await;
    }

    /// `name=(...)`.
    pub(crate) async fn trace_literal(&mut self, assignment: &Assignment) {
        let AssignmentValue::Array(_) = &assignment.value else { return };
        let line = self.assignment_text(assignment);
        self.trace_words(&[&line]).await;
    }

    /// A part of `[[ ]]`, when commands are shown; `sign` stands in front of it.
    pub(crate) async fn trace_condition(&mut self, sign: &[u8], parts: &[&[u8]]) {
        if self.state.options.has(ShellOption::XTrace) {
            let line = parts.join(&b" "[..]);
            self.trace_words(&[b"[[ ", sign, &line, b" ]]"]).await;
        }
    }

    /// The head of a `for` loop.
    pub(crate) fn loop_head(&self, keyword: &[u8], each: &For) -> Vec<u8> {
        let mut line = [keyword, b" ", &each.variable, b" in"].concat();
        for word in &each.words {
            line.push(b' ');
            line.extend_from_slice(&self.word_text(word));
        }
        line
    }

    /// `PS4`, expanded, its first character once for each level of nesting.
    async fn trace_prefix(&mut self) -> Vec<u8> {
        let ps4 = self.state.variables.scalar(b"PS4").cloned().unwrap_or_default();
        let traces = self.state.options.has(ShellOption::XTrace);
        self.state.options.set(ShellOption::XTrace, false);
        let expanded = match ps4.contains(&b'$') || ps4.contains(&b'`') || ps4.contains(&b'\\') {
            false => ps4,
            true => {
                let status = self.state.status;
                let shown = prompt::expand(self, &ps4).boxed_local().await;
                self.state.status = status;
                shown
            }
        };
        self.state.options.set(ShellOption::XTrace, traces);
        let length = expanded
            .utf8_chunks()
            .next()
            .and_then(|chunk| chunk.valid().chars().next())
            .map_or(expanded.len().min(1), char::len_utf8);
        let mut line = expanded[..length].repeat(self.indirection.saturating_sub(1) as usize);
        line.extend_from_slice(&expanded);
        line
    }

    async fn print_trace(&mut self, line: Vec<u8>) {
        let target = self.state.variables.scalar(b"BASH_XTRACEFD");
        let number = target.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        match number.filter(|number| *number != 2).and_then(|number| self.descriptors.get(number).cloned()) {
            Some(descriptor) => {
                let _ = self.settle().await;
                let _ = descriptor.write(&self.run.call, line.into()).await;
            }
            None => self.messages.extend_from_slice(&line),
        }
    }
}
