//! What source files may name, and how long they may be.

use super::{Checkout, Finding};

/// Lines after which a file has more than one purpose.
const LONGEST: usize = 600;

/// Longer files that have one purpose all the same, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Folders, what they may not contain, and why. Lines that only comment are not looked at.
const BANNED: &[(&[&str], &[&str], &[&str], &str)] = &[
    (
        &["crates/"],
        &["crates/testkit/", "crates/resources/src/disk/", "crates/store/src/directory/"],
        &["std::fs", "tokio::fs"],
        "host files are the disk resource's, the directory store's and the front ends'",
    ),
    (
        &["crates/"],
        &["crates/testkit/"],
        &["std::process", "std::env::", "SystemTime::now", "Instant::now", "thread::spawn"],
        "the engine takes processes, environment, clock and threads from Host",
    ),
    (
        &["crates/"],
        &["crates/testkit/"],
        &["unsafe {", "unsafe fn", "unsafe impl"],
        "unsafe code is for front ends",
    ),
    (
        &["crates/vfs/", "crates/shell/", "crates/commands/", "crates/syntax/", "crates/pattern/"],
        &[],
        &["mirage_resources", "slack", "github", "linear", "gmail", "postgres"],
        "the engine names no service",
    ),
    (
        &["crates/resources/"],
        &[],
        &["mirage_commands", "mirage_shell", "mirage_syntax"],
        "a resource knows nothing of commands and the shell",
    ),
    (
        &["crates/syntax/", "crates/pattern/"],
        &[],
        &["async fn", "mirage_vfs", "mirage_shell", "mirage_store"],
        "syntax and patterns are pure and depend on nothing of ours",
    ),
];

pub fn check(tree: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.below("", ".rs") {
        let text = tree.text(path);
        if is_test(path) {
            continue;
        }
        // Unit tests stand at the end of a file and are not counted.
        let code: Vec<&str> = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").collect();
        if code.len() > LONGEST && !LONG.iter().any(|(long, _)| *long == path) {
            findings.push(format!("{path}: {} lines: split it by stage", code.len()));
        }
        for (folders, except, words, reason) in BANNED {
            let applies = folders.iter().any(|folder| path.starts_with(folder))
                && !except.iter().any(|folder| path.starts_with(folder));
            for word in words.iter().filter(|_| applies) {
                let hit =
                    code.iter().position(|line| line.contains(word) && !line.trim_start().starts_with("//"));
                if let Some(line) = hit {
                    findings.push(format!("{path}:{}: {word}: {reason}", line + 1));
                }
            }
        }
    }
    findings.extend(resources_are_apart(tree));
    findings
}

/// Tests may use what the product may not.
fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
        || path.starts_with("benches/")
}

/// No resource imports another: `crate::slack` is named only inside `slack/` and in the registry.
fn resources_are_apart(tree: &Checkout) -> Vec<Finding> {
    const SHARED: &[&str] = &["http", "definition"];
    let kind_of = |path: &str| -> Option<String> {
        let (kind, _) = path.strip_prefix("crates/resources/src/")?.split_once('/')?;
        (!SHARED.contains(&kind)).then(|| kind.to_owned())
    };
    let mut kinds: Vec<String> = tree.below("crates/resources/src/", "/mod.rs").filter_map(kind_of).collect();
    kinds.dedup();
    let mut findings = Vec::new();
    for path in tree.below("crates/resources/src/", ".rs") {
        let Some(own) = kind_of(path) else { continue };
        let text = tree.text(path);
        for other in kinds.iter().filter(|kind| **kind != own && text.contains(&format!("crate::{kind}"))) {
            findings.push(format!("{path}: imports resource {other}: share through a folder of its own"));
        }
    }
    findings
}
