//! What a line did.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mirage_vfs::Usage;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a line did: its status, what it wrote if that was collected, and what it used.
///
/// It serialises to the JSON that every front end gives: `stdout` and `stderr` as text, beside them `stdout_base64` and
/// `stderr_base64` when they are not UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The line's status: its own, or what a limit or a cancellation makes of it (124, 125, 130, 137, 143).
    pub exit_code: u8,
    /// Standard output, empty when it went to a sink.
    pub stdout: Bytes,
    /// Standard error, empty when it went to a sink.
    pub stderr: Bytes,
    /// What to tell whoever wrote the line, beside its own messages.
    pub hints: Vec<String>,
    /// What recursive walks left out because it would have cost many requests.
    pub skipped: Vec<String>,
    /// Why the line was stopped, if it was not its own end.
    pub refusal: Option<Refusal>,
    /// From start to end, without the time it waited for its session.
    pub duration: Duration,
    /// What it used, all mounts together.
    pub usage: Usage,
    /// What it used, by mount.
    pub mounts: BTreeMap<String, Usage>,
}

/// Why a line was stopped.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// By what.
    pub kind: RefusalKind,
    /// In words, as the line's standard error has it.
    pub message: String,
}

/// What can stop a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// A limit of the workspace or of the call.
    Limit,
    /// What the line may spend at services.
    Budget,
    /// Whoever started it.
    Cancelled,
    /// It could not be started.
    Start,
    /// It ended, but what it did could not be kept: the store is full, for instance.
    NotKept,
}

impl Outcome {
    /// Whether the status is 0.
    pub fn success(&self) -> bool {
        self.exit_code == 0
    }

    /// Says that what the line did is not kept; a status of 0 becomes 1.
    pub(crate) fn not_kept(&mut self, error: &mirage_vfs::Error) {
        let message = format!("what the line did could not be kept: {error}");
        self.hints.push(message.clone());
        self.exit_code = self.exit_code.max(1);
        self.refusal = Some(Refusal { kind: RefusalKind::NotKept, message });
    }

    /// Standard output as text, what is not UTF-8 replaced by `U+FFFD`.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exit_code", &self.exit_code)?;
        for (name, encoded_name, bytes) in
            [("stdout", "stdout_base64", &self.stdout), ("stderr", "stderr_base64", &self.stderr)]
        {
            let text = String::from_utf8_lossy(bytes);
            map.serialize_entry(name, &text)?;
            if let Cow::Owned(_) = text {
                map.serialize_entry(encoded_name, &STANDARD.encode(bytes))?;
            }
        }
        map.serialize_entry("hints", &self.hints)?;
        map.serialize_entry("skipped", &self.skipped)?;
        map.serialize_entry("refusal", &self.refusal)?;
        map.serialize_entry("duration_ms", &(self.duration.as_micros() as f64 / 1000.0))?;
        map.serialize_entry("bytes_read", &self.usage.bytes_read)?;
        map.serialize_entry("bytes_written", &self.usage.bytes_written)?;
        map.serialize_entry("requests", &self.usage.requests.total())?;
        map.serialize_entry("cache_hits", &self.usage.cache_hits)?;
        map.serialize_entry("mounts", &Mounts(&self.mounts))?;
        map.end()
    }
}

struct Mounts<'a>(&'a BTreeMap<String, Usage>);

impl Serialize for Mounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(mount, usage)| {
            let fields = [
                ("bytes_read", usage.bytes_read),
                ("bytes_written", usage.bytes_written),
                ("requests", usage.requests.total()),
                ("cache_hits", usage.cache_hits),
            ];
            (mount, BTreeMap::from(fields))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_come_in_base64_too() {
        let outcome =
            Outcome { stdout: Bytes::from_static(b"a\xff"), stderr: "ok".into(), ..Outcome::default() };
        let json = serde_json::to_value(&outcome).expect("serialises");
        assert_eq!((&json["stdout"], &json["stdout_base64"]), (&"a\u{fffd}".into(), &"Yf8=".into()));
        assert_eq!((&json["stderr"], json.get("stderr_base64")), (&"ok".into(), None));
    }

    #[test]
    fn every_field_is_there() {
        let outcome = Outcome {
            exit_code: 137,
            refusal: Some(Refusal { kind: RefusalKind::Limit, message: "limit: memory".into() }),
            duration: Duration::from_micros(1500),
            mounts: BTreeMap::from([("/r".into(), Usage { bytes_read: 7, ..Usage::default() })]),
            ..Outcome::default()
        };
        let json = serde_json::to_value(&outcome).expect("serialises");
        assert_eq!(
            json,
            serde_json::json!({
                "exit_code": 137, "stdout": "", "stderr": "", "hints": [], "skipped": [],
                "refusal": {"kind": "limit", "message": "limit: memory"}, "duration_ms": 1.5,
                "bytes_read": 0, "bytes_written": 0, "requests": 0, "cache_hits": 0,
                "mounts": {"/r": {"bytes_read": 7, "bytes_written": 0, "requests": 0, "cache_hits": 0}},
            })
        );
    }
}
