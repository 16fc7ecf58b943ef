//! Which lines a command is for.

use super::super::program::{Address, Command, End, Pattern, Program, Selector};
use super::Executor;
use super::stop::Stop;

/// Where a range of lines stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Before its first line, or after its last.
    Idle,
    /// Inside; a last line that is known is told by its number.
    Active(Option<u64>),
}

/// The state of every range before the first line.
pub fn initial(program: &Program) -> Vec<Range> {
    let mut ranges = vec![Range::Idle; program.ranges];
    for command in &program.commands {
        if let Selector::Range { from: Address::Zero, state, .. } = command.selector {
            ranges[state] = Range::Active(None);
        }
    }
    ranges
}

impl Executor<'_> {
    /// Whether `command` is to run on the current line.
    pub(super) async fn selects(&mut self, command: &Command) -> Result<bool, Stop> {
        let selected = match &command.selector {
            Selector::All => true,
            Selector::One(address) => self.fits(address).await?,
            Selector::Range { from, to, state } => self.in_range(from, to, *state).await?,
        };
        Ok(selected != command.negated)
    }

    async fn fits(&mut self, address: &Address) -> Result<bool, Stop> {
        let line = self.input.line;
        Ok(match address {
            Address::Zero => false,
            Address::Line(number) => line == *number,
            Address::Step { first, step } => line >= *first && (line - first).is_multiple_of(*step),
            Address::Last => self.input.at_end(&mut self.report).await?,
            Address::Regex(pattern) => self.matches(pattern)?,
        })
    }

    async fn in_range(&mut self, from: &Address, to: &End, state: usize) -> Result<bool, Stop> {
        let line = self.input.line;
        if let Range::Active(end) = self.ranges[state] {
            let (ends, selected) = match (to, end) {
                (End::Regex(pattern), _) => (self.matches(pattern)?, true),
                (End::Last, _) => (self.input.at_end(&mut self.report).await?, true),
                (_, end) => (end.is_none_or(|end| line >= end), end.is_some_and(|end| line <= end)),
            };
            if ends {
                self.ranges[state] = Range::Idle;
            }
            // A last line that was jumped over: this one may be the first of another range.
            if selected {
                return Ok(true);
            }
        }
        if !self.fits(from).await? {
            return Ok(false);
        }
        let end = match to {
            End::Line(number) => Some(*number),
            End::Plus(count) => Some(line.saturating_add(*count)),
            End::Multiple(0) => Some(line),
            End::Multiple(step) => Some(line.next_multiple_of(*step)),
            End::Last | End::Regex(_) => None,
        };
        if end.is_none_or(|end| end > line) {
            self.ranges[state] = Range::Active(end);
        }
        Ok(true)
    }

    /// Whether the pattern space matches, remembering the expression for `//`.
    pub(super) fn matches(&mut self, pattern: &Pattern) -> Result<bool, Stop> {
        let regex = self.regex(pattern)?;
        regex.is_match(&self.space.text).map_err(super::gave_up)
    }
}
