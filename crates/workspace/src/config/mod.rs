//! Configuration: what YAML, JSON and `-m` say a workspace is made of.
//!
//! Reading a configuration asks a [`Source`] for environment variables and files, since the facade has neither; nothing
//! is mounted yet. Everything that is wrong is found in one pass.

mod description;
mod document;
mod error;
mod nearest;
mod quantity;
mod reader;
mod secrets;
mod source;
mod spec;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use mirage_resources::{Definition, Settings};
use mirage_vfs::Path;
use mirage_vfs::layers::Policy;
use mirage_vfs::tree::Mode;
use serde_json::Value;

pub use description::{Description, Values};
pub use error::ConfigError;
pub use quantity::{parse_duration, parse_size};
pub use secrets::Secrets;
pub(crate) use secrets::shown;
pub use source::{Nothing, Source};

use crate::limits::Limits;
use reader::Reader;

/// What a workspace is made of.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The mode of mounts that say none. Mounts of type `ram` are `exec` unless they say otherwise themselves.
    pub mode: Option<Mode>,
    /// The mounts by path.
    pub mounts: BTreeMap<Path, MountConfig>,
    /// What a line may use.
    pub limits: Limits,
    /// What may be kept of remote mounts.
    pub cache: CacheConfig,
    /// Variables of every session, over the usual ones.
    pub env: BTreeMap<String, String>,
    /// Mounts that can not be made because something they refer to is missing: what that is. They are there all the same,
    /// and say so to whoever uses them.
    pub lacking: BTreeMap<Path, Vec<String>>,
    /// Variables that are left out because something they refer to is missing: what that is.
    pub lacking_env: BTreeMap<String, Vec<String>>,
    /// The secrets in all of it.
    pub secrets: Secrets,
}

/// What may be kept of what remote mounts answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// Whether anything is.
    pub enabled: bool,
    /// How many bytes of content are kept in memory, for all mounts together.
    pub memory: u64,
    /// How long metadata and listings hold.
    pub ttl: Duration,
}

impl Default for CacheConfig {
    fn default() -> Self {
        CacheConfig { enabled: true, memory: 256_000_000, ttl: Duration::from_secs(600) }
    }
}

/// A mount that is not made yet.
#[derive(Clone)]
pub struct MountConfig {
    /// The kind of resource.
    pub definition: &'static Definition,
    /// What is allowed, if it is said.
    pub mode: Option<Mode>,
    /// How far the cache of a remote resource is trusted.
    pub policy: Policy,
    /// How long its metadata and listings hold, if it is said.
    pub ttl: Option<Duration>,
    /// Whether its content is kept.
    pub blocks: bool,
    /// The resource's own keys, checked and filled in. They may hold secrets.
    pub settings: Settings,
}

/// Without values, which may be secrets.
impl std::fmt::Debug for MountConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MountConfig")
            .field("type", &self.definition.kind)
            .field("mode", &self.mode)
            .field("settings", &self.settings.keys())
            .finish()
    }
}

impl Config {
    /// Reads a document in YAML, of which JSON is a part. Relative host paths start from `directory`, an absolute host
    /// path: that of the document.
    pub fn parse(
        text: &str,
        directory: &std::path::Path,
        source: &dyn Source,
    ) -> Result<Config, ConfigError> {
        Reader::new(source, directory).config(document(text)?)
    }

    /// Adds the mount `PREFIX=SPEC[,key=value...]`, in place of one with the same prefix. Relative host paths start from
    /// `directory`.
    pub fn mount(
        &mut self,
        spec: &str,
        directory: &std::path::Path,
        source: &dyn Source,
    ) -> Result<(), ConfigError> {
        let (prefix, keys) = spec::parse(spec)?;
        let mut reader = Reader::new(source, directory);
        let mount = reader.mount(&prefix, &prefix, keys);
        reader.finish()?;
        self.mounts.extend(mount);
        Ok(())
    }
}

/// The document that a text in YAML or JSON holds.
fn document(text: &str) -> Result<Value, ConfigError> {
    serde_saphyr::from_str(text).map_err(|error| ConfigError::one(error.without_snippet().to_string()))
}
