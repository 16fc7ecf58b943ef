//! The colors of `tree -C`.

use mirage_vfs::{Entry, Kind, Special};

const PROGRAMS: &[&str] =
    &["bat", "BAT", "btm", "BTM", "cmd", "CMD", "com", "COM", "dll", "DLL", "exe", "EXE"];

const ARCHIVES: &[&str] = &[
    "arj", "bz2", "deb", "gz", "lzh", "rpm", "tar", "taz", "tb2", "tbz2", "tbz", "tgz", "tz2", "z", "Z",
    "zip", "ZIP", "zoo",
];

const IMAGES: &[&str] = &[
    "asf", "ASF", "avi", "AVI", "bmp", "BMP", "flac", "FLAC", "gif", "GIF", "jpg", "JPG", "jpeg", "JPEG",
    "m2a", "M2a", "m2v", "M2V", "mov", "MOV", "mp3", "MP3", "mpeg", "MPEG", "mpg", "MPG", "ogg", "OGG",
    "ppm", "rm", "RM", "tga", "TGA", "tif", "TIF", "wav", "WAV", "wmv", "WMV", "xbm", "xpm",
];

/// The code of an entry's color.
pub fn code(name: &[u8], entry: &Entry, is_missing: bool) -> &'static str {
    let mode = entry.mode.unwrap_or(0);
    match entry.kind {
        Kind::Directory => "01;34",
        Kind::Symlink if is_missing => "40;31;01",
        Kind::Symlink => "01;36",
        Kind::Special(Special::Fifo) => "40;33",
        Kind::Special(Special::Socket) => "01;35",
        Kind::Special(_) => "40;33;01",
        Kind::File if mode & 0o111 != 0 => "01;32",
        Kind::File => by_suffix(name),
    }
}

fn by_suffix(name: &[u8]) -> &'static str {
    let Some(at) = name.iter().rposition(|&byte| byte == b'.') else { return "00" };
    let Ok(suffix) = std::str::from_utf8(&name[at + 1..]) else { return "00" };
    match () {
        () if PROGRAMS.contains(&suffix) => "01;32",
        () if ARCHIVES.contains(&suffix) => "01;31",
        () if IMAGES.contains(&suffix) => "01;35",
        () => "00",
    }
}
