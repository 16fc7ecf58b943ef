//! What configuration needs to know of a kind of resource.

use std::sync::Arc;

use mirage_vfs::{DynResource, Error, ErrorKind, Host, Price, Result};
use serde::de::DeserializeOwned;

use crate::prices;

/// A mount's settings: the keys that belong to the resource, with references to the environment and to files already
/// filled in and host paths already absolute.
pub type Settings = serde_json::Map<String, serde_json::Value>;

/// How a definition builds: see [`Definition::build`].
pub(crate) type Build = fn(&Arc<dyn Host>, Settings) -> Result<Arc<dyn DynResource>>;

/// A kind of resource: its name in configuration, its keys, and how one is built.
#[derive(Debug)]
pub struct Definition {
    /// `type:` in configuration.
    pub kind: &'static str,
    /// One line for reference pages.
    pub summary: &'static str,
    /// Every key it takes, in the order reference pages show them.
    pub keys: &'static [Key],
    pub(crate) build: Build,
}

/// A key of a resource's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As it stands in configuration.
    pub name: &'static str,
    /// What it means and its default, for reference pages.
    pub about: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What kind of value it takes.
    pub form: Form,
}

/// What kind of value a key takes, and the JSON the resource gets for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// A path of the host: relative to the file that says it, `~` is the user's home. An absolute path as text.
    HostPath,
    /// Text that never appears in an error, a log, a history entry or a snapshot.
    Secret,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A size such as `10MiB`: a number of bytes.
    Size,
    /// A duration such as `15m`: a number of seconds.
    Duration,
    /// Texts: an array of them.
    List,
}

impl Definition {
    /// What the service usually charges; nothing where that is not known, or where it is one's own.
    pub fn price(&self) -> Price {
        prices::of(self.kind)
    }

    /// A resource with these settings. Nothing is asked of a service yet, so that a mount whose service is down can be
    /// made; a host path must exist. Wrong or missing settings are `InvalidArgument` and say which.
    pub fn build(&self, host: &Arc<dyn Host>, settings: Settings) -> Result<Arc<dyn DynResource>> {
        (self.build)(host, settings)
    }
}

/// The typed form of `settings`; `InvalidArgument` with the reason when they do not fit.
pub(crate) fn parse<Config: DeserializeOwned>(settings: Settings) -> Result<Config> {
    serde_json::from_value(settings.into())
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, "mount").message(error.to_string()))
}
