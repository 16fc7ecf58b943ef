//! Which lines a command is for.

use super::super::program::{Address, Command, End, Pattern, Program, Selector};
use super::Executor;
use super::stop::Stop;

/// Where a range of lines stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Before its first line.
    Idle,
    /// After its last line; another one may start it again.
    Over,
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
                // A last line that was jumped over ends the range before this line, one that was counted with it.
                (End::Line(_) | End::Step { .. }, Some(end)) => (line >= end, line <= end),
                (_, Some(end)) => (line >= end, true),
                (_, None) => (self.input.at_end(&mut self.report).await?, true),
            };
            if ends {
                self.ranges[state] = Range::Over;
            }
            return Ok(selected);
        }
        // A first line that was jumped over still starts a range, once.
        let starts = match from {
            Address::Line(first) if self.ranges[state] == Range::Idle => line >= *first,
            from => self.fits(from).await?,
        };
        if !starts {
            return Ok(false);
        }
        self.ranges[state] = match to {
            End::Line(last) if *last > line => Range::Active(Some(*last)),
            End::Line(_) => return Ok(!matches!(from, Address::Line(first) if line != *first)),
            End::Plus(0) => Range::Over,
            End::Plus(count) => Range::Active(Some(line.saturating_add(*count))),
            End::Multiple(0) => return Ok(true),
            // From a multiple to the one after it.
            End::Multiple(step) => Range::Active(Some((line / step + 1).saturating_mul(*step))),
            End::Step { first, step } => {
                let last = first + line.saturating_sub(*first).next_multiple_of(*step);
                if last <= line {
                    self.ranges[state] = Range::Over;
                    return Ok(!matches!(from, Address::Line(first) if line != *first));
                }
                Range::Active(Some(last))
            }
            End::Last | End::Regex(_) => Range::Active(None),
        };
        Ok(true)
    }

    /// Whether the pattern space matches, remembering the expression for `//`.
    pub(super) fn matches(&mut self, pattern: &Pattern) -> Result<bool, Stop> {
        let regex = self.regex(pattern)?;
        regex.is_match(&self.space.text).map_err(super::gave_up)
    }
}
