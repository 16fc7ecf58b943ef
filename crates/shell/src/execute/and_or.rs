//! Lists and and-or lists.

use mirage_syntax::ast::{AndOr, AndOrOperator, List};

use super::{Shell, Stop};
use crate::state::ShellOption;

impl Shell {
    /// Runs a list to its end.
    pub(crate) async fn run_list(&mut self, list: &List) -> Result<(), Stop> {
        for item in &list.items {
            if item.background {
                return Err(self.unsupported("background jobs (&)"));
            }
            self.run_and_or(&item.and_or).await?;
        }
        Ok(())
    }

    async fn run_and_or(&mut self, and_or: &AndOr) -> Result<(), Stop> {
        let mut rest = and_or.rest.iter().peekable();
        self.run_part(&and_or.first, rest.peek().is_some()).await?;
        while let Some((operator, pipeline)) = rest.next() {
            let wanted = match operator {
                AndOrOperator::And => self.state.status == 0,
                AndOrOperator::Or => self.state.status != 0,
            };
            if wanted {
                self.run_part(pipeline, rest.peek().is_some()).await?;
            }
        }
        Ok(())
    }

    /// One pipeline; `followed` by an operator it may fail under `set -e`.
    async fn run_part(&mut self, pipeline: &mirage_syntax::ast::Pipeline, followed: bool) -> Result<(), Stop> {
        let tolerant = u32::from(followed || pipeline.negated);
        self.tolerant += tolerant;
        let result = self.run_pipeline(pipeline).await;
        self.tolerant -= tolerant;
        result?;
        match tolerant > 0 {
            true => Ok(()),
            false => self.check_errexit(pipeline),
        }
    }

    /// `set -e`: a command that failed ends the shell. A compound command has failed through one inside it, which was
    /// looked at there, or was tolerated there.
    fn check_errexit(&mut self, pipeline: &mirage_syntax::ast::Pipeline) -> Result<(), Stop> {
        use mirage_syntax::ast::CommandKind as Kind;
        if self.state.status == 0 || self.tolerant > 0 || !self.state.options.has(ShellOption::ErrExit) {
            return Ok(());
        }
        let decides = match &pipeline.stages[..] {
            [only] => matches!(
                only.kind,
                Kind::Simple(_) | Kind::Subshell(_) | Kind::Arithmetic(_) | Kind::Condition(_) | Kind::Function(_)
            ),
            _ => true,
        };
        match decides {
            true => Err(Stop::Exit),
            false => Ok(()),
        }
    }
}
