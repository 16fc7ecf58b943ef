//! Documents that show what is typed and what it prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::{Done, done};

/// A document of the project, in Markdown.
pub struct Document(String);

impl Document {
    /// `path` is from the root of the checkout.
    pub fn read(path: &str) -> Self {
        Document(fs::read_to_string(root().join(path)).expect("the document"))
    }

    /// The blocks whose fence names a kind, with it and without their fences, in order.
    pub fn all_blocks(&self) -> Vec<(&str, &str)> {
        let opened = self.0.split("\n```").skip(1).step_by(2);
        opened.filter_map(|block| block.split_once('\n')).filter(|(kind, _)| !kind.is_empty()).collect()
    }

    /// The blocks of one kind, each with its last newline.
    pub fn blocks(&self, kind: &str) -> Vec<String> {
        let blocks: Vec<String> = self
            .all_blocks()
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, body)| format!("{body}\n"))
            .collect();
        assert!(!blocks.is_empty(), "the document has no block of {kind}");
        blocks
    }

    /// What is typed at prompts, each line with what it prints.
    pub fn typed(&self) -> Vec<(String, String)> {
        self.blocks("console").iter().flat_map(|block| typed(block)).collect()
    }
}

/// The lines of a block that follow a prompt, each with what is printed up to the next.
pub fn typed(block: &str) -> Vec<(String, String)> {
    let mut typed: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), typed.last_mut()) {
            (Some(line), _) => typed.push((line.to_owned(), String::new())),
            (None, Some((_, printed))) => *printed += &format!("{line}\n"),
            (None, None) => panic!("{line:?} stands before the first prompt"),
        }
    }
    typed
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Types a line at the prompt of a user who has `mirage` and stands in `directory`.
pub fn type_line(line: &str, directory: &Path) -> Done {
    let script = format!("exec 2>&1; mirage() {{ \"$program\" \"$@\"; }}; {line}");
    let mut command = Command::new("bash");
    command.env_clear().env("PATH", "/usr/bin:/bin").env("program", env!("CARGO_BIN_EXE_mirage"));
    done(command.args(["-c", &script]).current_dir(directory).stdin(Stdio::null()))
}
