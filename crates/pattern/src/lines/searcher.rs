//! The search for the next selected line.

use crate::error::Error;
use crate::regex::{Options, Regex};
use memchr::{memchr, memrchr};
use std::ops::Range;

/// Expressions prepared for blocks of lines.
#[derive(Clone, Debug)]
pub struct LineSearcher {
    regex: Regex,
}

impl LineSearcher {
    /// Prepares expressions of which any selects a line.
    ///
    /// Errors: as [`Regex::set`].
    pub fn new(patterns: &[&[u8]], options: &Options) -> Result<Self, Error> {
        Ok(LineSearcher { regex: Regex::set(patterns, options)? })
    }

    /// The expression, to find the matches inside a line (`grep -o`); a line is given to it without its terminator.
    pub fn regex(&self) -> &Regex {
        &self.regex
    }

    /// The first selected line that starts at or after `at`, its terminator included. `at` is 0 or the end of a line.
    ///
    /// Errors: as [`Regex::is_match`].
    pub fn next_line(&self, block: &[u8], at: usize) -> Result<Option<Range<usize>>, Error> {
        let mut at = at;
        while at < block.len() {
            let line = self.line_at(block, at);
            let end = line.end - usize::from(block.get(line.end - 1) == Some(&self.terminator()));
            if self.regex.is_match(block.get(line.start..end).unwrap_or_default())? {
                return Ok(Some(line));
            }
            at = line.end;
        }
        Ok(None)
    }

    /// How many lines of the block are selected.
    ///
    /// Errors: as [`Regex::is_match`].
    pub fn count(&self, block: &[u8]) -> Result<u64, Error> {
        let mut count = 0;
        let mut at = 0;
        while let Some(line) = self.next_line(block, at)? {
            count += 1;
            at = line.end;
        }
        Ok(count)
    }

    fn terminator(&self) -> u8 {
        self.regex.options().terminator
    }

    /// The line that holds the byte at `at`.
    fn line_at(&self, block: &[u8], at: usize) -> Range<usize> {
        let before = block.get(..at).unwrap_or_default();
        let start = memrchr(self.terminator(), before).map_or(0, |found| found + 1);
        let after = block.get(at..).unwrap_or_default();
        let end = memchr(self.terminator(), after).map_or(block.len(), |found| at + found + 1);
        start..end
    }
}
