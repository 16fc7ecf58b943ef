//! Lines taken in any order and put out sorted, in bounded memory.

use std::mem;

use bytes::Bytes;
use mirage_vfs::{Call, Error, ErrorKind, Result, Share};

use super::merge::{Source, Stopped, merge};
use super::output::Output;
use super::piece::Piece;
use super::rules::Rules;
use super::runs::Runs;

/// How many units of work sorting a piece is.
const SORTED_PIECE: u32 = 1024;

/// Takes lines, sorts them by pieces, and puts the pieces aside when they hold too much memory.
pub struct Sorter<'a> {
    rules: &'a Rules,
    end: u8,
    unique: bool,
    /// Bytes that the pieces may hold.
    memory: usize,
    filling: Piece,
    pieces: Vec<Piece>,
    held: usize,
    runs: Option<Runs>,
    /// What `held` takes of the line's memory.
    share: Option<Share>,
}

impl<'a> Sorter<'a> {
    /// A sorter of lines that end with `end`, which holds about `memory` bytes.
    pub fn new(rules: &'a Rules, end: u8, unique: bool, memory: usize) -> Self {
        let filling = Piece::default();
        Sorter { rules, end, unique, memory, filling, pieces: Vec::new(), held: 0, runs: None, share: None }
    }

    /// Takes a block of whole lines; the last one may lack its end.
    pub async fn add(&mut self, block: &Bytes, call: &Call) -> Result<(), Stopped> {
        if u32::try_from(block.len()).is_err() {
            let error = Error::new(ErrorKind::Limit, "sort").message("a line is too long to be sorted");
            return Err(Stopped::Output(error));
        }
        let mut rest = &block[..];
        while !rest.is_empty() {
            let taken = self.filling.take(rest, self.end, self.rules);
            rest = &rest[taken..];
            if self.filling.is_full() {
                self.finish_piece(call).await?;
            }
        }
        Ok(())
    }

    /// Puts all lines out in order.
    pub async fn finish(mut self, output: &mut Output, call: &Call) -> Result<(), Stopped> {
        self.finish_piece(call).await?;
        let mut sources = match self.runs {
            Some(runs) => runs.into_sources(self.rules, call).await?,
            None => Vec::new(),
        };
        sources.extend(self.pieces.into_iter().map(Source::Piece));
        merge(sources, self.rules, output, call).await
    }

    async fn finish_piece(&mut self, call: &Call) -> Result<(), Stopped> {
        let mut piece = mem::take(&mut self.filling);
        if piece.is_empty() {
            return Ok(());
        }
        piece.sort(self.rules);
        self.held += piece.size();
        self.pieces.push(piece);
        call.tick_many(SORTED_PIECE).await;
        let share = self.share.get_or_insert_with(|| call.share());
        if !share.try_set(self.held as u64) || self.held >= self.memory {
            self.put_aside(call).await?;
        }
        Ok(())
    }

    async fn put_aside(&mut self, call: &Call) -> Result<(), Stopped> {
        let sources = mem::take(&mut self.pieces).into_iter().map(Source::Piece).collect();
        self.held = 0;
        self.share = None;
        if self.runs.is_none() {
            self.runs = Some(Runs::new(self.end, self.unique, call).await.map_err(Stopped::Output)?);
        }
        match &mut self.runs {
            Some(runs) => runs.add(sources, self.rules, call).await,
            None => Ok(()),
        }
    }
}
