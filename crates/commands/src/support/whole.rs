//! Inputs that are needed as a whole: programs, lists of names, sets of patterns.

use bytes::Bytes;
use mirage_shell::io::Descriptor;
use mirage_vfs::{Call, Result, Share};

/// What an item of a list takes beside its text, where it is kept in a few tables.
pub const ITEM: u64 = 128;

/// Everything that an input had, and what that takes of the line's memory.
pub struct Whole {
    /// The text.
    pub text: Bytes,
    /// Given back when it is dropped.
    pub held: Share,
}

/// Reads `input` to its end.
pub async fn read_whole(input: &Descriptor, call: &Call) -> Result<Whole> {
    read_counted(input, call, |_| 0).await
}

/// As [`read_whole`], for a text that is taken apart at the bytes that end an item: the items are counted too.
pub async fn read_list(input: &Descriptor, call: &Call, ends_item: impl Fn(u8) -> bool) -> Result<Whole> {
    read_counted(input, call, |chunk| chunk.iter().filter(|byte| ends_item(**byte)).count() as u64).await
}

async fn read_counted(input: &Descriptor, call: &Call, items: impl Fn(&[u8]) -> u64) -> Result<Whole> {
    let mut held = call.share();
    let mut text = Vec::new();
    let mut count = 0;
    loop {
        let chunk = input.read(call).await?;
        if chunk.is_empty() {
            return Ok(Whole { text: text.into(), held });
        }
        count += items(&chunk);
        text.extend_from_slice(&chunk);
        held.set(text.capacity() as u64 + count * ITEM);
        call.tick_many(64).await;
    }
}
