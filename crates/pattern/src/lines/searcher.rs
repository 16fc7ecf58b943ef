//! The search for the next selected line.

use super::block::Block;
use crate::error::Error;
use crate::regex::{LineEngines, Options, Regex, Search};
use std::ops::Range;

/// Expressions prepared for blocks of lines.
#[derive(Debug)]
pub struct LineSearcher {
    regex: Regex,
    engines: LineEngines,
}

impl LineSearcher {
    /// Prepares expressions of which any selects a line.
    ///
    /// Errors: as [`Regex::set`].
    pub fn new(patterns: &[&[u8]], options: &Options) -> Result<Self, Error> {
        let regex = Regex::set(patterns, options)?;
        let engines = regex.line_engines()?;
        Ok(LineSearcher { regex, engines })
    }

    /// The expression, to find the matches inside a line; a line is given to it without its terminator.
    pub fn regex(&self) -> &Regex {
        &self.regex
    }

    /// What ends a line.
    pub fn terminator(&self) -> u8 {
        self.regex.options().terminator
    }

    /// Whether every line is selected, whatever it holds.
    pub fn selects_all(&self) -> bool {
        matches!(self.engines, LineEngines::All)
    }

    /// The first selected line that starts at or after `at`, its terminator included. `at` is 0 or the end of a line.
    ///
    /// Errors: as [`Regex::is_match`].
    pub fn next_line(&self, block: &Block<'_>, at: usize) -> Result<Option<Range<usize>>, Error> {
        if at >= block.bytes().len() {
            return Ok(None);
        }
        match self.engines.search(block.is_ascii())? {
            Search::All => Ok(Some(block.line_at(at))),
            Search::EachLine => self.first_that_matches(block, at, Some),
            Search::Exact(automaton) => {
                Ok(automaton.first_end(block.searched(), at).map(|end| block.line_at(end)))
            }
            Search::Relaxed(automaton) => {
                self.first_that_matches(block, at, |at| automaton.first_end(block.searched(), at))
            }
        }
    }

    /// How many lines of the block are selected.
    ///
    /// Errors: as [`Regex::is_match`].
    pub fn count(&self, block: &Block<'_>) -> Result<u64, Error> {
        if self.selects_all() {
            return Ok(block.count_lines(0..block.bytes().len()));
        }
        let mut count = 0;
        let mut at = 0;
        while let Some(line) = self.next_line(block, at)? {
            count += 1;
            at = line.end;
        }
        Ok(count)
    }

    /// The first match that is not empty from `at` on, anywhere in the block: what `grep -o` prints.
    ///
    /// Errors: as [`Regex::is_match`].
    pub fn next_match(&self, block: &Block<'_>, at: usize) -> Result<Option<Range<usize>>, Error> {
        if let Search::Exact(automaton) = self.engines.search(block.is_ascii())? {
            let text = block.searched();
            return non_empty(text, at, |at| automaton.find(text, at));
        }
        let mut at = at;
        while at < block.bytes().len() {
            let line = block.line_at(at);
            let text = block.content(line.clone());
            if let Some(found) = non_empty(text, at - line.start, |at| self.regex.find_at(text, at))? {
                return Ok(Some(line.start + found.start..line.start + found.end));
            }
            let Some(next) = self.next_line(block, line.end)? else { break };
            at = next.start;
        }
        Ok(None)
    }

    /// The first line from `at` on that matches, of those that hold what `candidate` finds.
    fn first_that_matches(
        &self,
        block: &Block<'_>,
        at: usize,
        candidate: impl Fn(usize) -> Option<usize>,
    ) -> Result<Option<Range<usize>>, Error> {
        let mut at = at;
        while at < block.bytes().len() {
            let Some(found) = candidate(at) else { break };
            let line = block.line_at(found);
            if self.regex.is_match(block.content(line.clone()))? {
                return Ok(Some(line));
            }
            at = line.end;
        }
        Ok(None)
    }
}

/// The first match that is not empty, from `at` on.
fn non_empty(
    text: &[u8],
    at: usize,
    find: impl Fn(usize) -> Result<Option<Range<usize>>, Error>,
) -> Result<Option<Range<usize>>, Error> {
    let mut at = at;
    while at <= text.len() {
        match find(at)? {
            Some(found) if found.is_empty() => at = found.end + 1,
            found => return Ok(found),
        }
    }
    Ok(None)
}
