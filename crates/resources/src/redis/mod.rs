//! The keys of a Redis server as files. `README.md` tells what holds.

mod aside;
mod change;
mod client;
mod config;
mod error;
mod find;
mod key;
mod list;
mod read;
mod resp;
mod rows;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use mirage_vfs::{
    Call, Capabilities, DynResource, Entry, Error, Host, Info, Kind, ListOptions, Listing, Path, ReadHandle,
    ReadOptions, Resource, Result, WriteHandle, WriteOptions,
};

use self::aside::Aside;
use self::client::Client;
use self::config::Config;
use self::key::Keys;
use crate::definition::{Definition, Form, Key, Settings, parse};
use crate::emptied::Emptied;
use crate::identity::identity;

const KIND: &str = "redis";

macro_rules! key {
    ($name:literal $form:ident: $about:literal) => {
        Key { name: $name, about: $about, required: false, form: Form::$form }
    };
}

/// `type: redis`.
pub static DEFINITION: Definition = Definition {
    kind: KIND,
    summary: "the keys of a Redis server, and of those that speak its protocol",
    keys: &[
        key!("host" Text: "the server's name or address"),
        key!("port" Number: "its port; 6379 unless said"),
        key!("tls" Flag: "whether it wants TLS; `false` unless said"),
        key!("socket" HostPath: "the server's socket on this machine, in place of a host"),
        key!("database" Number: "the number of the database; the server's first unless said"),
        key!("user" Text: "who asks, where the server knows users"),
        key!("password" Secret: "the password"),
        key!("prefix" Text: "what every key begins with: `app:`; none unless said"),
        key!("separator" Text: "what separates directories in a key, one sign; `:` unless said"),
    ],
    build,
};

const CAPABILITIES: Capabilities = Capabilities {
    open: false,
    ranges: true,
    write: true,
    create_dir: true,
    remove: true,
    rename: true,
    copy: true,
    link: false,
    symlink: false,
    set_attributes: false,
    recursive_list: true,
    complete_listings: true,
    revisions: false,
    preconditions: true,
};

fn build(host: &Arc<dyn Host>, settings: Settings) -> Result<Arc<dyn DynResource>> {
    let config: Config = parse(settings)?;
    let endpoint = config.endpoint()?;
    let separator = config.separator()?;
    let prefix = config.prefix.as_deref().unwrap_or_default().as_bytes().to_vec();
    let (place, database) = (format!("{endpoint:?}"), config.database().to_le_bytes());
    let identity = identity(KIND, &[place.as_bytes(), &database, config.user(), &prefix, &[separator]]);
    let info = Info { kind: KIND, identity, capabilities: CAPABILITIES, remote: true };
    let client = Client::new(host.clone(), endpoint, config.greeting()?);
    let emptied = Emptied::default();
    Ok(Arc::new(Redis(Arc::new(Server { info, client, keys: Keys::new(prefix, separator), emptied }))))
}

/// The keys of a server, or those of a prefix.
struct Redis(Arc<Server>);

struct Server {
    info: Info,
    client: Client,
    keys: Keys,
    emptied: Emptied,
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("identity", &self.0.info.identity).finish_non_exhaustive()
    }
}

impl Resource for Redis {
    fn info(&self) -> &Info {
        &self.0.info
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        match aside::split(path) {
            Some((aside, path)) => self.0.stat_aside(call, aside, &path).await,
            None => self.0.stat(call, path, "stat").await,
        }
    }

    async fn list(&self, call: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        match aside::split(path) {
            Some((_, path)) => self.0.list_aside(call, &path, options).await,
            None => list::list(&self.0, call, path, options).await,
        }
    }

    async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        match aside::split(path) {
            Some((aside, path)) => self.0.read_aside(call, aside, &path, options).await,
            None => read::read(&self.0, call, path, options).await,
        }
    }

    async fn write(&self, call: &Call, path: &Path, options: &WriteOptions) -> Result<Box<dyn WriteHandle>> {
        match aside::split(path) {
            Some((Aside::Ttl, path)) => aside::write(&self.0, &path),
            Some((Aside::Type, _)) => Err(aside::refused("write")),
            None => write::write(&self.0, call, path, options),
        }
    }

    async fn create_dir(&self, call: &Call, path: &Path, _: u32) -> Result<()> {
        refuse_aside(path, "create_dir")?;
        self.0.create_dir(call, path).await
    }

    async fn remove(&self, call: &Call, path: &Path, kind: Kind) -> Result<()> {
        refuse_aside(path, "remove")?;
        match kind {
            Kind::Directory => self.0.remove_directory(call, path).await,
            _ => self.0.remove_file(call, path).await,
        }
    }

    async fn rename(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        refuse_aside(from, "rename")?;
        refuse_aside(to, "rename")?;
        self.0.rename(call, from, to).await
    }

    async fn copy(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        refuse_aside(from, "copy")?;
        refuse_aside(to, "copy")?;
        self.0.copy(call, from, to).await
    }
}

fn refuse_aside(path: &Path, operation: &'static str) -> Result<()> {
    match aside::split(path) {
        Some(_) => Err(aside::refused(operation)),
        None => Ok(()),
    }
}

/// The error where a file is wanted and a directory found, or the other way.
fn is_a(kind: Kind, operation: &'static str) -> Error {
    let kind = match kind {
        Kind::Directory => mirage_vfs::ErrorKind::IsADirectory,
        _ => mirage_vfs::ErrorKind::NotADirectory,
    };
    Error::new(kind, operation)
}
