//! Folders, registry rows and cases of the commands agree.

use std::collections::BTreeSet;

use super::{Checkout, Finding};

/// Folders of `crates/commands/src` that are no commands.
const SHARED: &[&str] = &["support"];

pub fn check(tree: &Checkout) -> Vec<Finding> {
    const FOLDER: &str = "crates/commands/src/";
    let registry = tree.text("crates/commands/src/lib.rs");
    let folders: BTreeSet<&str> = tree
        .below(FOLDER, ".rs")
        .filter_map(|path| path.strip_prefix(FOLDER)?.split_once('/').map(|(folder, _)| folder))
        .filter(|folder| !SHARED.contains(folder))
        .collect();
    let mut findings = Vec::new();
    for folder in &folders {
        let module = folder.trim_end_matches('_');
        if !registry.contains(&format!("&{folder}::")) {
            findings.push(format!("{FOLDER}{folder}: no row in the registry"));
        }
        if !tree.exists(&format!("{FOLDER}{folder}/cases.yaml")) {
            findings.push(format!("{FOLDER}{folder}: no cases.yaml for {module}"));
        }
    }
    let rows: Vec<&str> =
        registry.lines().map(str::trim).filter(|line| line.starts_with('&') && line.contains("::")).collect();
    if !rows.is_sorted() {
        findings.push(format!("{FOLDER}lib.rs: the registry is not in order"));
    }
    findings
}
