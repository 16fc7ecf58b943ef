//! What client and daemon tell each other in JSON.

use mirage::config::Description;
use mirage::vfs::Text;
use serde::{Deserialize, Serialize};

/// What `GET /v1/status` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The daemon's process.
    pub pid: u32,
    /// Its version.
    pub version: String,
    /// Where it listens.
    pub socket: String,
    /// Where it listens for HTTP, if it does.
    pub url: Option<String>,
    /// The file that holds the token for it.
    pub token_file: Option<String>,
    /// How many workspaces there are.
    pub workspaces: usize,
    /// How long it has been running.
    pub uptime_seconds: f64,
}

/// A workspace to be made: `POST /v1/workspaces`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// What it will be called.
    pub name: String,
    /// What it is made of.
    pub description: Description,
}

/// A line to be run: `POST /v1/workspaces/NAME/execute`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Execute {
    /// The session; `default` if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The line.
    pub line: Text,
    /// Its working directory, relative to the session's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<Text>,
    /// Exported variables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<(Text, Text)>,
    /// `$0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `$1` and on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Text>,
    /// Standard input, where the connection does not bring it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<Text>,
    /// How long it may run: beyond it, status 124.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<f64>,
    /// What it may spend: beyond any of it, status 125.
    #[serde(skip_serializing_if = "Budget::is_empty")]
    pub budget: Budget,
    /// Whether its outputs are to be in the outcome rather than to be streamed.
    pub collect: bool,
}

/// What a line may spend; it is stopped before it passes any of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Bytes from services and to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Requests to services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// US dollars that services charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

impl Budget {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Budget::default()
    }
}

/// What is answered when something is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What.
    pub error: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The error's name, as POSIX has it.
    pub code: String,
    /// In words.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
