//! Where a configuration's values come from.

use std::path::{Path, PathBuf};

/// What a configuration may ask the program around it for: the facade itself reads no environment and no files.
pub trait Source {
    /// The environment variable called `name`.
    fn variable(&self, name: &str) -> Option<String>;

    /// The content of the host file at `path`, an absolute path; or why it can not be read, in the system's words.
    fn read(&self, path: &Path) -> Result<String, String>;

    /// The user's home directory, which `~` stands for.
    fn home(&self) -> Option<PathBuf>;

    /// The secret that a document gave at `place` and that was taken out of it: `{secret: PLACE}`.
    fn secret(&self, _place: &str) -> Option<String> {
        None
    }
}

/// A source that has nothing: every `${NAME}` is missing, no file can be read.
pub struct Nothing;

impl Source for Nothing {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn read(&self, _path: &Path) -> Result<String, String> {
        Err("files can not be read here".into())
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }
}
