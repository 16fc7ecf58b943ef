//! Writing whole strings, at once.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use mirage_vfs::{
    BoxFuture, Call, Entry, Error, ErrorKind, Fingerprint, Kind, Path, Precondition, Result, Share,
    WriteHandle, WriteOptions,
};
use sha1::{Digest, Sha1};

use super::client::{Commands, one};
use super::error::unexpected;
use super::find::DIGESTED;
use super::key::Key;
use super::{Server, is_a};

const OPERATION: &str = "write";

/// The longest string there can be.
const LONGEST: usize = 512 << 20;

/// Sets a string, if the key holds one or none, and the condition is met. How long the key lives stays as it is.
const SET: &[u8] = b"
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'none' and kind ~= 'string' then return kind end
if ARGV[2] == 'absent' and kind ~= 'none' then return 'taken' end
if ARGV[2] == 'match' and (kind == 'none' or redis.sha1hex(redis.call('GET', KEYS[1])) ~= ARGV[3]) then
  return 'changed'
end
redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
return 'done'
";

pub(super) fn write(
    server: &Arc<Server>,
    call: &Call,
    path: &Path,
    options: &WriteOptions,
) -> Result<Box<dyn WriteHandle>> {
    let key = match server.keys.of(path, OPERATION)? {
        Key::Plain(key) => key,
        Key::Root | Key::Directory(_) => return Err(is_a(Kind::Directory, OPERATION)),
    };
    Ok(Box::new(Pending {
        server: server.clone(),
        path: path.clone(),
        key,
        precondition: options.precondition.clone(),
        content: BytesMut::new(),
        share: call.share(),
    }))
}

/// A string on its way. The server sees nothing of it before the commit.
struct Pending {
    server: Arc<Server>,
    path: Path,
    key: Vec<u8>,
    precondition: Precondition,
    content: BytesMut,
    share: Share,
}

impl Pending {
    fn add(&mut self, bytes: &Bytes) -> Result<()> {
        if self.content.len() + bytes.len() > LONGEST {
            return Err(Error::new(ErrorKind::TooLarge, OPERATION).hint("a string has at most 512 MiB"));
        }
        self.share.add(bytes.len() as u64);
        self.content.extend_from_slice(bytes);
        Ok(())
    }

    async fn finish(self, call: &Call) -> Result<Entry> {
        let (condition, digest): (&[u8], &[u8]) = match &self.precondition {
            Precondition::None => (b"none", b""),
            Precondition::Absent => (b"absent", b""),
            Precondition::Match(fingerprint) => (b"match", &fingerprint.value),
        };
        let parts = [b"EVAL", SET, b"1", &self.key, &self.content, condition, digest];
        let commands = Commands::one(&parts).sending(self.content.len());
        let answer = one(self.server.client.tell(call, &commands, OPERATION).await?, OPERATION)?;
        match answer.text().map(|text| &text[..]).ok_or_else(|| unexpected(OPERATION))? {
            b"done" => {}
            b"taken" => return Err(Error::new(ErrorKind::AlreadyExists, OPERATION)),
            b"changed" => return Err(Error::new(ErrorKind::Changed, OPERATION)),
            kind => {
                let kind = String::from_utf8_lossy(kind);
                return Err(Error::new(ErrorKind::NotPermitted, OPERATION)
                    .hint(format!("the key holds a {kind}, which is read and removed, but not written")));
            }
        }
        let mut entry = Entry::file(self.path.name().unwrap_or_default(), self.content.len() as u64);
        if self.content.len() as u64 <= DIGESTED {
            let digest: String =
                Sha1::digest(&self.content).iter().map(|byte| format!("{byte:02x}")).collect();
            entry.fingerprint = Some(Fingerprint { value: digest.into(), strong: true });
        }
        Ok(entry)
    }
}

impl WriteHandle for Pending {
    fn write<'a>(&'a mut self, _: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.add(&bytes) })
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
