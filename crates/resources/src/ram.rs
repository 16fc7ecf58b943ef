//! `type: ram`: the memory resource of the virtual file system, as configuration names it.

use std::sync::Arc;

use mirage_vfs::{Owner, Ram, RamOptions};
use serde::Deserialize;

use crate::definition::{Definition, Form, Key, parse};

/// `type: ram`.
pub static DEFINITION: Definition = Definition {
    kind: "ram",
    summary: "files in memory, gone with the workspace unless a snapshot keeps them",
    keys: &[Key {
        name: "limit",
        about: "how many bytes its files may hold together; no limit unless said",
        required: false,
        form: Form::Size,
    }],
    build: |host, settings| {
        let Config { limit } = parse(settings)?;
        let uid = host.facts().uid;
        let owner = Owner { user: uid, group: uid };
        Ok(Arc::new(Ram::new(RamOptions { limit, owner, created: host.now() })))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    limit: Option<u64>,
}
