//! Many sorted inputs made one.

use std::cmp::Ordering;

use bytes::Bytes;
use memchr::memchr;
use mirage_shell::io::Blocks;
use mirage_vfs::{Call, Result};

use super::output::Output;
use super::piece::Piece;
use super::rules::Rules;

/// Lines in order, one after the other.
pub enum Source {
    /// From memory.
    Piece(Piece),
    /// From a stream.
    Stream(Stream),
}

/// Sorted lines that are read as they are needed.
pub struct Stream {
    blocks: Blocks,
    block: Bytes,
    end: u8,
    /// Where the next line starts and ends in the block.
    start: usize,
    stop: usize,
    prefix: Option<u64>,
}

impl Stream {
    /// Lines that end with `end`, from `blocks`.
    pub fn new(blocks: Blocks, end: u8) -> Self {
        Stream { blocks, block: Bytes::new(), end, start: 0, stop: 0, prefix: None }
    }

    /// Finds the next line in the block from `start` on; false when the block is used up.
    fn find(&mut self, start: usize, rules: &Rules) -> bool {
        if start >= self.block.len() {
            return false;
        }
        self.start = start;
        self.stop = memchr(self.end, &self.block[start..]).map_or(self.block.len(), |length| start + length);
        self.prefix = Some(rules.prefix(&self.block[start..self.stop]));
        true
    }

    async fn read(&mut self, rules: &Rules, call: &Call) -> Result<()> {
        match self.blocks.next(call).await? {
            Some(block) => {
                self.block = block;
                self.find(0, rules);
            }
            None => self.prefix = None,
        }
        Ok(())
    }
}

impl Source {
    /// The prefix of the next line; none at the end.
    fn prefix(&self) -> Option<u64> {
        match self {
            Source::Piece(piece) => piece.prefix(),
            Source::Stream(stream) => stream.prefix,
        }
    }

    fn line(&self) -> &[u8] {
        match self {
            Source::Piece(piece) => piece.line(),
            Source::Stream(stream) => &stream.block[stream.start..stream.stop],
        }
    }

    /// Goes on to the next line without waiting; false when more must be read.
    fn advance(&mut self, rules: &Rules) -> bool {
        match self {
            Source::Piece(piece) => {
                piece.advance();
                true
            }
            Source::Stream(stream) => stream.find(stream.stop + 1, rules),
        }
    }

    async fn read(&mut self, rules: &Rules, call: &Call) -> Result<()> {
        match self {
            Source::Piece(_) => Ok(()),
            Source::Stream(stream) => stream.read(rules, call).await,
        }
    }
}

/// Why merging stopped: which input could not be read, or that the output could not be written.
pub enum Stopped {
    Input(usize, mirage_vfs::Error),
    Output(mirage_vfs::Error),
}

/// How many lines are merged between two looks at the line's turn.
const LINES_PER_TICK: u32 = 256;

/// Puts the lines of `sources` out in order; of equal ones those of an earlier source come first.
pub async fn merge(
    mut sources: Vec<Source>,
    rules: &Rules,
    output: &mut Output,
    call: &Call,
) -> Result<(), Stopped> {
    for (at, source) in sources.iter_mut().enumerate() {
        source.read(rules, call).await.map_err(|error| Stopped::Input(at, error))?;
    }
    let mut tree = Tree::new(&sources, rules);
    let mut lines = 0;
    while let Some(winner) = tree.winner(&sources) {
        output.push(sources[winner].line(), rules);
        if !sources[winner].advance(rules) {
            sources[winner].read(rules, call).await.map_err(|error| Stopped::Input(winner, error))?;
        }
        tree.replay(&sources, rules);
        lines += 1;
        if lines % LINES_PER_TICK == 0 {
            output.settle(call).await.map_err(Stopped::Output)?;
            call.tick_many(LINES_PER_TICK / 16).await;
        }
    }
    output.settle(call).await.map_err(Stopped::Output)
}

/// A tournament of sources: the one whose next line comes first wins, and only the games on its way up are played again
/// when it moves on.
struct Tree {
    /// The winner, then the loser of each inner game.
    nodes: Vec<usize>,
}

impl Tree {
    fn new(sources: &[Source], rules: &Rules) -> Self {
        let count = sources.len();
        let mut winners = vec![0; 2 * count];
        let mut nodes = vec![0; count.max(1)];
        (0..count).for_each(|at| winners[count + at] = at);
        for game in (1..count).rev() {
            let (one, two) = (winners[2 * game], winners[2 * game + 1]);
            let one_wins = comes_first(sources, one, two, rules);
            (winners[game], nodes[game]) = if one_wins { (one, two) } else { (two, one) };
        }
        nodes[0] = winners.get(1).copied().unwrap_or(0);
        Tree { nodes }
    }

    /// The source with the first line; none when all are at their ends.
    fn winner(&self, sources: &[Source]) -> Option<usize> {
        let winner = self.nodes[0];
        sources.get(winner)?.prefix().map(|_| winner)
    }

    /// Plays the winner's games again.
    fn replay(&mut self, sources: &[Source], rules: &Rules) {
        let mut winner = self.nodes[0];
        let mut game = (winner + sources.len()) / 2;
        while game > 0 {
            if comes_first(sources, self.nodes[game], winner, rules) {
                std::mem::swap(&mut self.nodes[game], &mut winner);
            }
            game /= 2;
        }
        self.nodes[0] = winner;
    }
}

/// Whether the next line of source `one` goes out before that of source `two`.
fn comes_first(sources: &[Source], one: usize, two: usize, rules: &Rules) -> bool {
    let (first, second) = (&sources[one], &sources[two]);
    let order = match (first.prefix(), second.prefix()) {
        (Some(a), Some(b)) => a.cmp(&b).then_with(|| rules.compare(first.line(), second.line())),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    order.then(one.cmp(&two)) == Ordering::Less
}
