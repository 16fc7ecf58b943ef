//! Names made, moved and removed.

use bytes::Bytes;
use mirage_vfs::{Kind, Path};
use rustix::fs::{AtFlags, FileType, linkat, mkdirat, readlinkat, renameat, statat, symlinkat, unlinkat};
use rustix::io::{Errno, Result};

use super::attributes::{mode, set_mode};
use super::root::Root;

pub(super) fn create_dir(root: &Root, path: &Path, bits: u32) -> Result<()> {
    let (parent, name) = root.parent(path)?;
    mkdirat(&parent, name, mode(bits))?;
    // The tree has applied the session's umask; that of this process is not the session's business.
    match statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode & 0o777 == bits & 0o777 {
        true => Ok(()),
        false => set_mode(&parent, name, mode(bits)),
    }
}

pub(super) fn remove(root: &Root, path: &Path, kind: Kind) -> Result<()> {
    if path.is_root() {
        return Err(Errno::BUSY);
    }
    let (parent, name) = root.parent(path)?;
    let flags = match kind {
        Kind::Directory => AtFlags::REMOVEDIR,
        _ => AtFlags::empty(),
    };
    match unlinkat(&parent, name, flags) {
        // POSIX lets a system refuse to unlink a directory so, and some file systems do.
        Err(Errno::PERM) if kind != Kind::Directory && is_directory(root, path) => Err(Errno::ISDIR),
        Err(Errno::EXIST) => Err(Errno::NOTEMPTY),
        answer => answer,
    }
}

fn is_directory(root: &Root, path: &Path) -> bool {
    let stat = root.parent(path).and_then(|(parent, name)| statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW));
    stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
}

pub(super) fn rename(root: &Root, from: &Path, to: &Path) -> Result<()> {
    let (old, old_name) = root.parent(from)?;
    let (new, new_name) = root.parent(to).map_err(|errno| {
        // That the old directory may not be searched comes before what is wrong with the new one.
        match statat(&old, old_name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::ACCESS) => Errno::ACCESS,
            _ => errno,
        }
    })?;
    match renameat(&old, old_name, &new, new_name) {
        Err(Errno::EXIST) => Err(Errno::NOTEMPTY),
        answer => answer,
    }
}

pub(super) fn link(root: &Root, existing: &Path, new: &Path) -> Result<()> {
    let (old, old_name) = root.parent(existing)?;
    // That it is missing comes before what is wrong with the new name.
    statat(&old, old_name, AtFlags::SYMLINK_NOFOLLOW)?;
    let (new, new_name) = root.parent(new)?;
    linkat(&old, old_name, &new, new_name, AtFlags::empty())
}

pub(super) fn symlink(root: &Root, target: &[u8], path: &Path) -> Result<()> {
    let (parent, name) = root.parent(path)?;
    symlinkat(target, &parent, name)
}

pub(super) fn read_link(root: &Root, path: &Path) -> Result<Bytes> {
    let (parent, name) = root.parent(path)?;
    Ok(readlinkat(&parent, name, Vec::new())?.into_bytes().into())
}
