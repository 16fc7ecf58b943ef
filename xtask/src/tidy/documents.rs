//! Documents name only what exists: paths in backquotes, the case behind a rule, the test behind a limitation.

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
    findings.extend(named_cases_exist(tree));
    findings.extend(limitations_are_tested(tree));
    findings
}

/// A rule's proof is a file of cases and, in typographic quotes behind it, a case.
fn named_cases_exist(tree: &Checkout) -> Vec<Finding> {
    let document = "docs/SEMANTICS.md";
    let text = tree.text(document);
    let mut findings = Vec::new();
    for (before, rest) in
        text.match_indices(".yaml` “").map(|(at, mark)| (&text[..at], &text[at + mark.len()..]))
    {
        let path = format!("{}.yaml", before.rsplit('`').next().unwrap_or_default());
        let name = rest.split('”').next().unwrap_or_default();
        let known = CaseFile::parse(tree.text(&path))
            .is_ok_and(|file| file.cases.iter().any(|case| case.name == name));
        if !known {
            findings.push(format!("{document}: {path} has no case {name:?}"));
        }
    }
    findings
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
