//! Buffers that are filled again and again.

use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Shorter buffers are not worth keeping: the allocator serves them without touching a new page.
const SHORTEST: usize = 32 * 1024;

/// How many buffers wait to be used again: with reads of 256 KiB at most, 2 MiB.
const WAITING: usize = 8;

/// Buffers of past reads, for reads to come. A reader that drops each chunk before it asks for the next one works in
/// the same memory all the time. Clones share the buffers.
#[derive(Clone, Default)]
pub(super) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

/// A buffer that goes back when the last slice of it is dropped.
struct Lent {
    content: Vec<u8>,
    home: Buffers,
}

impl Buffers {
    /// An empty vector with room for `length` bytes.
    pub fn lend(&self, length: usize) -> Vec<u8> {
        if length >= SHORTEST {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A larger one would make the kernel read more than was asked for.
            if let Some(at) = waiting.iter().rposition(|buffer| buffer.capacity() == length) {
                return waiting.swap_remove(at);
            }
        }
        Vec::with_capacity(length)
    }

    /// What a lent vector was filled with.
    pub fn share(&self, content: Vec<u8>) -> Bytes {
        if content.capacity() < SHORTEST {
            return content.into();
        }
        if content.is_empty() {
            self.put_back(content);
            return Bytes::new();
        }
        Bytes::from_owner(Lent { content, home: self.clone() })
    }

    fn put_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == WAITING {
            // The oldest goes, so that the lengths in use now find theirs.
            waiting.remove(0);
        }
        waiting.push(buffer);
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.content
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.home.put_back(take(&mut self.content));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_filled_again_once_it_is_free_and_never_before() {
        let buffers = Buffers::default();
        let mut first = buffers.lend(SHORTEST);
        let memory = first.as_ptr();
        first.extend_from_slice(b"first");
        let first = buffers.share(first);
        let slice = first.slice(1..3);
        drop(first);

        let other = buffers.lend(SHORTEST);
        assert_ne!(other.as_ptr(), memory, "a slice of the first is still held");
        assert_eq!(&slice[..], b"ir");
        drop(slice);
        let longer = buffers.lend(2 * SHORTEST);
        assert_ne!(longer.as_ptr(), memory, "another length");
        let second = buffers.lend(SHORTEST);
        assert_eq!((second.as_ptr(), second.len()), (memory, 0));
    }

    #[test]
    fn few_buffers_wait() {
        let buffers = Buffers::default();
        let full = || buffers.share(vec![0; SHORTEST]);
        drop((0..3 * WAITING).map(|_| full()).collect::<Vec<_>>());
        assert_eq!(buffers.0.lock().unwrap().len(), WAITING);
    }
}
