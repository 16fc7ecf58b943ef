//! What an entry's permission bits allow.

use super::{Mode, Mount, View};
use crate::entry::{Entry, Kind, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::host::Facts;

/// What `test -r -w -x` ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// May be read.
    Read,
    /// May be written: by its permission bits and its mount's mode.
    Write,
    /// May be executed or, a directory, be searched.
    Execute,
}

impl Access {
    /// The access as one of the three permission bits of a class.
    fn bit(self) -> u32 {
        match self {
            Access::Read => 4,
            Access::Write => 2,
            Access::Execute => 1,
        }
    }
}

/// Whether the user of `facts` has this access to an entry with these permission bits: by the owner's bits, the group's
/// (every user's group has the user's number), or the others'. User 0 may do all but execute what nobody may.
pub(crate) fn permits(facts: &Facts, owner: Owner, mode: u32, kind: Kind, access: Access) -> bool {
    if facts.uid == 0 {
        return access != Access::Execute || kind == Kind::Directory || mode & 0o111 != 0;
    }
    let class = match () {
        () if owner.user == facts.uid => mode >> 6,
        () if owner.group == facts.uid => mode >> 3,
        () => mode,
    };
    class & access.bit() != 0
}

impl View {
    /// Whether `path` exists and the access is allowed; `PermissionDenied` or `ReadOnly` when it is not.
    pub async fn access(&self, path: &[u8], access: Access) -> Result<()> {
        let (found, entry) = self.find(path, super::Follow::Yes, "access").await?;
        check(self.call().host().facts(), &found.mount, &entry, access)
            .map_err(|error| error.at(&found.path).in_mount(&found.mount.path))
    }

    /// Whether `path` exists and the access is allowed; an error where that could not be told.
    pub async fn allows(&self, path: &[u8], access: Access) -> Result<bool> {
        match self.access(path, access).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind().is_absence() || error.is(ErrorKind::ReadOnly) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn check(facts: &Facts, mount: &Mount, entry: &Entry, access: Access) -> Result<()> {
    // Devices are written though the file system that names them is not.
    let is_stored = !matches!(entry.kind, Kind::Special(_));
    if access == Access::Write && mount.mode == Mode::Read && is_stored {
        return Err(super::complete::read_only("access", mount));
    }
    let forbidden_script = access == Access::Execute
        && entry.is_file()
        && mount.mode != Mode::Exec
        && mount.descent != crate::entry::Descent::System;
    let owner = entry.owner.unwrap_or(Owner { user: facts.uid, group: facts.uid });
    let allowed = permits(facts, owner, entry.mode.unwrap_or(0), entry.kind, access);
    match allowed && !forbidden_script {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::PermissionDenied, "access")),
    }
}
