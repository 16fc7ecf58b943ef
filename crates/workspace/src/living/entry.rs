//! What the log of a workspace is made of.
//!
//! An entry of the log is the length of a JSON text in four bytes, the text, and the bytes of files behind it. The text is
//! an array of [`Entry`]s that hold together: all that one line did.

use bytes::Bytes;
use mirage_shell::state::SavedState;
use mirage_vfs::{Error, ErrorKind, RamChange, Result, Text};
use serde::{Deserialize, Serialize};

use super::history::Remembered;
use crate::config::Description;

/// The version of the format that is written. Older ones are read.
pub(crate) const FORMAT: u32 = 1;

/// One thing to know about a workspace; later ones stand in place of earlier ones about the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// What it is made of.
    Workspace { format: u32, created: f64, description: Description },
    /// What changed in the memory at a mount, whose content was empty before if it is `whole`.
    Memory { mount: Text, whole: bool, change: RamChange, bytes: u64 },
    /// A session as a line left it.
    Session(SavedSession),
    /// A session is no more.
    SessionEnded { name: String },
    /// A line that ended.
    Line(Remembered),
}

/// A session between two lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedSession {
    pub name: String,
    pub created: f64,
    pub state: SavedState,
    /// The lines that it recalls, where these are not simply those it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<Recall>,
}

/// Lines that a session recalls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recall {
    /// The line of the workspace after which it recalled these; the session's later ones come after them.
    pub after: u64,
    /// How many were dropped from the front.
    #[serde(default)]
    pub dropped: usize,
    /// The rest.
    pub lines: Vec<Text>,
}

/// Entries with the bytes that belong to them, in their order.
#[derive(Default)]
pub(crate) struct Batch {
    pub entries: Vec<Entry>,
    pub bytes: Vec<Bytes>,
}

impl Batch {
    pub fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// As one entry of the log.
    pub fn encode(&self) -> Result<Bytes> {
        let failed = |error: serde_json::Error| Error::new(ErrorKind::Io, "save").message(error.to_string());
        let text = serde_json::to_vec(&self.entries).map_err(failed)?;
        let length = u32::try_from(text.len()).map_err(|_| Error::new(ErrorKind::TooLarge, "save"))?;
        let size = 4 + text.len() + self.bytes.iter().map(Bytes::len).sum::<usize>();
        let mut all = Vec::with_capacity(size);
        all.extend_from_slice(&length.to_le_bytes());
        all.extend_from_slice(&text);
        self.bytes.iter().for_each(|bytes| all.extend_from_slice(bytes));
        Ok(all.into())
    }

    /// Reads an entry of the log; its bytes are one piece.
    pub fn decode(entry: &Bytes) -> Result<(Vec<Entry>, Bytes)> {
        let (length, rest) = entry.split_first_chunk().ok_or_else(|| damaged("an entry is cut short"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let text = rest.get(..length).ok_or_else(|| damaged("an entry is cut short"))?;
        let entries = serde_json::from_slice(text).map_err(|error| damaged(&error.to_string()))?;
        Ok((entries, entry.slice(4 + length..)))
    }
}

/// The answer to what can not be read.
pub(crate) fn damaged(what: &str) -> Error {
    Error::new(ErrorKind::Io, "load")
        .message(format!("what was kept of the workspace can not be read: {what}"))
}
