//! A whole file replaced at once: written without a name, then given its name, or renamed over what has it.

use std::future::ready;
use std::os::fd::AsRawFd as _;

use bytes::Bytes;
use mirage_vfs::{
    BoxFuture, Call, Entry, Error, ErrorKind, Kind, Name, Path, Precondition, Result, WriteHandle,
    WriteOptions,
};
use rustix::fd::OwnedFd;
use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, RenameFlags, Stat, Uid, fchmod, fchown, fstat, linkat, openat,
    renameat, renameat_with, statat, unlinkat,
};
use rustix::io::{Errno, retry_on_intr, write};

use super::account::Account;
use super::entry::{entry, fingerprint, kind};
use super::error::{error, special};
use super::root::Root;

/// A new file's permission bits when nobody says.
const NEW: u32 = 0o644;

/// How hidden names start; the README tells it, as a process that is killed at the wrong moment leaves one behind.
const HIDDEN: &str = ".mirage-";

/// A file being replaced.
pub(super) struct Replacement {
    directory: OwnedFd,
    name: Name,
    options: WriteOptions,
    account: Account,
    file: OwnedFd,
    /// The name that the new content has until it is in its place: none, where the host has files without one.
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
        Replacement::start_in(create_unnamed, root, call, path, options, account)
    }

    /// As [`start`](Replacement::start) on a host where `create_unnamed` makes files without a name.
    fn start_in(
        create_unnamed: impl FnOnce(&OwnedFd) -> Option<OwnedFd>,
        root: &Root,
        call: &Call,
        path: &Path,
        options: &WriteOptions,
        account: Account,
    ) -> Result<Self> {
        let name = path.name().ok_or_else(|| Error::new(ErrorKind::IsADirectory, "write"))?;
        let directory = root.parent(path).and_then(|(parent, _)| parent.hold()).map_err(failed)?;
        check(look(&directory, &name)?.as_ref(), &options.precondition)?;
        let (file, hidden) = match create_unnamed(&directory) {
            Some(file) => (file, None),
            None => create_hidden(call, &directory).map(|(file, name)| (file, Some(name))).map_err(failed)?,
        };
        Ok(Replacement { directory, name, options: options.clone(), account, file, hidden })
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

    fn put_in_place(&mut self, call: &Call) -> Result<Entry> {
        let old = look(&self.directory, &self.name)?;
        check(old.as_ref(), &self.options.precondition)?;
        self.take_over(old.as_ref()).map_err(failed)?;
        self.give_name(call, old.is_some()).map_err(failed)?;
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

    fn give_name(&mut self, call: &Call, is_taken: bool) -> Result<(), Errno> {
        let must_be_absent = self.options.precondition == Precondition::Absent;
        if self.hidden.is_none() && !is_taken {
            match link(&self.file, &self.directory, &self.name) {
                Err(Errno::EXIST) if !must_be_absent => {}
                answer => return answer,
            }
        }
        let hidden = match self.hidden.take() {
            Some(hidden) => hidden,
            None => {
                let file = &self.file;
                under_hidden_name(call, |hidden| link(file, &self.directory, hidden.as_bytes()))?.1
            }
        };
        let hidden = self.hidden.insert(hidden);
        match must_be_absent {
            true => rename_absent(&self.directory, hidden, &self.name)?,
            false => renameat(&self.directory, &**hidden, &self.directory, &self.name[..])?,
        }
        self.hidden = None;
        Ok(())
    }
}

/// Renames unless the name is taken.
fn rename_absent(directory: &OwnedFd, hidden: &str, name: &[u8]) -> Result<(), Errno> {
    match renameat_with(directory, hidden, directory, name, RenameFlags::NOREPLACE) {
        // Not every file system can: a second name is refused by all when the first is taken.
        Err(Errno::INVAL | Errno::NOSYS) => {
            linkat(directory, hidden, directory, name, AtFlags::empty())?;
            unlinkat(directory, hidden, AtFlags::empty())
        }
        answer => answer,
    }
}

/// Gives a file without a name this one. `/proc` is how a process names what it holds open.
fn link(file: &OwnedFd, directory: &OwnedFd, name: &[u8]) -> Result<(), Errno> {
    linkat(CWD, held(file), directory, name, AtFlags::SYMLINK_FOLLOW)
}

fn held(file: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
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

    fn commit<'a>(mut self: Box<Self>, call: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.put_in_place(call) })
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

/// An empty file without a name, for its owner alone; none where the host has no such files or no way to name them.
fn create_unnamed(directory: &OwnedFd) -> Option<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    let file = retry_on_intr(|| openat(directory, c".", flags, Mode::RUSR | Mode::WUSR)).ok()?;
    statat(CWD, held(&file), AtFlags::empty()).is_ok().then_some(file)
}

/// As [`create_unnamed`] where that is not to be had: under a hidden name.
fn create_hidden(call: &Call, directory: &OwnedFd) -> Result<(OwnedFd, String), Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    under_hidden_name(call, |name| openat(directory, name, flags, Mode::RUSR | Mode::WUSR))
}

/// Does something under a name that nobody uses.
fn under_hidden_name<T>(
    call: &Call,
    mut action: impl FnMut(&str) -> Result<T, Errno>,
) -> Result<(T, String), Errno> {
    loop {
        let mut random = [0; 8];
        call.host().random(&mut random);
        let name = format!("{HIDDEN}{:016x}", u64::from_be_bytes(random));
        match action(&name) {
            Err(Errno::EXIST | Errno::INTR) => {}
            done => return done.map(|done| (done, name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use mirage_testkit::host::{block_on, call};

    use super::*;
    use crate::disk::Disk;

    /// Where the host has no files without a name, nothing else is different.
    #[test]
    fn a_hidden_name_serves_as_well_as_none() {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::open(directory.path()).unwrap();
        let call = call();
        let start = |precondition| {
            let options = WriteOptions { precondition, mode: None };
            let account = disk.process.for_line(&call);
            Replacement::start_in(|_| None, &disk.root, &call, &Path::from("/file"), &options, account)
        };
        let write = |precondition, content: &'static str| {
            let mut handle = Box::new(start(precondition)?);
            block_on(async {
                handle.write(&call, Bytes::from_static(content.as_bytes())).await?;
                handle.commit(&call).await
            })
        };
        let names = || fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let content = || fs::read_to_string(directory.path().join("file")).unwrap();

        let dropped = start(Precondition::None).unwrap();
        assert!(names().all(|name| name.to_str().unwrap().starts_with(HIDDEN)));
        drop(dropped);
        assert_eq!(names().count(), 0);

        let late = start(Precondition::Absent).unwrap();
        write(Precondition::Absent, "first").unwrap();
        let refused = block_on(Box::new(late).commit(&call)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!((content().as_str(), names().count()), ("first", 1));
        write(Precondition::None, "second").unwrap();
        assert_eq!((content().as_str(), names().count()), ("second", 1));
    }

    #[test]
    fn of_two_who_create_one_wins() {
        let directory = tempfile::tempdir().unwrap();
        let hold = |name: &str| fs::write(directory.path().join(name), name).unwrap();
        let open = OwnedFd::from(fs::File::open(directory.path()).unwrap());
        hold("new");
        hold("taken");
        assert_eq!(rename_absent(&open, "new", b"taken"), Err(Errno::EXIST));
        assert_eq!(rename_absent(&open, "new", b"free"), Ok(()));
        assert_eq!(fs::read_to_string(directory.path().join("free")).unwrap(), "new");
        assert_eq!(fs::read_to_string(directory.path().join("taken")).unwrap(), "taken");
    }
}
