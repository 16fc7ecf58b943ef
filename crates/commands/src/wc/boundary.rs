//! Chunks cut between characters.

/// Holds back the start of a character whose rest comes with the next chunk.
#[derive(Default)]
pub struct Boundary {
    started: Vec<u8>,
}

impl Boundary {
    /// Cuts `chunk` in a few bytes that complete what was held back, and what can be looked at as it is.
    pub fn split<'a>(&mut self, mut chunk: &'a [u8]) -> (Vec<u8>, &'a [u8]) {
        let mut completed = Vec::new();
        if !self.started.is_empty() {
            let missing = length(self.started[0]).saturating_sub(self.started.len()).min(chunk.len());
            self.started.extend_from_slice(&chunk[..missing]);
            chunk = &chunk[missing..];
            if !is_started(&self.started) {
                completed = std::mem::take(&mut self.started);
            } else if chunk.is_empty() {
                return (completed, chunk);
            }
        }
        let tail =
            (1..=chunk.len().min(3)).find(|tail| is_started(&chunk[chunk.len() - tail..])).unwrap_or(0);
        let (whole, started) = chunk.split_at(chunk.len() - tail);
        self.started.extend_from_slice(started);
        (completed, whole)
    }
}

/// How long the character is that starts with this byte.
fn length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// Whether more bytes can make this one character.
fn is_started(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => false,
        Err(error) => error.valid_up_to() == 0 && error.error_len().is_none(),
    }
}
