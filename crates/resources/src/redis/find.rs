//! What is at a path.

use bytes::Bytes;
use mirage_vfs::{Call, Entry, Error, ErrorKind, Fingerprint, Kind, Path, Result, Size};

use super::Server;
use super::client::{Commands, kind, one};
use super::error::unexpected;
use super::key::{Key, pattern};
use super::resp::Value;

/// Keys that the server looks at in one step of a search.
pub(super) const STEP: &[u8] = b"5000";

/// Values up to this size are told apart by a digest that the server makes: 1 MiB.
pub(super) const DIGESTED: u64 = 1 << 20;

/// Type, size and digest of a key, and with a range its bytes, all at one moment.
const LOOK: &[u8] = b"
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'string' then return {kind} end
local size = redis.call('STRLEN', KEYS[1])
local digest = ''
if size <= tonumber(ARGV[1]) then digest = redis.sha1hex(redis.call('GET', KEYS[1])) end
local bytes = ''
if ARGV[2] then bytes = redis.call('GETRANGE', KEYS[1], ARGV[2], ARGV[3]) end
return {kind, size, digest, bytes}
";

/// A key that is there.
pub(super) struct Found {
    /// What it holds, as `TYPE` says: `string`, `hash`, ...
    pub kind: Bytes,
    /// Of a string.
    pub size: Option<u64>,
    pub fingerprint: Option<Fingerprint>,
    /// The range of a string that was asked for.
    pub bytes: Bytes,
}

impl Found {
    pub fn entry(&self, name: Bytes) -> Entry {
        Entry {
            size: self.size.map_or(Size::Unknown, Size::Exact),
            fingerprint: self.fingerprint.clone(),
            ..Entry::new(name, Kind::File)
        }
    }
}

impl Server {
    /// What `key` holds, and of a string the bytes from the first to the last of `range`; none if there is no such key.
    pub(super) async fn look(
        &self,
        call: &Call,
        key: &[u8],
        range: Option<(u64, u64)>,
        operation: &'static str,
    ) -> Result<Option<Found>> {
        let wanted = range.map_or(0, |(first, last)| (last - first).saturating_add(1));
        let mut transfer = call.request(kind(operation), 0, Some(wanted)).await;
        let allowed = transfer.allowed().map_or(wanted, |allowed| allowed.min(wanted));
        let found = self.ask_for(key, range.map(|(first, _)| (first, allowed)), operation).await?;
        if let (Some((first, _)), Some(found)) = (range, &found) {
            transfer.received(found.bytes.len() as u64);
            if allowed < wanted && found.size.is_some_and(|size| size > first.saturating_add(allowed)) {
                return transfer.stop(wanted).await;
            }
        }
        Ok(found)
    }

    /// As [`look`](Server::look), without counting: so many bytes from the first one.
    async fn ask_for(
        &self,
        key: &[u8],
        range: Option<(u64, u64)>,
        operation: &'static str,
    ) -> Result<Option<Found>> {
        let digested = DIGESTED.to_string();
        // The server counts with a sign.
        let ends = range.filter(|(_, length)| *length > 0).map(|(first, length)| {
            [first, first.saturating_add(length - 1)].map(|end| end.min(i64::MAX as u64).to_string())
        });
        let mut parts = vec![b"EVAL", LOOK, b"1", key, digested.as_bytes()];
        parts.extend(ends.iter().flatten().map(|end| end.as_bytes()));
        let answer = one(self.client.repeat(&Commands::one(&parts), operation).await?, operation)?;
        let fields = answer.list().ok_or_else(|| unexpected(operation))?;
        let text = |at: usize| fields.get(at).and_then(Value::text).cloned();
        let kind = text(0).ok_or_else(|| unexpected(operation))?;
        if kind == "none" {
            return Ok(None);
        }
        let digest = text(2).filter(|digest| !digest.is_empty());
        Ok(Some(Found {
            size: fields.get(1).and_then(Value::number).and_then(|size| u64::try_from(size).ok()),
            fingerprint: digest.map(|value| Fingerprint { value, strong: true }),
            bytes: text(3).unwrap_or_default(),
            kind,
        }))
    }

    pub(super) async fn stat(&self, call: &Call, path: &Path, operation: &'static str) -> Result<Entry> {
        match self.find(call, path, operation).await? {
            Some(entry) => Ok(entry),
            None => Err(self.absent(call, path, operation).await),
        }
    }

    /// The file or directory at `path`; none if nothing is there.
    pub(super) async fn find(
        &self,
        call: &Call,
        path: &Path,
        operation: &'static str,
    ) -> Result<Option<Entry>> {
        let key = self.keys.of(path, operation)?;
        let name = path.name().unwrap_or_default();
        if let Some(plain) = key.plain()
            && let Some(found) = self.look(call, plain, None, operation).await?
        {
            return Ok(Some(found.entry(name)));
        }
        let is_there = self.is_directory(call, path, &key, operation).await?;
        Ok(is_there.then(|| Entry::directory(name)))
    }

    /// Whether `path`, which is `key`, is a directory.
    pub(super) async fn is_directory(
        &self,
        call: &Call,
        path: &Path,
        key: &Key,
        operation: &'static str,
    ) -> Result<bool> {
        if *key == Key::Root || self.emptied.contains(path) || !self.emptied.names(path, false).is_empty() {
            return Ok(true);
        }
        let below = self.keys.below(key);
        let mut search = Search::new(&below);
        while let Some(found) = search.next(self, call, operation).await? {
            if found.iter().any(|key| key.len() > below.len()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Why nothing is found at `path`: it is missing, or a file is where a directory should be.
    pub(super) async fn absent(&self, call: &Call, path: &Path, operation: &'static str) -> Error {
        let mut next = path.parent();
        while let Some(above) = next.filter(|above| !above.is_root()) {
            let found = match self.keys.of(&above, operation).map(|key| key.plain().map(<[u8]>::to_vec)) {
                Ok(Some(key)) => self.look(call, &key, None, operation).await,
                Ok(None) => Ok(None),
                Err(error) => return error,
            };
            match found {
                Ok(Some(_)) => return Error::new(ErrorKind::NotADirectory, operation),
                Ok(None) => next = above.parent(),
                Err(error) => return error,
            }
        }
        Error::new(ErrorKind::NotFound, operation)
    }
}

/// A search for all keys that begin with something, step by step.
pub(super) struct Search {
    start: Vec<u8>,
    pattern: Vec<u8>,
    /// Where the next step begins; none after the last.
    cursor: Option<Bytes>,
}

impl Search {
    pub fn new(start: &[u8]) -> Self {
        Search { start: start.to_vec(), pattern: pattern(start), cursor: Some(Bytes::from_static(b"0")) }
    }

    /// The keys of the next step, of which some may come twice; none after the last.
    pub async fn next(
        &mut self,
        server: &Server,
        call: &Call,
        operation: &'static str,
    ) -> Result<Option<Vec<Bytes>>> {
        let Some(cursor) = self.cursor.take() else { return Ok(None) };
        let parts: [&[u8]; 6] = [b"SCAN", &cursor, b"MATCH", &self.pattern, b"COUNT", STEP];
        let answer = server.client.ask_one(call, &parts, operation).await?;
        call.tick().await;
        let Some([next, keys]) = answer.list() else { return Err(unexpected(operation)) };
        let next = next.text().ok_or_else(|| unexpected(operation))?;
        self.cursor = (next != "0").then(|| next.clone());
        let keys = keys.list().ok_or_else(|| unexpected(operation))?.iter();
        Ok(Some(keys.filter_map(Value::text).filter(|key| key.starts_with(&self.start)).cloned().collect()))
    }
}
