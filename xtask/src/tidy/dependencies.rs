//! Crates depend downwards only, and each outside crate has its row in `docs/dependencies.md`.

use super::{Checkout, Finding};

/// Each crate of ours with those it may depend on; what tests need beside that is free.
const ALLOWED: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("pattern", &[]),
    ("store", &[]),
    ("vfs", &["store"]),
    ("shell", &["pattern", "store", "syntax", "vfs"]),
    ("commands", &["pattern", "shell", "store", "syntax", "vfs"]),
    ("resources", &["store", "vfs"]),
];

pub fn check(tree: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, allowed) in ALLOWED {
        let path = format!("crates/{name}/Cargo.toml");
        for dependency in section(&tree.text(&path), "[dependencies]") {
            let Some(ours) =
                dependency.strip_prefix("mirage-").or((dependency == "mirage").then_some("workspace"))
            else {
                continue;
            };
            if !allowed.contains(&ours) {
                findings.push(format!("{path}: {name} may not depend on {ours}"));
            }
        }
    }
    let reasons = tree.text("docs/dependencies.md");
    for dependency in section(&tree.text("Cargo.toml"), "[workspace.dependencies]") {
        if !dependency.starts_with("mirage") && !reasons.contains(&format!("| `{dependency}` |")) {
            findings.push(format!("docs/dependencies.md: no row for {dependency}"));
        }
    }
    for row in reasons.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')) {
        let used =
            section(&tree.text("Cargo.toml"), "[workspace.dependencies]").iter().any(|name| name == row.0);
        if !used {
            findings.push(format!("docs/dependencies.md: {} is no dependency any more", row.0));
        }
    }
    findings
}

/// The names in a table of a manifest.
fn section(manifest: &str, header: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| line.trim() != header).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| {
        let name = line.split(['=', '.', ' ']).next()?;
        (!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned())
    });
    names.collect()
}
