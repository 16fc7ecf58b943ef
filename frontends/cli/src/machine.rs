//! What a configuration may ask this machine for.

use std::path::{Path, PathBuf};

use mirage::config::Source;

use crate::failure::Failure;

/// This machine: its environment, its files, the user's home.
pub struct Machine;

#[expect(clippy::disallowed_methods, reason = "front ends read what the engine may not")]
impl Source for Machine {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| reason(&error))
    }

    fn home(&self) -> Option<PathBuf> {
        std::env::home_dir()
    }
}

/// The directory that relative paths of the command line start from.
#[expect(clippy::disallowed_methods, reason = "front ends read what the engine may not")]
pub fn current_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::new(2, format_args!("the current directory: {}", reason(&error))))
}

/// The system's words for an error, without the number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
