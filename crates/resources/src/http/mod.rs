//! What a web server has, as a tree that is read. `README.md` tells what holds.

mod address;
mod answer;
mod config;
mod error;
mod index;
mod list;
mod paths;
mod read;
mod request;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use mirage_vfs::{
    Call, Capabilities, DynResource, Entry, Error, ErrorKind, Host, Info, ListOptions, Listing, Path,
    ReadHandle, ReadOptions, Resource, Result,
};

use self::config::{Config, Site};
use self::request::Found;
use crate::definition::{Definition, Form, Key, Settings, parse};
use crate::identity::identity;
use crate::width::{CONCURRENCY, Width};

const KIND: &str = "http";

macro_rules! key {
    ($name:literal $form:ident: $about:literal) => {
        Key { name: $name, about: $about, required: false, form: Form::$form }
    };
}

/// `type: http`.
pub static DEFINITION: Definition = Definition {
    kind: KIND,
    summary: "the files of a web server, to be read",
    keys: &[
        Key { name: "url", about: "the URL below which everything is", required: true, form: Form::Text },
        key!("paths" List: "the files there are, from the URL on, where the server lists none"),
        key!("index" Text: "which pages list a directory: `auto`, those that web servers make of one; `links`, every page, by its links; `none`. `auto` unless said"),
        key!("headers" List: "what is sent with every request, each as `Name: value`"),
        key!("token" Secret: "a token to be sent as `Authorization: Bearer`"),
        key!("user" Text: "a name for basic authentication"),
        key!("password" Secret: "its password"),
        key!("redirects" Text: "where the server may send requests on to: `same`, itself; `any`, everywhere, without credentials. `same` unless said"),
    ],
    build,
};

const CAPABILITIES: Capabilities = Capabilities {
    open: false,
    ranges: true,
    write: false,
    create_dir: false,
    remove: false,
    rename: false,
    copy: false,
    link: false,
    symlink: false,
    set_attributes: false,
    recursive_list: false,
    complete_listings: false,
    revisions: false,
    preconditions: true,
};

fn build(_: &Arc<dyn Host>, settings: Settings) -> Result<Arc<dyn DynResource>> {
    let site = parse::<Config>(settings)?.site()?;
    let asks = site.headers.iter().flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]);
    let parts: Vec<&[u8]> = [site.base.as_str().as_bytes()].into_iter().chain(asks).collect();
    let info =
        Info { kind: KIND, identity: identity(KIND, &parts), capabilities: CAPABILITIES, remote: true };
    Ok(Arc::new(Http(Arc::new(Server { info, site, width: Width::new(CONCURRENCY) }))))
}

/// The tree below a URL.
struct Http(Arc<Server>);

struct Server {
    info: Info,
    site: Site,
    width: Width,
}

impl Server {
    async fn stat(&self, call: &Call, path: &Path, operation: &'static str) -> Result<Entry> {
        let name = path.name().unwrap_or_default();
        if path.is_root() || self.site.paths.has_directory(path) {
            return Ok(Entry::directory(name));
        }
        match self.look(call, path, operation).await? {
            Found::Answer(response) => Ok(answer::entry(name, response.headers(), answer::whole_size)),
            Found::Directory => Ok(Entry::directory(name)),
            Found::Nothing => Err(self.absent(call, path, operation).await),
        }
    }

    /// Why nothing is found at `path`: it is missing, or a file is where a directory should be.
    async fn absent(&self, call: &Call, path: &Path, operation: &'static str) -> Error {
        let mut next = path.parent();
        while let Some(above) = next.filter(|above| !above.is_root()) {
            if self.site.paths.has_directory(&above) {
                break;
            }
            match self.look(call, &above, operation).await {
                Ok(Found::Answer(_)) => return Error::new(ErrorKind::NotADirectory, operation),
                Ok(Found::Directory) => break,
                Ok(Found::Nothing) => next = above.parent(),
                Err(error) => return error,
            }
        }
        Error::new(ErrorKind::NotFound, operation)
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("identity", &self.0.info.identity).finish_non_exhaustive()
    }
}

impl Resource for Http {
    fn info(&self) -> &Info {
        &self.0.info
    }

    fn fan_out(&self) -> usize {
        self.0.width.now()
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        self.0.stat(call, path, "stat").await
    }

    async fn list(&self, call: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        match options.recursive {
            true => Err(Error::unsupported("list")),
            false => list::list(&self.0, call, path, options.want).await,
        }
    }

    async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        self.0.read(call, path, options).await
    }
}
