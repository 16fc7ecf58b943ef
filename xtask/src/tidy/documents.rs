//! Documents name only what exists: paths in backquotes, the case or test behind a rule and behind a limitation.

use mirage_testkit::cases::CaseFile;

use super::{Checkout, Finding};

/// First components that tell a path of the checkout from other text in backquotes.
const FOLDERS: &[&str] =
    &["crates/", "frontends/", "tests/", "docs/", "examples/", "benches/", "fuzz/", "xtask/"];

pub fn check(tree: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in tree.below("", ".md") {
        for (number, line) in tree.text(document).lines().enumerate() {
            for quoted in line.split('`').skip(1).step_by(2) {
                let path = quoted.trim_end_matches('/');
                let is_path = FOLDERS.iter().any(|folder| quoted.starts_with(folder));
                // A pattern or a placeholder is no path.
                let is_exact = !quoted.contains(['<', '*', '{', ' ', '$']);
                if is_path && is_exact && !tree.exists(path) {
                    findings.push(format!("{document}:{}: {path} does not exist", number + 1));
                }
            }
        }
    }
    findings.extend(proofs_exist(tree));
    findings.extend(limitations_are_tested(tree));
    findings
}

/// Documents whose sentences stand beside their proofs.
const PROVEN: &[&str] = &["docs/SEMANTICS.md", "docs/threat-model.md"];

/// A proof is a file of cases or of Rust and, in typographic quotes behind it, a case or a function.
fn proofs_exist(tree: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in PROVEN {
        let text = tree.text(document);
        let named = text.split('`').collect::<Vec<_>>();
        for pair in named.windows(2).skip(1).step_by(2) {
            let Some((_, rest)) = pair[1].split_once('“').filter(|(before, _)| before.trim().is_empty())
            else {
                continue;
            };
            let (path, name) = (pair[0], rest.split('”').next().unwrap_or_default());
            if !is_in(tree, path, name) {
                findings.push(format!("{document}: {path} has no {name:?}"));
            }
        }
    }
    findings
}

/// A case of that name stands in `path`, or a function.
fn is_in(tree: &Checkout, path: &str, name: &str) -> bool {
    let text = tree.text(path);
    match path.ends_with(".rs") {
        true => text.contains(&format!("fn {name}(")),
        false => CaseFile::parse(text).is_ok_and(|file| file.cases.iter().any(|case| case.name == name)),
    }
}

/// Each heading of LIMITATIONS.md is an identifier that a case or a test names.
fn limitations_are_tested(tree: &Checkout) -> Vec<Finding> {
    let text = tree.text("docs/LIMITATIONS.md");
    let identifiers: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("## ")?.split_whitespace().next()).collect();
    let proofs: Vec<String> = tree
        .paths
        .iter()
        .filter(|path| path.ends_with(".yaml") || path.ends_with(".rs"))
        .map(|path| tree.text(path))
        .collect();
    identifiers
        .iter()
        .filter(|identifier| !proofs.iter().any(|proof| proof.contains(**identifier)))
        .map(|identifier| format!("docs/LIMITATIONS.md: {identifier} has no test that names it"))
        .collect()
}
