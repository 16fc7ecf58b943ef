//! The search of one input.

use std::ops::Range;

use bytes::Bytes;
use memchr::{memchr, memchr_iter};
use mirage_pattern::lines::{Block, LineSearcher};
use mirage_shell::command::Context;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_vfs::{Error, Result};

use super::context::{Carried, last_lines};
use super::print::{Item, Kind, Printer};
use super::settings::{BinaryFiles, Settings};

/// What a search tells in the end.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many lines were selected.
    pub selected: u64,
    /// Whether something that was to be printed is no text.
    pub binary: bool,
    /// Why it stopped early.
    pub problem: Option<Problem>,
}

/// Why a search stopped early.
#[derive(Debug)]
pub enum Problem {
    Read(Error),
    Match(mirage_pattern::Error),
}

/// The state of the search of one input.
pub struct Search<'a, 'p> {
    settings: &'a Settings,
    searcher: &'a LineSearcher,
    context: &'a Context,
    printer: &'p mut Printer<'a>,
    name: &'p [u8],
    outcome: Outcome,
    /// No lines are printed: nothing was asked for, or the file turned out to be binary.
    silent: bool,
    /// Whether the file holds a NUL.
    has_nul: bool,
    /// Where in the input the block starts, and how many lines come before `counted` in it.
    base: u64,
    lines_before: u64,
    counted: usize,
    /// Up to where in the block lines were printed.
    printed: usize,
    /// Whether lines were printed by the run, and of this input.
    any_printed: bool,
    own_printed: bool,
    /// How many lines of context are still to be printed.
    after: u64,
    carried: Carried,
    /// Where the last selected line ends in the input.
    selected_end: u64,
    /// Where the last printed line ends in the input.
    printed_end: u64,
}

impl<'a, 'p> Search<'a, 'p> {
    pub fn new(
        settings: &'a Settings,
        searcher: &'a LineSearcher,
        context: &'a Context,
        printer: &'p mut Printer<'a>,
        name: &'p [u8],
    ) -> Self {
        Search {
            settings,
            searcher,
            context,
            printer,
            name,
            outcome: Outcome::default(),
            silent: !settings.prints_lines(),
            has_nul: false,
            base: 0,
            lines_before: 0,
            counted: 0,
            printed: 0,
            any_printed: false,
            own_printed: false,
            after: 0,
            carried: Carried::default(),
            selected_end: 0,
            printed_end: 0,
        }
    }

    /// Whether groups were printed, for the separator before the next file's.
    pub fn continues(mut self, any_printed: bool) -> Self {
        self.any_printed = any_printed;
        self
    }

    /// Searches `input` from where it stands. An error is one of writing.
    pub async fn run(mut self, input: Descriptor) -> Result<(Outcome, bool)> {
        let start = input.offset().unwrap_or(0);
        let mut blocks = Blocks::new(input.clone(), self.settings.terminator);
        let mut first = true;
        loop {
            if self.is_done() {
                if self.settings.max_count.is_some() && input.as_file().is_some() {
                    input.seek(start + self.selected_end);
                }
                break;
            }
            self.printer.settle().await?;
            if !std::mem::take(&mut first) && self.settings.prints_lines() {
                self.printer.flush().await?;
                if self.outcome.selected > 0 && self.printer.is_unwanted() {
                    let passed = blocks.discard(&self.context.call).await;
                    self.outcome.problem = passed.err().map(Problem::Read);
                    break;
                }
            }
            match blocks.next(&self.context.call).await {
                Ok(Some(block)) => self.block(&block).await?,
                Ok(None) => break,
                Err(error) => {
                    self.outcome.problem = Some(Problem::Read(error));
                    break;
                }
            }
            if self.outcome.problem.is_some() {
                break;
            }
        }
        self.outcome.binary |= self.has_nul && self.outcome.selected > 0 && self.settings.prints_lines();
        Ok((self.outcome, self.any_printed))
    }

    /// Whether nothing more can be told or printed.
    fn is_done(&self) -> bool {
        let found = self.outcome.selected > 0;
        let full = self.settings.max_count.is_some_and(|most| self.outcome.selected >= most);
        found && (self.settings.stops_at_first() || self.has_nul && !self.settings.count)
            || full && (self.after == 0 || self.silent)
            || self.has_nul && self.settings.binary == BinaryFiles::WithoutMatch
    }

    async fn block(&mut self, bytes: &Bytes) -> Result<()> {
        let terminator = self.settings.terminator;
        if !self.has_nul
            && self.settings.binary != BinaryFiles::Text
            && terminator != 0
            && memchr(0, bytes).is_some()
        {
            self.has_nul = true;
            self.silent |= !self.settings.count;
            if self.settings.binary == BinaryFiles::WithoutMatch {
                self.outcome.selected = 0;
                return Ok(());
            }
        }
        let block = Block::new(bytes, terminator);
        (self.counted, self.printed) = (0, 0);
        let searched = if self.silent {
            self.count(&block)
        } else if self.settings.only_matching && !self.settings.invert && self.settings.max_count.is_none() {
            self.matches(&block).await?
        } else {
            self.lines(&block).await?
        };
        if let Err(error) = searched {
            self.outcome.problem = Some(Problem::Match(error));
            return Ok(());
        }
        self.finish_block(&block);
        self.context.call.tick_many(64).await;
        Ok(())
    }

    /// Goes on after the block.
    fn finish_block(&mut self, block: &Block<'_>) {
        let bytes = block.bytes();
        if !self.silent {
            let count = self.settings.before;
            if self.printed > 0 {
                self.carried.clear();
            }
            self.carried.keep(&bytes[self.printed..], count, self.settings.terminator);
        }
        if self.settings.line_number {
            self.lines_before += memchr_iter(self.settings.terminator, &bytes[self.counted..]).count() as u64;
        }
        self.base += bytes.len() as u64;
    }

    /// Counts selected lines as far as they are wanted.
    fn count(&mut self, block: &Block<'_>) -> std::result::Result<(), mirage_pattern::Error> {
        let one = self.settings.stops_at_first() || self.has_nul && !self.settings.count;
        let most = if one { Some(1) } else { self.settings.max_count };
        let whole = 0..block.bytes().len();
        let Some(most) = most else {
            let matching = self.searcher.count(block)?;
            let selected = match self.settings.invert {
                true => block.count_lines(whole) - matching,
                false => matching,
            };
            self.outcome.selected += selected;
            return Ok(());
        };
        let mut at = 0;
        while self.outcome.selected < most {
            let Some(range) = self.next_selected(block, at)? else { break };
            let lines = block.count_lines(range.clone()).min(most - self.outcome.selected);
            self.outcome.selected += lines;
            at = range.end;
            let end = nth_end(&block.bytes()[range.clone()], lines, self.settings.terminator);
            self.selected_end = self.base + (range.start + end) as u64;
        }
        Ok(())
    }

    /// The next lines that are selected, side by side.
    fn next_selected(
        &self,
        block: &Block<'_>,
        at: usize,
    ) -> std::result::Result<Option<Range<usize>>, mirage_pattern::Error> {
        if !self.settings.invert {
            return self.searcher.next_line(block, at);
        }
        let mut at = at;
        let end = block.bytes().len();
        while at < end {
            let matching = self.searcher.next_line(block, at)?.unwrap_or(end..end);
            if matching.start > at {
                return Ok(Some(at..matching.start));
            }
            at = matching.end;
        }
        Ok(None)
    }

    /// Prints the matches, each as a line.
    async fn matches(&mut self, block: &Block<'_>) -> Result<std::result::Result<(), mirage_pattern::Error>> {
        let mut at = 0;
        let mut line = 0..0;
        loop {
            let found = match self.searcher.next_match(block, at) {
                Ok(Some(found)) => found,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            if found.start >= line.end {
                line = block.line_at(found.start);
                self.outcome.selected += 1;
            }
            at = found.end;
            self.print_match(block, found);
            self.printer.settle().await?;
        }
        // Lines that match nothing but the empty text are selected all the same.
        Ok(match self.outcome.selected {
            0 => self
                .searcher
                .next_line(block, 0)
                .map(|line| self.outcome.selected += u64::from(line.is_some())),
            _ => Ok(()),
        })
    }

    fn print_match(&mut self, block: &Block<'_>, found: Range<usize>) {
        let line = self.line_number(block.bytes(), found.start);
        let byte = self.base + found.start as u64;
        let text = &block.bytes()[found];
        match self.printer.may_print(text) {
            true => self.printer.only(self.name, &Item { kind: Kind::Selected, text, line, byte }),
            false => self.outcome.binary = true,
        }
    }

    /// The number of the line that holds the byte at `at`; asked for in ascending order.
    fn line_number(&mut self, bytes: &[u8], at: usize) -> u64 {
        if self.settings.line_number && at > self.counted {
            let passed = &bytes[self.counted..at];
            self.lines_before += memchr_iter(self.settings.terminator, passed).count() as u64;
            self.counted = at;
        }
        self.lines_before + 1
    }

    /// Prints selected lines with their context.
    async fn lines(&mut self, block: &Block<'_>) -> Result<std::result::Result<(), mirage_pattern::Error>> {
        let bytes = block.bytes();
        let mut at = 0;
        loop {
            let left =
                self.settings.max_count.map_or(u64::MAX, |most| most - self.outcome.selected.min(most));
            let range = match left {
                0 => None,
                _ => match self.next_selected(block, at) {
                    Ok(range) => range,
                    Err(error) => return Ok(Err(error)),
                },
            };
            let gap_end = range.as_ref().map_or(bytes.len(), |range| range.start);
            if let Err(error) = self.trailing_context(block, gap_end) {
                return Ok(Err(error));
            }
            let Some(range) = range else { return Ok(Ok(())) };
            at = range.end;
            let selected = block.count_lines(range.clone()).min(left);
            let end = range.start + nth_end(&bytes[range.clone()], selected, self.settings.terminator);
            self.outcome.selected += selected;
            self.selected_end = self.base + end as u64;
            let printed = self.leading_context(block, range.start).and_then(|()| {
                if self.settings.only_matching {
                    return self.print_matches(block, range.start..end);
                }
                self.print_lines(block, range.start..end, Kind::Selected)
            });
            if let Err(error) = printed {
                return Ok(Err(error));
            }
            self.after = self.settings.after;
            self.printer.settle().await?;
            self.context.call.tick().await;
        }
    }

    /// Prints what is left of the context after the last selected line, up to `end`.
    fn trailing_context(
        &mut self,
        block: &Block<'_>,
        end: usize,
    ) -> std::result::Result<(), mirage_pattern::Error> {
        if self.after == 0 || self.printed >= end {
            return Ok(());
        }
        let range = self.printed..end;
        let lines = block.count_lines(range.clone()).min(self.after);
        self.after -= lines;
        let end = range.start + nth_end(&block.bytes()[range.clone()], lines, self.settings.terminator);
        self.print_lines(block, range.start..end, Kind::Context)
    }

    /// Prints the context before a selected line that starts at `start`, and what separates groups.
    fn leading_context(
        &mut self,
        block: &Block<'_>,
        start: usize,
    ) -> std::result::Result<(), mirage_pattern::Error> {
        let settings = self.settings;
        let (own, found) =
            last_lines(&block.bytes()[self.printed..start], settings.before, settings.terminator);
        let first = start - own.len();
        let carried = match self.printed == 0 && found < settings.before {
            true => self.carried.take(settings.before - found, settings.terminator),
            false => Bytes::new(),
        };
        let passed_by = first > self.printed || self.printed == 0 && self.base > 0 && self.skipped(&carried);
        if settings.has_groups && self.any_printed && (passed_by || !self.own_printed) {
            self.printer.group_separator();
        }
        self.print_carried(&carried)?;
        self.print_lines(block, first..start, Kind::Context)
    }

    /// Whether lines between the last one printed and the carried ones were passed by.
    fn skipped(&self, carried: &[u8]) -> bool {
        self.base - carried.len() as u64 > self.printed_end
    }

    /// Prints lines of blocks before this one.
    fn print_carried(&mut self, carried: &[u8]) -> std::result::Result<(), mirage_pattern::Error> {
        let lines = memchr_iter(self.settings.terminator, carried).count() as u64;
        let mut start = 0;
        for (index, end) in memchr_iter(self.settings.terminator, carried).enumerate() {
            let text = &carried[start..end];
            let item = Item {
                kind: Kind::Context,
                text,
                line: (self.lines_before + 1).saturating_sub(lines) + index as u64,
                byte: self.base - (carried.len() - start) as u64,
            };
            start = end + 1;
            self.print_item(&item)?;
        }
        Ok(())
    }

    /// Prints whole lines of the block.
    fn print_lines(
        &mut self,
        block: &Block<'_>,
        range: Range<usize>,
        kind: Kind,
    ) -> std::result::Result<(), mirage_pattern::Error> {
        let bytes = block.bytes();
        if range.is_empty() {
            return Ok(());
        }
        (self.any_printed, self.own_printed) = (true, true);
        self.printed = range.end;
        self.printed_end = self.base + range.end as u64;
        let text = &bytes[range.clone()];
        if self.printer.is_plain() && (block.is_ascii() || self.printer.may_print(text)) {
            self.printer.raw(text);
            if text.last() != Some(&self.settings.terminator) {
                self.printer.end_line();
            }
            return Ok(());
        }
        let mut start = range.start;
        while start < range.end {
            let rest = &bytes[start..range.end];
            let length = memchr(self.settings.terminator, rest).unwrap_or(rest.len());
            let line = self.line_number(bytes, start);
            let byte = self.base + start as u64;
            self.print_item(&Item { kind, text: &rest[..length], line, byte })?;
            start += length + 1;
        }
        Ok(())
    }

    fn print_item(&mut self, item: &Item<'_>) -> std::result::Result<(), mirage_pattern::Error> {
        match self.printer.may_print(item.text) {
            true => self.printer.line(self.name, item, self.searcher),
            false => {
                self.outcome.binary = true;
                Ok(())
            }
        }
    }

    /// Prints the matches in a selected line; with `-v` there are none.
    fn print_matches(
        &mut self,
        block: &Block<'_>,
        range: Range<usize>,
    ) -> std::result::Result<(), mirage_pattern::Error> {
        self.printed = range.end;
        if self.settings.invert {
            return Ok(());
        }
        let mut at = range.start;
        while let Some(found) = self.searcher.next_match(block, at)? {
            if found.start >= range.end {
                break;
            }
            at = found.end;
            self.print_match(block, found);
        }
        Ok(())
    }
}

/// Where the first `count` lines of `text` end.
fn nth_end(text: &[u8], count: u64, terminator: u8) -> usize {
    match usize::try_from(count).ok().and_then(|count| count.checked_sub(1)) {
        Some(before) => memchr_iter(terminator, text).nth(before).map_or(text.len(), |at| at + 1),
        None => 0,
    }
}
