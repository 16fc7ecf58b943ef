//! NAME as a resource. `README.md` tells what holds.

mod error;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use mirage_vfs::{
    Call, Capabilities, Entry, Info, ListOptions, Listing, Path, ReadHandle, ReadOptions, Resource, Result,
};
use serde::Deserialize;

use self::error::error;
use crate::definition::{Definition, Form, Key, parse};

/// `type: NAME`.
pub static DEFINITION: Definition = Definition {
    kind: "NAME",
    summary: "what it shows",
    keys: &[Key { name: "endpoint", about: "where the service is", required: true, form: Form::Text }],
    build: |_, settings| {
        let Config { endpoint } = parse(settings)?;
        Ok(Arc::new(TYPE::new(&endpoint)))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    endpoint: String,
}

/// The service.
pub struct TYPE {
    info: Info,
}

impl TYPE {
    /// The service at `endpoint`; makes no request.
    pub fn new(endpoint: &str) -> Self {
        let identity = format!("NAME {endpoint}").into();
        let info = Info { kind: "NAME", identity, capabilities: Capabilities::default(), remote: true };
        TYPE { info }
    }
}

impl Resource for TYPE {
    fn info(&self) -> &Info {
        &self.info
    }

    async fn stat(&self, _call: &Call, path: &Path) -> Result<Entry> {
        match path.is_root() {
            true => Ok(Entry::directory("")),
            false => Err(error("stat")),
        }
    }

    async fn list(&self, _call: &Call, path: &Path, _options: &ListOptions) -> Result<Listing> {
        match path.is_root() {
            true => Ok(Listing::of(Vec::new())),
            false => Err(error("list")),
        }
    }

    async fn read(&self, _call: &Call, _path: &Path, _options: &ReadOptions) -> Result<ReadHandle> {
        Err(error("read"))
    }
}
