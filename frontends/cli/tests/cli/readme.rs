//! What the README shows at a prompt is what a user gets.

use super::documents::{Document, root, type_line};
use super::support::directory;

#[test]
fn examples_print_what_the_readme_says() {
    for (line, wanted) in Document::read("README.md").typed() {
        assert_eq!(type_line(&line, &root()).stdout, wanted, "{line}");
    }
}

#[test]
fn commands_of_the_readme_run() {
    let numbered: String = (1..=30).map(|number| format!("line {number}\n")).collect();
    let readme = Document::read("README.md");
    let user = directory(&[
        ("workspace.yaml", &readme.blocks("yaml")[0]),
        ("src/lib.rs", &numbered),
        ("src/main.rs", "fn main() {}\n"),
        ("script.sh", "echo \"$0 has $1\"\n"),
    ]);
    let lines: Vec<String> =
        readme.blocks("sh").iter().flat_map(|block| block.lines()).map(str::to_owned).collect();
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
