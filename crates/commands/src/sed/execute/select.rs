//! Which lines a command is for.

use super::super::program::{Action, Address, Command, End, Pattern, Program, Selector};
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

/// Whether `line` is `first` or so many steps after it.
fn is_step(line: u64, first: u64, step: u64) -> bool {
    line >= first && (line - first).is_multiple_of(step)
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

    /// Whether no command can run on any line after this one, at the latest until the lines are counted anew.
    pub(super) fn is_past(&self, program: &Program) -> bool {
        let mut at = 0;
        while let Some(command) = program.commands.get(at) {
            if !self.command_is_past(command) {
                return false;
            }
            at = match command.action {
                Action::Block(end) => end,
                _ => at + 1,
            };
        }
        true
    }

    fn command_is_past(&self, command: &Command) -> bool {
        let line = self.input.line;
        let past = match &command.selector {
            Selector::All => false,
            Selector::One(address) => address.is_past(line),
            Selector::Range { from, state, .. } => self.ranges[*state] == Range::Over && from.is_past(line),
        };
        past && !command.negated
    }

    async fn fits(&mut self, address: &Address) -> Result<bool, Stop> {
        let line = self.input.line;
        Ok(match address {
            Address::Zero => false,
            Address::Line(number) => line == *number,
            Address::Step { first, step } => is_step(line, *first, *step),
            Address::Last => self.input.at_end(&mut self.report).await?,
            Address::Regex(pattern) => self.matches(pattern)?,
        })
    }

    async fn in_range(&mut self, from: &Address, to: &End, state: usize) -> Result<bool, Stop> {
        let line = self.input.line;
        if let Range::Active(end) = self.ranges[state] {
            let (ends, selected) = match (to, end) {
                (End::Regex(pattern), _) => (self.matches(pattern)?, true),
                (End::Step { first, step }, _) => (is_step(line, *first, *step), true),
                // A last line that was jumped over ends the range before this line, one that was counted with it.
                (End::Line(_), Some(end)) => (line >= end, line <= end),
                (_, Some(end)) => (line >= end, true),
                (_, None) => (self.input.at_end(&mut self.report).await?, true),
            };
            if ends {
                self.ranges[state] = Range::Over;
            }
            return Ok(selected);
        }
        // A first line starts a range once, though it was jumped over.
        let starts = match from {
            Address::Line(first) => self.ranges[state] == Range::Idle && line >= *first,
            from => self.fits(from).await?,
        };
        if !starts {
            return Ok(false);
        }
        let last = match to {
            End::Line(last) => *last,
            End::Plus(count) => line.saturating_add(*count),
            End::Multiple(0) => line,
            // From a multiple to the one after it.
            End::Multiple(step) => (line / step + 1).saturating_mul(*step),
            End::Step { first, step } if is_step(line, *first, *step) => line,
            End::Step { .. } | End::Last | End::Regex(_) => {
                self.ranges[state] = Range::Active(None);
                return Ok(true);
            }
        };
        self.ranges[state] = if last > line { Range::Active(Some(last)) } else { Range::Over };
        // A first line that was jumped over does not count when the last one was too.
        Ok(line <= last || !matches!(from, Address::Line(first) if line != *first))
    }

    /// Whether the pattern space matches, remembering the expression for `//`.
    pub(super) fn matches(&mut self, pattern: &Pattern) -> Result<bool, Stop> {
        let regex = self.regex(pattern)?;
        regex.is_match(&self.space.text).map_err(super::gave_up)
    }
}
