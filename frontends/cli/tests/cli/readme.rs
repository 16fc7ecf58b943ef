//! What the README shows at a prompt is what a user gets.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::support::done;

#[test]
fn examples_print_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let blocks: Vec<&str> = readme
        .split("```console\n$ ")
        .skip(1)
        .map(|rest| rest.split_once("```").expect("a block ends").0)
        .collect();
    assert!(!blocks.is_empty(), "the README shows nothing");
    for block in blocks {
        let (line, wanted) = block.split_once('\n').expect("a line and what it prints");
        let script = format!("exec 2>&1; mirage() {{ \"$program\" \"$@\"; }}; {line}");
        let mut command = Command::new("bash");
        command.env_clear().env("program", env!("CARGO_BIN_EXE_mirage")).args(["-c", &script]);
        command.current_dir(&root).stdin(Stdio::null());
        assert_eq!(done(&mut command).stdout, wanted, "{line}");
    }
}
