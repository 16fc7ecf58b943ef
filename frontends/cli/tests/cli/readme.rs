//! What the README shows at a prompt is what a user gets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::{Done, directory, done};

/// The README's blocks of one kind, without their fences.
fn blocks(kind: &str) -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let fence = format!("```{kind}\n");
    let body = |rest: &str| rest.split_once("```").expect("a block ends").0.to_owned();
    let blocks: Vec<String> = readme.split(&fence).skip(1).map(body).collect();
    assert!(!blocks.is_empty(), "the README has no block of {kind}");
    blocks
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Types a line at the prompt of a user who has `mirage` and stands in `directory`.
fn type_line(line: &str, directory: &Path) -> Done {
    let script = format!("exec 2>&1; mirage() {{ \"$program\" \"$@\"; }}; {line}");
    let mut command = Command::new("bash");
    command.env_clear().env("PATH", "/usr/bin:/bin").env("program", env!("CARGO_BIN_EXE_mirage"));
    done(command.args(["-c", &script]).current_dir(directory).stdin(Stdio::null()))
}

#[test]
fn examples_print_what_the_readme_says() {
    for block in blocks("console") {
        let (line, wanted) = block.split_once('\n').expect("a line and what it prints");
        let line = line.strip_prefix("$ ").expect("a prompt");
        assert_eq!(type_line(line, &root()).stdout, wanted, "{line}");
    }
}

#[test]
fn commands_of_the_readme_run() {
    let numbered: String = (1..=30).map(|number| format!("line {number}\n")).collect();
    let user = directory(&[
        ("workspace.yaml", &blocks("yaml")[0]),
        ("src/lib.rs", &numbered),
        ("src/main.rs", "fn main() {}\n"),
        ("script.sh", "echo \"$0 has $1\"\n"),
    ]);
    let lines: Vec<String> = blocks("sh").iter().flat_map(|block| block.lines()).map(str::to_owned).collect();
    let said = |part: &str| {
        let line = lines.iter().find(|line| line.contains(part)).expect("the README has this line");
        let done = type_line(&line.replace("cargo run --release -- ", "mirage "), user.path());
        assert_eq!(done.status, 0, "{line}: {}", done.stdout);
        done.stdout
    };
    assert_eq!(said("fn main"), "1\n      1 /repo/src/main.rs\n");
    assert!(said("run --help").contains("Usage: mirage run"));
    let expected: String = (10..=20).map(|number| format!("{number:6}\tline {number}\n")).collect();
    assert_eq!(said("nl -ba"), expected);
    assert_eq!(said("script.sh"), "script.sh has arguments\n");
    assert_eq!(said("seq 3"), "1+2+3\n");
}
