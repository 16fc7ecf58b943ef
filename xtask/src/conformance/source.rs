//! bash's source package, from the archive of the system's distribution.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// The release of the distribution whose bash is the oracle, and its key.
const ARCHIVE: &str = "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                       http://deb.debian.org/debian bookworm main\n";

/// Fetches and unpacks the package into `cache`, unless it is there. Answers the folder of its tests.
///
/// The system's own lists of packages are left alone.
pub fn fetch(cache: &Path) -> Result<PathBuf> {
    if let Some(tests) = unpacked(cache) {
        return Ok(tests);
    }
    for folder in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(cache.join(folder))?;
    }
    fs::write(cache.join("sources.list"), ARCHIVE)?;
    apt(cache, &["update"])?;
    apt(cache, &["source", "--download-only", "bash"])?;
    let archive = entry(cache, |name| name.starts_with("bash_") && name.contains(".orig.tar."))
        .ok_or("the package holds no original archive")?;
    let status = Command::new("tar").arg("xf").arg(archive).arg("-C").arg(cache).status()?;
    match unpacked(cache) {
        Some(tests) if status.success() => Ok(tests),
        _ => Err("bash's source does not unpack to a folder with tests".into()),
    }
}

fn apt(cache: &Path, words: &[&str]) -> Result {
    let option = |name: &str, path: &Path| format!("{name}={}", path.display());
    let options = [
        option("Dir::Etc::SourceList", &cache.join("sources.list")),
        option("Dir::Etc::SourceParts", Path::new("/dev/null")),
        option("Dir::State::Lists", &cache.join("lists")),
        option("Dir::Cache", &cache.join("cache")),
    ];
    let mut command = Command::new("apt-get");
    command.current_dir(cache).arg("-q");
    for option in &options {
        command.args(["-o", option]);
    }
    match command.args(words).status()?.success() {
        true => Ok(()),
        false => {
            Err(format!("apt-get {} failed; name the tests with --tests instead", words.join(" ")).into())
        }
    }
}

fn unpacked(cache: &Path) -> Option<PathBuf> {
    let source = entry(cache, |name| name.starts_with("bash-"))?;
    Some(source.join("tests")).filter(|tests| tests.is_dir())
}

fn entry(folder: &Path, wanted: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy())))
}
