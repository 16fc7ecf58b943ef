//! Sorted lines put aside in scratch space.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_store::Scratch;
use mirage_vfs::{BoxStream, Call, Error, Result};

use super::merge::{Source, Stopped, Stream, merge};
use super::output::Output;
use super::rules::Rules;

/// How many streams are merged at a time: each holds a block of its text in memory.
pub const FAN_IN: usize = 64;

/// How much of a run is read at a time.
const READ: usize = 256 * 1024;

/// Runs of sorted lines, one after the other in one scratch space.
pub struct Runs {
    scratch: Arc<dyn Scratch>,
    runs: Vec<Range<u64>>,
    end: u8,
    unique: bool,
}

impl Runs {
    /// No runs yet, of lines that end with `end`.
    pub async fn new(end: u8, unique: bool, call: &Call) -> Result<Self> {
        let scratch = call.host().store().scratch().await?;
        Ok(Runs { scratch: Arc::from(scratch), runs: Vec::new(), end, unique })
    }

    /// Merges `sources` to one more run.
    pub async fn add(&mut self, sources: Vec<Source>, rules: &Rules, call: &Call) -> Result<(), Stopped> {
        let start = self.scratch.size();
        let mut output = Output::scratch(self.scratch.clone(), self.end, self.unique);
        merge(sources, rules, &mut output, call).await?;
        output.flush(call).await.map_err(Stopped::Output)?;
        self.runs.push(start..self.scratch.size());
        Ok(())
    }

    /// The runs as sources, at most [`FAN_IN`]: more are merged before.
    pub async fn into_sources(mut self, rules: &Rules, call: &Call) -> Result<Vec<Source>, Stopped> {
        while self.runs.len() > FAN_IN {
            let mut fewer = Runs::new(self.end, self.unique, call).await.map_err(Stopped::Output)?;
            for runs in self.runs.chunks(FAN_IN) {
                let sources = runs.iter().map(|run| self.source(run.clone())).collect();
                fewer.add(sources, rules, call).await?;
            }
            self = fewer;
        }
        Ok(self.runs.iter().map(|run| self.source(run.clone())).collect())
    }

    fn source(&self, run: Range<u64>) -> Source {
        let input = Descriptor::source(chunks(self.scratch.clone(), run));
        Source::Stream(Stream::new(Blocks::new(input, self.end), self.end))
    }
}

/// The bytes of `run`, piece by piece.
fn chunks(scratch: Arc<dyn Scratch>, run: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
    Box::pin(futures_util::stream::unfold((scratch, run), |(scratch, run)| async move {
        let left = usize::try_from(run.end - run.start).unwrap_or(usize::MAX);
        if left == 0 {
            return None;
        }
        let chunk = scratch.read_at(run.start, left.min(READ)).await.map_err(Error::from);
        let length = chunk.as_ref().map_or(0, Bytes::len) as u64;
        // Nothing more can come from a run that is shorter than it was or can not be read.
        let next = if length == 0 { run.end } else { run.start + length };
        Some((chunk, (scratch, next..run.end)))
    }))
}
