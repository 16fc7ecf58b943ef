//! bash's own tests, run by real bash and by the product.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mirage_testkit::cases::{Case, Content, Files};
use mirage_testkit::oracle::{Oracle, make_files};

use super::compare::{self, Compared};
use super::programs;
use crate::{Result, project};

/// Seconds that the product has for a test.
const PATIENCE: u64 = 20;

/// A test's result.
pub struct Tested {
    pub name: String,
    pub compared: Compared,
}

/// Runs the tests whose names contain `filter`.
pub fn run(tests: &Path, filter: Option<&str>, show: bool) -> Result<Vec<Tested>> {
    let scratch = project::target().join("conformance-run");
    let oracle = Oracle::new(&scratch)?;
    let files = files_of(tests)?;
    let mut tested = Vec::new();
    for name in names(tests)? {
        if filter.is_some_and(|filter| !name.contains(filter)) {
            continue;
        }
        let case = case(&name, &files);
        let asked = oracle.run(&case).and_then(|first| Ok((first, oracle.run(&case)?)));
        let compared = match asked {
            // It waits for a terminal, or kills what runs it.
            Err(_) => Compared::unknown(),
            Ok((first, second)) if first.stdout != second.stdout => Compared::unknown(),
            Ok((answer, _)) => {
                let ours = run_ours(&case, &scratch.join("ours"))?;
                if show {
                    compare::show(&name, &answer.stdout, ours.as_deref());
                }
                compare::compare(&answer.stdout, ours.as_deref())
            }
        };
        eprintln!("{name}: {}", compared.class);
        tested.push(Tested { name, compared });
    }
    Ok(tested)
}

/// The scripts that bash's drivers run: each has an answer beside it.
fn names(tests: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(tests)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".tests") || name == "dollar-at-star")
        .collect();
    names.sort();
    Ok(names)
}

/// Everything in the folder: tests read and run each other.
fn files_of(tests: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(tests.join(&folder))?.flatten() {
            let path = folder.join(entry.file_name());
            match entry.file_type()?.is_dir() {
                true => folders.push(path),
                false => {
                    files.insert(path.display().to_string(), Content::File(fs::read(entry.path())?));
                }
            }
        }
    }
    programs::add_to(&mut files);
    Ok(files)
}

fn case(name: &str, files: &Files) -> Case {
    let script = format!(
        "chmod +x recho zecho printenv\nexport PATH=.:$PATH THIS_SH=/bin/bash BUILD_DIR=/tmp TMPDIR=/tmp\n\
         mkdir -p /tmp; $THIS_SH ./{name} </dev/null 2>&1\n"
    );
    Case {
        name: name.into(),
        files: files.clone(),
        stdin: Vec::new(),
        script: script.into_bytes(),
        answer: None,
        reason: None,
        known_failure: None,
    }
}

/// What the product prints; none when it does not end in time.
fn run_ours(case: &Case, directory: &Path) -> Result<Option<Vec<u8>>> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir(directory)?;
    make_files(directory, &case.files)?;
    let printed = directory.with_extension("out");
    let mut child = Command::new(project::target().join("debug/mirage"))
        .arg("run")
        .arg("-m")
        .arg(format!("/tmp/case={},mode=exec", directory.display()))
        .args(["-C", "/tmp/case", "--max-seconds", &PATIENCE.to_string(), "-c"])
        .arg(String::from_utf8_lossy(&case.script).into_owned())
        .env_clear()
        .stdin(Stdio::null())
        .stdout(fs::File::create(&printed)?)
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > Duration::from_secs(PATIENCE + 5) {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let in_time = status.is_some_and(|status| status.code() != Some(124));
    Ok(in_time.then_some(fs::read(printed)?))
}
