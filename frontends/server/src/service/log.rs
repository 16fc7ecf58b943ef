//! What happened to the daemon, a JSON object a line on its standard error, which is its log.

use std::io::Write;
use std::time::SystemTime;

use serde_json::{Map, Value};

pub(super) struct Log;

impl Log {
    pub fn new() -> Self {
        Log
    }

    /// Writes one line. No value may be a secret or what a user's line says.
    #[expect(clippy::disallowed_methods, reason = "the log tells the machine's time")]
    pub fn event(&self, event: &str, fields: &[(&str, &str)]) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut line = Map::new();
        line.insert("time".into(), ((now.as_secs_f64() * 1000.0).round() / 1000.0).into());
        line.insert("event".into(), event.into());
        line.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
        let line = format!("{}\n", Value::Object(line));
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}
