//! What the host says of a file, as an entry.

use bytes::Bytes;
use mirage_vfs::{Entry, Fingerprint, Kind, Size, Special, Time};
use rustix::fs::{FileType, Stat};

use super::account::Account;

/// The unit of `st_blocks`, whatever the file system's own block size is.
const STAT_BLOCK: u64 = 512;

/// The kind behind the host's type; none when the host did not say.
pub(super) fn kind(file_type: FileType) -> Option<Kind> {
    Some(match file_type {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Symlink,
        FileType::CharacterDevice => Kind::Special(Special::CharacterDevice),
        FileType::BlockDevice => Kind::Special(Special::BlockDevice),
        FileType::Fifo => Kind::Special(Special::Fifo),
        FileType::Socket => Kind::Special(Special::Socket),
        FileType::Unknown => return None,
    })
}

/// The entry called `name` with everything `stat` tells, as the line of `account` sees it.
#[allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "field types differ between targets")]
pub(super) fn entry(name: Bytes, stat: &Stat, account: Account) -> Entry {
    let kind = kind(FileType::from_raw_mode(stat.st_mode)).unwrap_or(Kind::File);
    Entry {
        size: Size::Exact(stat.st_size as u64),
        modified: Some(Time::new(stat.st_mtime as i64, stat.st_mtime_nsec as u32)),
        accessed: Some(Time::new(stat.st_atime as i64, stat.st_atime_nsec as u32)),
        changed: Some(Time::new(stat.st_ctime as i64, stat.st_ctime_nsec as u32)),
        mode: Some(stat.st_mode & 0o7777),
        owner: Some(account.shown(stat.st_uid, stat.st_gid)),
        identity: Some((u64::from(stat.st_dev), u64::from(stat.st_ino))),
        links: Some(stat.st_nlink as u64),
        allocated: Some(stat.st_blocks as u64 * STAT_BLOCK),
        fingerprint: (kind == Kind::File).then(|| fingerprint(stat)),
        ..Entry::new(name, kind)
    }
}

/// Weak: a write that keeps the size and falls in the same clock tick of the host's file system keeps it.
#[allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "field types differ between targets")]
pub(super) fn fingerprint(stat: &Stat) -> Fingerprint {
    let mut value = [0; 40];
    let fields = [
        stat.st_size as u64,
        stat.st_ino as u64,
        stat.st_mtime as u64,
        stat.st_ctime as u64,
        (stat.st_mtime_nsec as u64) << 32 | stat.st_ctime_nsec as u64,
    ];
    for (bytes, field) in value.chunks_exact_mut(8).zip(fields) {
        bytes.copy_from_slice(&field.to_be_bytes());
    }
    Fingerprint { value: Bytes::copy_from_slice(&value), strong: false }
}
