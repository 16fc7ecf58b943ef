//! A case's files on a real disk.

use std::fs::{self, File, FileTimes};
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::cases::{Content, Files};

/// The time of every file that a case starts with: 2024-01-02 03:04:05 UTC.
pub const START_TIME: u64 = 1_704_164_645;

/// Makes `files` below `directory`, all with the same modification time.
pub fn make_files(directory: &Path, files: &Files) -> io::Result<()> {
    for (path, content) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        match content {
            Content::Directory => fs::create_dir_all(&path)?,
            Content::Link(target) => symlink(target, &path)?,
            Content::File(bytes) => fs::write(&path, bytes)?,
        }
    }
    set_times(directory)
}

fn set_times(directory: &Path) -> io::Result<()> {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(START_TIME);
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            set_times(&entry.path())?;
        }
        if kind.is_symlink() {
            // The standard library cannot change a link's own times.
            let date = format!("--date=@{START_TIME}");
            Command::new("touch").args(["--no-dereference", &date]).arg(entry.path()).status()?;
        } else {
            File::open(entry.path())?.set_times(FileTimes::new().set_modified(time).set_accessed(time))?;
        }
    }
    Ok(())
}

/// All that stands below `directory`.
pub fn read_files(directory: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    read_into(directory, "", &mut files)?;
    Ok(files)
}

fn read_into(directory: &Path, prefix: &str, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let name =
            name.to_str().ok_or_else(|| io::Error::other("a name that is left behind is not UTF-8"))?;
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        let content = if kind.is_dir() {
            read_into(&entry.path(), &format!("{path}/"), files)?;
            Content::Directory
        } else if kind.is_symlink() {
            Content::Link(fs::read_link(entry.path())?.to_string_lossy().into_owned())
        } else if kind.is_file() {
            Content::File(fs::read(entry.path())?)
        } else {
            continue;
        };
        files.insert(path, content);
    }
    Ok(())
}
