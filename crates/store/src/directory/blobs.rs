//! Blobs as files under their digests.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use bytes::Bytes;
use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};

use super::Result;
use super::files::{damaged, failed, list, place, remove};
use super::temporary::Temporary;
use crate::store::{Blob, Digest};

pub(super) struct Blobs(PathBuf);

impl Blobs {
    pub fn new(directory: PathBuf) -> Self {
        Blobs(directory)
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        let (shard, rest) = name.split_at(2);
        self.0.join(shard).join(rest)
    }

    /// Whether the blob is there, which is then just used.
    pub fn touch(&self, digest: Digest, size: u64) -> bool {
        let opened = File::open(self.path(digest));
        let found = opened.and_then(|file| Ok((file.metadata()?.len(), file)));
        matches!(found, Ok((length, file)) if length == size && { use_now(&file); true })
    }

    /// Writes a blob, or writes it again.
    pub fn write(&self, temporary: &Temporary, digest: Digest, bytes: &[u8]) -> io::Result<()> {
        let (path, _) = temporary.write(bytes)?;
        place(&path, &self.path(digest))
    }

    /// Reads a blob. One that does not match its digest is removed, so that a later `put` restores it.
    pub fn read(&self, digest: Digest) -> Result<Bytes> {
        let path = self.path(digest);
        let mut file = File::open(&path).map_err(failed)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(failed)?;
        if Digest::of(&content) != digest {
            let _ = remove(&path);
            return Err(damaged(&path));
        }
        use_now(&file);
        Ok(content.into())
    }

    /// Removes a blob and answers its size; 0 when it is not there.
    pub fn remove(&self, digest: Digest) -> io::Result<u64> {
        remove(&self.path(digest))
    }

    /// Every blob, the least recently used one first.
    pub fn list(&self) -> io::Result<Vec<Blob>> {
        let mut blobs = Vec::new();
        for shard in list(&self.0)? {
            let shard = shard?;
            for file in list(&shard.path())? {
                let file = file?;
                let name =
                    [shard.file_name(), file.file_name()].map(|name| name.to_string_lossy().into_owned());
                let (Some(digest), Ok(found)) = (parse(&name.concat()), file.metadata()) else { continue };
                blobs.push((found.modified()?, Blob { digest, size: found.len() }));
            }
        }
        blobs.sort_by_key(|(used, blob)| (*used, blob.digest));
        Ok(blobs.into_iter().map(|(_, blob)| blob).collect())
    }
}

/// Marks a blob as used. Where that can not be done the order of use is worse, and nothing else.
fn use_now(file: &File) {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    let omit = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
    let _ = futimens(file, &Timestamps { last_access: omit, last_modification: now });
}

fn parse(name: &str) -> Option<Digest> {
    let digits: Vec<u8> =
        name.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    bytes.try_into().ok().map(Digest)
}
