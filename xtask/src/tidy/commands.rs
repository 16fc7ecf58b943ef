//! Folders, registry rows, cases and reference pages of the commands agree.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checkout, Finding};
use crate::pages;

/// Folders of `crates/commands/src` that are no commands.
const SHARED: &[&str] = &["support"];

/// The fewest recorded cases of a command.
const CASES: usize = 25;

/// Folders with more to prove, each with the fewest cases.
const MORE: &[(&str, usize)] = &[
    ("awk", 100),
    ("cp", 100),
    ("date", 100),
    ("diff", 100),
    ("find", 100),
    ("grep", 100),
    ("jq", 100),
    ("ls", 100),
    ("printf", 100),
    ("sed", 100),
    ("sort", 100),
];

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
        if !registry.contains(&format!("&{folder}::")) {
            findings.push(format!("{FOLDER}{folder}: no row in the registry"));
        }
        match pages::cases(folder) {
            Ok(cases) => {
                let fewest = MORE.iter().find(|(name, _)| name == folder).map_or(CASES, |(_, count)| *count);
                if cases.len() < fewest {
                    findings.push(format!("{FOLDER}{folder}: {} recorded cases of {fewest}", cases.len()));
                }
            }
            Err(error) => findings.push(error.to_string()),
        }
    }
    let rows: Vec<&str> =
        registry.lines().map(str::trim).filter(|line| line.starts_with('&') && line.contains("::")).collect();
    if !rows.is_sorted() {
        findings.push(format!("{FOLDER}lib.rs: the registry is not in order"));
    }
    findings.extend(pages_are_current(tree));
    findings
}

/// Every page is what `cargo xtask pages` would write, and there is no other.
fn pages_are_current(tree: &Checkout) -> Vec<Finding> {
    let pages: BTreeMap<String, String> = match pages::all() {
        Ok(pages) => pages,
        Err(error) => return vec![error.to_string()],
    };
    let shown: Vec<&str> =
        tree.below(pages::FOLDER, ".md").filter_map(|path| path.rsplit('/').next()).collect();
    let gone = shown.iter().filter(|name| !pages.contains_key(**name));
    let old = pages.iter().filter(|(name, text)| tree.text(format!("{}/{name}", pages::FOLDER)) != **text);
    gone.map(|name| format!("{}/{name}: no command has this page: cargo xtask pages", pages::FOLDER))
        .chain(old.map(|(name, _)| format!("{}/{name}: not current: cargo xtask pages", pages::FOLDER)))
        .collect()
}
