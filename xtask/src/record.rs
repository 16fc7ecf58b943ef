//! `cargo xtask record`: answers for cases, from bash and the GNU tools.

use std::fs;
use std::path::{Path, PathBuf};

use mirage_testkit::cases::{CaseFile, find_files};
use mirage_testkit::oracle::Oracle;

use crate::{Result, project};

/// What to record.
#[derive(clap::Args)]
pub struct Arguments {
    /// Files of cases; all of the project's when none is named.
    files: Vec<PathBuf>,
    /// Ask again where there is an answer already (never where it carries a reason).
    #[arg(long)]
    all: bool,
    /// Only say what differs from the answers there are; with --all.
    #[arg(long, requires = "all")]
    check: bool,
}

pub fn run(arguments: &Arguments) -> Result {
    let oracle = Oracle::new(&project::target().join("record"))?;
    let files = match arguments.files.is_empty() {
        true => find_files(&project::root())?,
        false => arguments.files.clone(),
    };
    let mut troubles = 0;
    for path in files {
        troubles += record_file(&oracle, &path, arguments)
            .map_err(|error| format!("{}: {error}", project::shown(&path)))?;
    }
    match troubles {
        0 => Ok(()),
        _ => Err(format!("{troubles} cases need a look").into()),
    }
}

fn record_file(oracle: &Oracle, path: &Path, arguments: &Arguments) -> Result<usize> {
    let mut file = CaseFile::parse(fs::read_to_string(path)?)?;
    let (mut recorded, mut troubles) = (0, 0);
    for number in 0..file.cases.len() {
        let case = &file.cases[number];
        let wanted = case.reason.is_none() && (arguments.all || case.answer.is_none());
        if !wanted {
            continue;
        }
        let trouble = |what: &str| println!("{}: {}: {what}", project::shown(path), case.name);
        let answer = match oracle.run(case) {
            Ok(answer) => answer,
            Err(error) => {
                trouble(&error.to_string());
                troubles += 1;
                continue;
            }
        };
        // An answer that is not the same twice (a time, a process number, a random order) is none.
        if oracle.run(case)? != answer {
            trouble("answers differ from run to run");
            troubles += 1;
        } else if case.answer.as_ref() != Some(&answer) {
            match arguments.check {
                true => {
                    trouble("the recorded answer is not what the oracle says");
                    troubles += 1;
                }
                false => {
                    file = file.with_answer(number, &answer)?;
                    recorded += 1;
                }
            }
        }
    }
    if recorded > 0 {
        fs::write(path, file.text())?;
    }
    println!("{}: {recorded} of {} recorded", project::shown(path), file.cases.len());
    Ok(troubles)
}
