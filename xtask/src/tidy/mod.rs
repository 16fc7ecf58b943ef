//! `cargo xtask tidy`: the house rules that neither the compiler nor clippy knows, each with its reason.

mod cases;
mod commands;
mod dependencies;
mod documents;
mod sources;

use std::path::{Path, PathBuf};

use crate::{Result, project, shell};

/// A file that breaks a rule, and how.
type Finding = String;

/// Checks every rule and prints what breaks it.
pub fn run() -> Result {
    let tree = Checkout::read()?;
    let rules: [fn(&Checkout) -> Vec<Finding>; 5] =
        [sources::check, dependencies::check, commands::check, cases::check, documents::check];
    let findings: Vec<Finding> = rules.iter().flat_map(|rule| rule(&tree)).collect();
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("{count} house rules are broken").into()),
    }
}

/// The files of the checkout that git tracks or would track.
struct Checkout {
    root: PathBuf,
    paths: Vec<String>,
}

impl Checkout {
    fn read() -> Result<Checkout> {
        let listed = shell::output("git ls-files --cached --others --exclude-standard")?;
        let root = project::root();
        let paths = listed.lines().map(str::to_owned).filter(|path| root.join(path).is_file()).collect();
        Ok(Checkout { root, paths })
    }

    /// Paths below `folder` that end with `suffix`.
    fn below<'a>(&'a self, folder: &'a str, suffix: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths
            .iter()
            .map(String::as_str)
            .filter(move |path| path.starts_with(folder) && path.ends_with(suffix))
    }

    /// The text of a file; empty when it is not there or not text.
    fn text(&self, path: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}
