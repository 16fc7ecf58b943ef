//! Where sorted lines go: a descriptor, or scratch space for a later merge.

use std::cmp::Ordering;
use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use mirage_shell::io::Descriptor;
use mirage_store::Scratch;
use mirage_vfs::{Call, Result};

use super::rules::Rules;

/// Bytes gathered before they are passed on.
const GATHER: usize = 256 * 1024;

/// Lines on their way out.
pub struct Output {
    target: Target,
    gathered: BytesMut,
    end: u8,
    /// The last line, where only the first of equal ones goes out.
    last: Option<Vec<u8>>,
    empty: bool,
}

enum Target {
    Descriptor(Descriptor),
    Scratch(Arc<dyn Scratch>),
}

impl Output {
    /// To `descriptor`, each line ended by `end`; with `unique` only the first of lines with equal keys.
    pub fn descriptor(descriptor: Descriptor, end: u8, unique: bool) -> Self {
        Output::new(Target::Descriptor(descriptor), end, unique)
    }

    /// To the end of `scratch`.
    pub fn scratch(scratch: Arc<dyn Scratch>, end: u8, unique: bool) -> Self {
        Output::new(Target::Scratch(scratch), end, unique)
    }

    fn new(target: Target, end: u8, unique: bool) -> Self {
        let last = unique.then(Vec::new);
        Output { target, gathered: BytesMut::new(), end, last, empty: true }
    }

    /// Adds `line`.
    pub fn push(&mut self, line: &[u8], rules: &Rules) {
        if let Some(last) = &mut self.last {
            if !self.empty && rules.compare_keys(last, line) == Ordering::Equal {
                return;
            }
            last.clear();
            last.extend_from_slice(line);
        }
        self.empty = false;
        self.gathered.put_slice(line);
        self.gathered.put_u8(self.end);
    }

    /// Passes on what was gathered if it has become large.
    pub async fn settle(&mut self, call: &Call) -> Result<()> {
        match self.gathered.len() >= GATHER {
            true => self.flush(call).await,
            false => Ok(()),
        }
    }

    /// Passes on all that was gathered.
    pub async fn flush(&mut self, call: &Call) -> Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let gathered = self.gathered.split().freeze();
        match &self.target {
            Target::Descriptor(descriptor) => descriptor.write(call, gathered).await,
            Target::Scratch(scratch) => Ok(scratch.append(gathered).await.map(|_| ())?),
        }
    }
}
