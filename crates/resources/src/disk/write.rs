//! A whole file replaced at once: written under a hidden name beside it, then renamed over it.

use std::future::ready;

use bytes::Bytes;
use mirage_vfs::{
    BoxFuture, Call, Entry, Error, ErrorKind, Kind, Name, Path, Precondition, Result, WriteHandle,
    WriteOptions,
};
use rustix::fd::OwnedFd;
use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, RenameFlags, Stat, Uid, fchmod, fchown, fstat, linkat, openat,
    renameat, renameat_with, statat, unlinkat,
};
use rustix::io::{Errno, retry_on_intr, write};

use super::account::Account;
use super::entry::{entry, fingerprint, kind};
use super::error::{error, special};
use super::root::Root;

/// A new file's permission bits when nobody says.
const NEW: u32 = 0o644;

/// How hidden names start; the README tells it, as a killed process leaves one behind.
const HIDDEN: &str = ".mirage-";

/// A file being replaced.
pub(super) struct Replacement {
    directory: OwnedFd,
    name: Name,
    options: WriteOptions,
    account: Account,
    file: OwnedFd,
    /// The name of the new content until it has its place.
    hidden: Option<String>,
}

impl Replacement {
    /// Starts to replace the file at `path`, which is missing or a regular file.
    pub fn start(
        root: &Root,
        call: &Call,
        path: &Path,
        options: &WriteOptions,
        account: Account,
    ) -> Result<Self> {
        let name = path.name().ok_or_else(|| Error::new(ErrorKind::IsADirectory, "write"))?;
        let directory = root.parent(path).and_then(|(parent, _)| parent.hold()).map_err(failed)?;
        check(look(&directory, &name)?.as_ref(), &options.precondition)?;
        let (file, hidden) = create_hidden(call, &directory).map_err(failed)?;
        Ok(Replacement { directory, name, options: options.clone(), account, file, hidden: Some(hidden) })
    }

    fn append(&self, mut bytes: &[u8]) -> Result<(), Errno> {
        while !bytes.is_empty() {
            match retry_on_intr(|| write(&self.file, bytes))? {
                0 => return Err(Errno::IO),
                written => bytes = &bytes[written..],
            }
        }
        Ok(())
    }

    fn put_in_place(&mut self) -> Result<Entry> {
        let old = look(&self.directory, &self.name)?;
        check(old.as_ref(), &self.options.precondition)?;
        self.take_over(old.as_ref()).map_err(failed)?;
        if let Some(hidden) = &self.hidden {
            self.rename(hidden).map_err(failed)?;
        }
        self.hidden = None;
        let stat = fstat(&self.file).map_err(failed)?;
        Ok(entry(self.name.clone(), &stat, self.account))
    }

    /// Gives the new content the owner and the permission bits it is to have.
    fn take_over(&self, old: Option<&Stat>) -> Result<(), Errno> {
        let new = fstat(&self.file)?;
        if let Some(old) = old
            && (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid)
        {
            // Only a privileged process may: for others a replaced file becomes theirs, as with `sed -i`.
            let _ = fchown(&self.file, Some(Uid::from_raw(old.st_uid)), Some(Gid::from_raw(old.st_gid)));
        }
        let bits = self.options.mode.or(old.map(|old| old.st_mode)).unwrap_or(NEW);
        fchmod(&self.file, Mode::from_raw_mode(bits & 0o7777))
    }

    fn rename(&self, hidden: &str) -> Result<(), Errno> {
        let (directory, name) = (&self.directory, &self.name[..]);
        if self.options.precondition != Precondition::Absent {
            return renameat(directory, hidden, directory, name);
        }
        match renameat_with(directory, hidden, directory, name, RenameFlags::NOREPLACE) {
            // Not every file system can: a second name is refused by all when the first is taken.
            Err(Errno::INVAL | Errno::NOSYS) => {
                linkat(directory, hidden, directory, name, AtFlags::empty())?;
                unlinkat(directory, hidden, AtFlags::empty())
            }
            answer => answer,
        }
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(hidden) = self.hidden.take() {
            let _ = unlinkat(&self.directory, hidden, AtFlags::empty());
        }
    }
}

impl WriteHandle for Replacement {
    fn write<'a>(&'a mut self, _: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.append(&bytes).map_err(failed) })
    }

    fn commit<'a>(mut self: Box<Self>, _: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.put_in_place() })
    }

    fn abort<'a>(self: Box<Self>, _: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        drop(self);
        Box::pin(ready(()))
    }
}

fn failed(errno: Errno) -> Error {
    error(errno, "write")
}

fn look(directory: &OwnedFd, name: &[u8]) -> Result<Option<Stat>> {
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(failed(errno)),
    }
}

/// Whether what is there may be replaced.
fn check(old: Option<&Stat>, precondition: &Precondition) -> Result<()> {
    let refused = |kind| Err(Error::new(kind, "write"));
    match old.and_then(|old| kind(FileType::from_raw_mode(old.st_mode))) {
        Some(_) if *precondition == Precondition::Absent => return refused(ErrorKind::AlreadyExists),
        Some(Kind::Directory) => return refused(ErrorKind::IsADirectory),
        Some(Kind::Symlink) => return refused(ErrorKind::CrossesLink),
        Some(Kind::Special(_)) => return Err(special("write")),
        Some(Kind::File) | None => {}
    }
    match precondition {
        Precondition::Match(wanted) if old.map(fingerprint).as_ref() != Some(wanted) => {
            refused(ErrorKind::Changed)
        }
        _ => Ok(()),
    }
}

/// An empty file under a name nobody uses, for its owner alone until it is committed.
fn create_hidden(call: &Call, directory: &OwnedFd) -> Result<(OwnedFd, String), Errno> {
    loop {
        let mut random = [0; 8];
        call.host().random(&mut random);
        let name = format!("{HIDDEN}{:016x}", u64::from_be_bytes(random));
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(directory, &name, flags, Mode::RUSR | Mode::WUSR) {
            Err(Errno::EXIST | Errno::INTR) => {}
            created => return created.map(|file| (file, name)),
        }
    }
}
