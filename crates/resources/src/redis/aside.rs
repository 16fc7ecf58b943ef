//! What a key has beside its value, as files of their own: `.ttl/PATH` and `.type/PATH`.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use mirage_vfs::{
    BoxFuture, Call, Descent, Entry, Error, ErrorKind, Kind, ListOptions, Listing, Path, ReadHandle,
    ReadOptions, Result, WriteHandle,
};

use super::read::cut;
use super::{Server, is_a};

/// What stands beside the keys, in the order of [`NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    /// How many seconds a key has left.
    Ttl,
    /// What it holds.
    Type,
}

/// The directories of the root that show it.
pub(super) const NAMES: [&str; 2] = [".ttl", ".type"];

/// What `path` shows, and of which path; none for the path of a value.
pub(super) fn split(path: &Path) -> Option<(Aside, Path)> {
    let aside = match path.components().next()? {
        b".ttl" => Aside::Ttl,
        b".type" => Aside::Type,
        _ => return None,
    };
    let directory = Path::root().join(NAMES[aside as usize].as_bytes());
    Some((aside, path.strip(&directory)?))
}

/// The answer to what would change the directories themselves.
pub(super) fn refused(operation: &'static str) -> Error {
    Error::new(ErrorKind::NotPermitted, operation)
        .hint("files below .ttl are written to give a key a number of seconds; else .ttl and .type stay as they are")
}

impl Server {
    pub(super) async fn stat_aside(&self, call: &Call, aside: Aside, path: &Path) -> Result<Entry> {
        if path.is_root() {
            return Ok(Entry { descent: Descent::System, ..Entry::directory(NAMES[aside as usize]) });
        }
        let entry = self.stat(call, path, "stat").await?;
        Ok(Entry::new(entry.name, entry.kind))
    }

    /// The names are those of the keys.
    pub(super) async fn list_aside(
        &self,
        call: &Call,
        path: &Path,
        options: &ListOptions,
    ) -> Result<Listing> {
        let names = self.names(call, path, options.recursive).await?;
        let entry = |(name, key): (Bytes, Option<Bytes>)| match key {
            Some(_) => Entry::new(name, Kind::File),
            None => Entry::directory(name),
        };
        Ok(Listing::of(names.into_iter().map(entry).collect()))
    }

    pub(super) async fn read_aside(
        &self,
        call: &Call,
        aside: Aside,
        path: &Path,
        options: &ReadOptions,
    ) -> Result<ReadHandle> {
        const OPERATION: &str = "read";
        if options.revision.is_some() {
            return Err(Error::unsupported(OPERATION));
        }
        let entry = match path.is_root() {
            true => return Err(is_a(Kind::Directory, OPERATION)),
            false => self.stat(call, path, OPERATION).await?,
        };
        let key = self.keys.of(path, OPERATION)?;
        let Some(plain) = key.plain().filter(|_| entry.is_file()) else {
            return Err(is_a(Kind::Directory, OPERATION));
        };
        let told = match aside {
            Aside::Ttl => match self.client.ask_one(call, &[b"TTL", plain], OPERATION).await?.number() {
                Some(-1) => "never\n".to_owned(),
                Some(seconds) if seconds >= 0 => format!("{seconds}\n"),
                _ => return Err(Error::new(ErrorKind::NotFound, OPERATION)),
            },
            Aside::Type => {
                let kind = self.client.ask_one(call, &[b"TYPE", plain], OPERATION).await?;
                format!("{}\n", String::from_utf8_lossy(kind.text().map_or(b"", |kind| kind)))
            }
        };
        let bytes = cut(Box::pin(stream::iter([Ok(Bytes::from(told))])), options);
        Ok(ReadHandle { entry: Entry::new(entry.name, Kind::File), bytes })
    }
}

/// Starts writing how many seconds the key at `path` has left.
pub(super) fn write(server: &Arc<Server>, path: &Path) -> Result<Box<dyn WriteHandle>> {
    const OPERATION: &str = "write";
    match server.keys.of(path, OPERATION)?.plain() {
        Some(key) => {
            let (server, key) = (server.clone(), key.to_vec());
            let name = path.name().unwrap_or_default();
            Ok(Box::new(Pending { server, key, name, text: BytesMut::new() }))
        }
        None => Err(is_a(Kind::Directory, OPERATION)),
    }
}

struct Pending {
    server: Arc<Server>,
    key: Vec<u8>,
    name: Bytes,
    text: BytesMut,
}

impl Pending {
    async fn finish(self, call: &Call) -> Result<Entry> {
        const OPERATION: &str = "write";
        let text = self.text.trim_ascii();
        let seconds = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u32>().ok());
        let is_there = match (text, seconds) {
            (_, Some(seconds)) if seconds > 0 => {
                let seconds = seconds.to_string();
                let parts: [&[u8]; 3] = [b"EXPIRE", &self.key, seconds.as_bytes()];
                self.server.client.tell_one(call, &parts, OPERATION).await?.number() == Some(1)
            }
            (b"never", _) => {
                self.server.client.tell_one(call, &[b"PERSIST", &self.key], OPERATION).await?;
                self.server.look(call, &self.key, None, OPERATION).await?.is_some()
            }
            _ => {
                return Err(Error::new(ErrorKind::InvalidArgument, OPERATION)
                    .hint("write a number of seconds from 1 on, or never"));
            }
        };
        match is_there {
            true => Ok(Entry::new(self.name, Kind::File)),
            false => Err(Error::new(ErrorKind::NotFound, OPERATION)),
        }
    }
}

impl WriteHandle for Pending {
    fn write<'a>(&'a mut self, _: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match self.text.len() + bytes.len() > 64 {
                true => Err(Error::new(ErrorKind::InvalidArgument, "write")),
                false => {
                    self.text.extend_from_slice(&bytes);
                    Ok(())
                }
            }
        })
    }

    fn commit<'a>(self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.finish(call).await })
    }

    fn abort<'a>(self: Box<Self>, _: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async move { drop(self) })
    }
}
