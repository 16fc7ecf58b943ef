//! Where the daemon's files are.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The longest path of a socket.
const LONGEST: usize = 107;

/// The directories of a user's daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// What outlives the daemon: workspaces, log.
    pub state: PathBuf,
    /// What does not: the socket.
    pub runtime: PathBuf,
}

impl Home {
    /// `MIRAGE_HOME`, else `mirage` in the XDG directories.
    pub fn find() -> Result<Home, String> {
        if let Some(home) = variable("MIRAGE_HOME") {
            let home = std::path::absolute(home).map_err(|error| format!("MIRAGE_HOME: {error}"))?;
            return Ok(Home { runtime: home.clone(), state: home });
        }
        let state = match (variable("XDG_STATE_HOME"), variable("HOME")) {
            (Some(state), _) => PathBuf::from(state),
            (None, Some(home)) => Path::new(&home).join(".local/state"),
            (None, None) => {
                return Err("no place for workspaces: set MIRAGE_HOME, XDG_STATE_HOME or HOME".into());
            }
        };
        let state = state.join("mirage");
        let runtime = variable("XDG_RUNTIME_DIR").map(|runtime| Path::new(&runtime).join("mirage"));
        Ok(Home { runtime: runtime.unwrap_or_else(|| state.clone()), state })
    }

    /// Makes the directories, for their user alone.
    pub fn make(&self) -> Result<(), String> {
        for directory in [&self.state, &self.runtime] {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
            made.and_then(|()| only_for_its_user(directory))
                .map_err(|error| format!("{}: {}", directory.display(), reason(&error)))?;
        }
        match self.socket().as_os_str().len() {
            length if length > LONGEST => Err(format!(
                "{}: too long for the path of a socket: set MIRAGE_HOME or XDG_RUNTIME_DIR to a shorter one",
                self.socket().display()
            )),
            _ => Ok(()),
        }
    }

    /// Where the daemon listens.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join("daemon.sock")
    }

    /// What the daemon locks while it lives.
    pub fn lock(&self) -> PathBuf {
        self.state.join("daemon.lock")
    }

    /// What whoever starts the daemon locks meanwhile.
    pub fn start_lock(&self) -> PathBuf {
        self.state.join("start.lock")
    }

    /// What happened to the daemon.
    pub fn log(&self) -> PathBuf {
        self.state.join("daemon.log")
    }

    /// The workspaces.
    pub fn store(&self) -> PathBuf {
        self.state.join("store")
    }
}

/// A directory that others may look into could show them the socket.
fn only_for_its_user(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let found = std::fs::metadata(directory)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if found.mode() & 0o077 != 0 {
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "front ends read what the engine may not")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The system's words for an error, without the number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
