//! Loops.

use bytes::Bytes;
use mirage_syntax::ast::{ArithmeticFor, For, List, Loop};

use super::{Shell, Stop};
use crate::expand::{decimal, is_name};
use crate::state::ShellOption;

/// What a round of a loop says about the next one.
enum Round {
    Next,
    Last,
}

impl Shell {
    /// Lets others run now and then; what was printed so far is theirs by then.
    async fn take_turn(&mut self) -> Result<(), Stop> {
        let call = self.run.call.clone();
        let tick = call.tick();
        if tick.is_due() {
            self.settle().await?;
        }
        tick.await;
        Ok(())
    }

    /// Runs a loop's body once.
    async fn run_round(&mut self, body: &List) -> Result<Round, Stop> {
        self.take_turn().await?;
        self.loops += 1;
        let result = self.run_list(body).await;
        self.loops -= 1;
        match result {
            Ok(()) | Err(Stop::Continue(1)) => Ok(Round::Next),
            Err(Stop::Break(1)) => Ok(Round::Last),
            Err(Stop::Break(outer)) => Err(Stop::Break(outer - 1)),
            Err(Stop::Continue(outer)) => Err(Stop::Continue(outer - 1)),
            Err(stop) => Err(stop),
        }
    }

    pub(crate) async fn run_for(&mut self, each: &For) -> Result<(), Stop> {
        let line = self.line;
        let words = self.expand_words(&each.words).await?;
        if !self.check_loop_name(&each.variable) {
            return Ok(());
        }
        let head = match self.state.options.has(ShellOption::XTrace) {
            true => Some(self.loop_head(b"for", each)),
            false => None,
        };
        self.state.status = 0;
        for word in words {
            self.line = line;
            if self.has_debug_trap() {
                let text = self.loop_head(b"for", each);
                if !self.run_debug_trap(|| text).await? {
                    continue;
                }
            }
            if let Some(head) = &head {
                self.trace_words(&[head]).await;
            }
            if !self.set_loop_variable(&each.variable, word)? {
                return Ok(());
            }
            if let Round::Last = self.run_round(&each.body).await? {
                break;
            }
        }
        Ok(())
    }

    fn check_loop_name(&mut self, name: &Bytes) -> bool {
        if is_name(name) {
            return true;
        }
        self.complain(&[b"`", name, b"': not a valid identifier"]);
        self.state.status = 1;
        false
    }

    /// Sets the variable of a loop; false when it refuses. A name reference is given a new target.
    fn set_loop_variable(&mut self, name: &Bytes, word: Bytes) -> Result<bool, Stop> {
        use crate::state::Attributes;
        let reference = self
            .state
            .variables
            .get(name)
            .is_some_and(|variable| variable.attributes.has(Attributes::NAMEREF));
        let stored = match reference {
            true if !is_name(&word) && !word.is_empty() => {
                self.complain(&[b"`", &word, b"': invalid variable name for name reference"]);
                Err(Stop::Discard)
            }
            _ => self.store_scalar(name, word),
        };
        match stored {
            Ok(()) => Ok(true),
            Err(Stop::Discard) => {
                self.state.status = 1;
                Ok(false)
            }
            Err(stop) => Err(stop),
        }
    }

    pub(crate) async fn run_while(&mut self, each: &Loop, wanted: bool) -> Result<(), Stop> {
        let mut status = 0;
        loop {
            self.take_turn().await?;
            self.loops += 1;
            let held = self.holds(&each.condition).await;
            self.loops -= 1;
            match held {
                Ok(held) if held == wanted => {}
                Ok(_) => break,
                // The condition belongs to the loop.
                Err(Stop::Break(1)) => {
                    status = 0;
                    break;
                }
                Err(Stop::Continue(1)) => continue,
                Err(Stop::Break(outer)) => return Err(Stop::Break(outer - 1)),
                Err(Stop::Continue(outer)) => return Err(Stop::Continue(outer - 1)),
                Err(stop) => return Err(stop),
            }
            let round = self.run_round(&each.body).await?;
            status = self.state.status;
            if let Round::Last = round {
                break;
            }
        }
        self.state.status = status;
        Ok(())
    }

    pub(crate) async fn run_arithmetic_for(&mut self, each: &ArithmeticFor) -> Result<(), Stop> {
        let line = self.line;
        let mut status = 0;
        self.debug_arithmetic(&each.initial).await?;
        if self.trace_arithmetic(&each.initial).await?.is_none() {
            self.state.status = 1;
            return Ok(());
        }
        loop {
            self.line = line;
            self.debug_arithmetic(&each.condition).await?;
            match self.trace_arithmetic(&each.condition).await? {
                Some(0) => break,
                Some(_) => {}
                None => {
                    status = 1;
                    break;
                }
            }
            let round = self.run_round(&each.body).await?;
            status = self.state.status;
            if let Round::Last = round {
                break;
            }
            self.line = line;
            self.debug_arithmetic(&each.update).await?;
            if self.trace_arithmetic(&each.update).await?.is_none() {
                status = 1;
                break;
            }
        }
        self.state.status = status;
        Ok(())
    }

    /// The DEBUG trap before a part of `for ((...))`.
    async fn debug_arithmetic(&mut self, part: &mirage_syntax::ast::Arithmetic) -> Result<(), Stop> {
        if self.has_debug_trap() {
            let text = [b"((", &self.word_text(&part.text)[..], b"))"].concat();
            self.run_debug_trap(|| text).await?;
        }
        Ok(())
    }

    pub(crate) async fn run_select(&mut self, each: &For) -> Result<(), Stop> {
        if self.has_debug_trap() {
            let text = self.loop_head(b"select", each);
            if !self.run_debug_trap(|| text).await? {
                return Ok(());
            }
        }
        if self.state.options.has(ShellOption::XTrace) {
            let mut head = self.loop_head(b"select", each);
            if each.words.is_empty() {
                head.push(b' ');
            }
            self.trace_words(&[&head]).await;
        }
        let words = self.expand_words(&each.words).await?;
        self.state.status = 0;
        if words.is_empty() || !self.check_loop_name(&each.variable) {
            return Ok(());
        }
        let mut shows_menu = true;
        loop {
            let Some(reply) = self.ask(&words, shows_menu).await? else {
                self.state.status = 1;
                return Ok(());
            };
            self.store_named(&Bytes::from_static(b"REPLY"), reply.clone())?;
            shows_menu = reply.is_empty();
            if shows_menu {
                continue;
            }
            let number = std::str::from_utf8(&reply).ok().and_then(|text| text.trim().parse::<usize>().ok());
            let chosen =
                number.and_then(|number| words.get(number.wrapping_sub(1))).cloned().unwrap_or_default();
            if !self.set_loop_variable(&each.variable, chosen)? {
                return Ok(());
            }
            if let Round::Last = self.run_round(&each.body).await? {
                return Ok(());
            }
            // An empty REPLY makes the menu appear again.
            shows_menu = self.state.variables.scalar(b"REPLY").is_none_or(Bytes::is_empty);
        }
    }

    /// Shows the menu of `select` and reads an answer; none at the end of the input.
    async fn ask(&mut self, words: &[Bytes], shows_menu: bool) -> Result<Option<Bytes>, Stop> {
        if shows_menu {
            let width = self.state.variables.scalar(b"COLUMNS");
            let width = width.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
            let menu = menu(words, width.filter(|width| *width > 0).unwrap_or(80));
            self.messages.extend_from_slice(&menu);
        }
        let prompt =
            self.state.variables.scalar(b"PS3").cloned().unwrap_or_else(|| Bytes::from_static(b"#? "));
        self.messages.extend_from_slice(&prompt);
        self.settle().await?;
        let line = self.read_line().await?;
        if line.is_none() {
            self.output.extend_from_slice(b"\n");
        }
        Ok(line)
    }
}

/// The numbered list of `select`, in columns that fit `width` characters, filled downwards.
fn menu(words: &[Bytes], width: usize) -> Vec<u8> {
    let digits = decimal(words.len() as i64).len();
    let longest = words.iter().map(|word| String::from_utf8_lossy(word).chars().count()).max().unwrap_or(0);
    let column = longest + digits + 2 + 2;
    let columns = (width / column).max(1);
    let rows = words.len().div_ceil(columns);
    let columns = words.len().div_ceil(rows.max(1));
    let (rows, columns) = if rows == 1 { (columns, 1) } else { (rows, columns) };
    let mut out = Vec::new();
    for row in 0..rows {
        let mut at = row;
        let mut position = 0;
        // The first column is only as wide as its own numbers.
        let mut digits_here = decimal(rows as i64).len();
        for _ in 0..columns {
            let Some(word) = words.get(at) else { break };
            let cell = format!("{:>digits_here$}) ", at + 1);
            digits_here = digits;
            out.extend_from_slice(cell.as_bytes());
            out.extend_from_slice(word);
            let used = cell.len() + String::from_utf8_lossy(word).chars().count();
            at += rows;
            if at < words.len() {
                fill(&mut out, position + used, position + column);
                position += column;
            }
        }
        out.push(b'\n');
    }
    out
}

/// Blanks and tabs from one column to another, as bash indents.
fn fill(out: &mut Vec<u8>, from: usize, to: usize) {
    let mut from = from;
    while from < to {
        match to / 8 > from / 8 {
            true => {
                out.push(b'\t');
                from += 8 - from % 8;
            }
            false => {
                out.push(b' ');
                from += 1;
            }
        }
    }
}
