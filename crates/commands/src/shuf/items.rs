//! What is shuffled.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use mirage_shell::command::Context;
use mirage_shell::io::{Blocks, Descriptor};
use mirage_vfs::{Error, Share};

use super::choice::{Chooser, NoMore};
use super::options::{Options, Source};
use crate::support::{ITEM, Records};

/// A file up to this size is read as a whole even if few lines of it are wanted.
const WHOLE: u64 = 8 * 1024 * 1024;

/// The lines, words or numbers, by their place.
pub enum Items {
    /// Records, each a slice of the text that was read, and what they take of the line's memory.
    Lines { lines: Vec<Bytes>, _held: Option<Share> },
    /// The first number and how many.
    Range(u64, u64),
}

/// What ends reading.
pub enum Trouble {
    Unread(Error),
    Random(NoMore),
}

impl Items {
    /// Reads what there is to shuffle.
    pub async fn read(
        options: &Options,
        input: Option<Descriptor>,
        chooser: &mut Chooser,
        context: &Context,
    ) -> Result<Items, Trouble> {
        match (&options.source, input) {
            (Source::Words(words), _) => Ok(Items::Lines { lines: words.clone(), _held: None }),
            (Source::Range(first, count), _) => Ok(Items::Range(*first, *count)),
            (Source::File(_), None) => Ok(Items::Lines { lines: Vec::new(), _held: None }),
            (Source::File(_), Some(input)) => {
                let end = if options.zero { 0 } else { b'\n' };
                let few = options.count.filter(|_| !options.repeat);
                match few {
                    Some(few) if !is_small(&input, context).await => {
                        sample(few, Records::new(input, end), chooser, context).await
                    }
                    _ => lines(input, end, context).await,
                }
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        match self {
            Items::Lines { lines, .. } => lines.len() as u64,
            Items::Range(_, count) => *count,
        }
    }

    /// Adds one, and what ends it.
    pub fn push(&self, number: u64, end: u8, output: &mut BytesMut) {
        match self {
            Items::Lines { lines, .. } => {
                output.extend_from_slice(lines.get(number as usize).map_or(&[][..], |line| line));
            }
            Items::Range(first, _) => output.extend_from_slice((first + number).to_string().as_bytes()),
        }
        output.extend_from_slice(&[end]);
    }

    /// The first `most` places of a random order, and what they take of the line's memory.
    pub async fn order(
        &self,
        chooser: &mut Chooser,
        most: u64,
        context: &Context,
    ) -> Result<(Vec<u64>, Share), NoMore> {
        let count = self.count();
        let mut held = context.call.share();
        let wanted = most.min(count);
        let mut order = Vec::new();
        // Places that hold another number than their own: few when few are wanted of many.
        let mut moved: HashMap<u64, u64, foldhash::fast::FixedState> = HashMap::default();
        for place in 0..wanted {
            let other = place + chooser.choose(count - place, context).await?;
            let here = moved.remove(&place).unwrap_or(place);
            let chosen = match other == place {
                true => here,
                false => moved.insert(other, here).unwrap_or(other),
            };
            order.push(chosen);
            // What grows is there twice for a moment.
            let room = order.capacity() * size_of::<u64>() + moved.capacity() * size_of::<(u64, u64)>();
            held.set(2 * room as u64);
            context.call.tick().await;
        }
        Ok((order, held))
    }
}

async fn is_small(input: &Descriptor, context: &Context) -> bool {
    let Some(file) = input.as_file() else { return false };
    let size = file.file().stat(&context.call).await.ok().and_then(|entry| entry.size.exact());
    size.is_some_and(|size| size.saturating_sub(input.offset().unwrap_or(0)) <= WHOLE)
}

async fn lines(input: Descriptor, end: u8, context: &Context) -> Result<Items, Trouble> {
    let mut blocks = Blocks::new(input, end);
    let mut lines = Vec::new();
    let (mut held, mut bytes) = (context.call.share(), 0);
    while let Some(block) = blocks.next(&context.call).await.map_err(Trouble::Unread)? {
        bytes += block.len();
        let mut at = 0;
        while at < block.len() {
            let length = memchr::memchr(end, &block[at..]).unwrap_or(block.len() - at);
            lines.push(block.slice(at..at + length));
            at += length + 1;
        }
        held.set((bytes + lines.capacity() * size_of::<Bytes>()) as u64);
        context.call.tick_many(64).await;
    }
    Ok(Items::Lines { lines, _held: Some(held) })
}

/// Keeps `few` lines, each equally likely, without keeping the others.
async fn sample(
    few: u64,
    mut records: Records,
    chooser: &mut Chooser,
    context: &Context,
) -> Result<Items, Trouble> {
    let mut kept: Vec<Bytes> = Vec::new();
    let (mut held, mut bytes) = (context.call.share(), 0);
    let mut seen = 0;
    loop {
        // The place is chosen before it is known that there is a line for it: with a given file of random bytes that
        // last choice can be told from what follows.
        let place = match seen < few {
            true => seen,
            false => chooser.choose(seen + 1, context).await.map_err(Trouble::Random)?,
        };
        let Some(line) = records.next(&context.call).await.map_err(Trouble::Unread)? else {
            return Ok(Items::Lines { lines: kept, _held: Some(held) });
        };
        seen += 1;
        // A copy: a slice would keep the whole block it is from.
        let line = Bytes::copy_from_slice(&line);
        let length = line.len();
        match kept.get_mut(place as usize) {
            Some(slot) => bytes = bytes + length - std::mem::replace(slot, line).len(),
            None if seen <= few => {
                bytes += length;
                kept.push(line);
            }
            None => {}
        }
        held.set(bytes as u64 + kept.len() as u64 * ITEM);
        context.call.tick().await;
    }
}
