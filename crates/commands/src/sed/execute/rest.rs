//! What is left of the input when no command can run on it: of this file with `-s`, else of all.

use super::Executor;
use super::input::Next;
use super::stop::Stop;

impl Executor<'_> {
    /// Prints the rest as it is, or with `-n` passes it by.
    pub(super) async fn pass_rest(&mut self) -> Result<(), Stop> {
        if self.settings.quiet {
            return self.skip_rest().await;
        }
        while self.input.look(&mut self.report).await? == Next::Line {
            let block = self.input.take_block();
            self.outputs.pass(block).await?;
        }
        Ok(())
    }

    /// Passes the rest by without reading it.
    pub(super) async fn skip_rest(&mut self) -> Result<(), Stop> {
        self.outputs.flush().await?;
        self.input.skip(&mut self.report).await
    }
}
