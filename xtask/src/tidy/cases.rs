//! Every file of cases is well formed and answered.

use mirage_testkit::cases::{CaseFile, find_files};

use super::{Checkout, Finding};
use crate::project;

pub fn check(tree: &Checkout) -> Vec<Finding> {
    let files = match find_files(&tree.root) {
        Ok(files) => files,
        Err(error) => return vec![error.to_string()],
    };
    let mut findings = Vec::new();
    for path in files {
        let shown = project::shown(&path);
        match CaseFile::parse(tree.text(&path)) {
            Err(error) => findings.push(format!("{shown}: {error}")),
            Ok(file) => {
                let open = file.cases.iter().filter(|case| case.answer.is_none());
                findings.extend(
                    open.map(|case| format!("{shown}: {:?} has no answer: cargo xtask record", case.name)),
                );
            }
        }
    }
    findings
}
