//! Recorded cases run as tests: each case is a test of its own to the runner.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use super::{Answer, Case, CaseFile, find_files};

/// Runs a case on the product: made by each front end, once per kind of mount it is run on.
pub trait Driver: Send + Sync + 'static {
    /// What stands in front of the names of its tests: `ram`, `disk`, `cli`.
    fn name(&self) -> &str;

    /// Makes the case's files in a fresh working directory `/tmp/case`, runs its script as `bash -c` would, and tells
    /// what it did. An error is about the set-up, not about the script.
    fn run(&self, case: &Case) -> Result<Answer, String>;
}

/// What holds for every case, whatever its answer is.
pub trait Property: Send + Sync + 'static {
    /// What stands in front of the names of its tests.
    fn name(&self) -> &str;

    /// Whether it can be asked of this case.
    fn applies(&self, case: &Case) -> bool;

    /// Checks it; an error says what was found instead.
    fn check(&self, case: &Case) -> Result<(), String>;
}

/// Runs every answered case below the project's `root` on each driver, and checks each property on it, as the arguments
/// of the test binary select.
pub fn replay(root: &Path, drivers: Vec<Arc<dyn Driver>>, properties: Vec<Arc<dyn Property>>) -> Conclusion {
    let arguments = Arguments::from_args();
    let files = find_files(root).unwrap_or_default();
    let mut trials = Vec::new();
    for path in files {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let topic = topic(&shown);
        // A runner that starts a process per test asks for one: the other files need not be read for it.
        let only = arguments.filter.as_ref().filter(|_| arguments.exact);
        if only.is_some_and(|name| !name.contains(&format!(" {topic}: "))) {
            continue;
        }
        match std::fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| CaseFile::parse(text).map_err(|error| error.to_string()))
        {
            Err(error) => {
                trials.push(Trial::test(format!("cases {topic}: well formed"), move || Err(error.into())))
            }
            Ok(file) => {
                for driver in &drivers {
                    trials.extend(file.cases.iter().map(|case| trial(driver.clone(), &topic, case.clone())));
                }
                for property in &properties {
                    let cases = file.cases.iter().filter(|case| property.applies(case));
                    trials.extend(cases.map(|case| property_trial(property.clone(), &topic, case.clone())));
                }
            }
        }
    }
    libtest_mimic::run(&arguments, trials)
}

/// `crates/commands/src/cat/cases.yaml` is `cat`, `tests/language/arrays.yaml` is `language/arrays`.
fn topic(path: &str) -> String {
    let path = path.strip_suffix(".yaml").unwrap_or(path);
    let path =
        path.strip_prefix("crates/commands/src/").or_else(|| path.strip_prefix("tests/")).unwrap_or(path);
    path.strip_suffix("/cases").unwrap_or(path).to_owned()
}

fn trial(driver: Arc<dyn Driver>, topic: &str, case: Case) -> Trial {
    let name = format!("{} {topic}: {}", driver.name(), case.name);
    Trial::test(name, move || {
        let Some(expected) = &case.answer else {
            return Err("no answer is recorded: cargo xtask record".into());
        };
        let answer = driver.run(&case)?;
        match (&case.known_failure, answer == *expected) {
            (None, true) => Ok(()),
            (None, false) => Err(Failed::from(difference(&case, expected, &answer))),
            (Some(_), false) => Ok(()),
            (Some(reason), true) => Err(format!("passes now; it was known to fail: {reason}").into()),
        }
    })
}

fn property_trial(property: Arc<dyn Property>, topic: &str, case: Case) -> Trial {
    let name = format!("{} {topic}: {}", property.name(), case.name);
    Trial::test(name, move || {
        property.check(&case).map_err(|found| format!("script:\n{}{found}", indented(&case.script)).into())
    })
}

fn difference(case: &Case, expected: &Answer, answer: &Answer) -> String {
    let mut text = format!("script:\n{}", indented(&case.script));
    if expected.status != answer.status {
        text.push_str(&format!("status: expected {}, got {}\n", expected.status, answer.status));
    }
    for (name, expected, got) in
        [("stdout", &expected.stdout, &answer.stdout), ("stderr", &expected.stderr, &answer.stderr)]
    {
        if expected != got {
            text.push_str(&format!("{name}: expected\n{}got\n{}", indented(expected), indented(got)));
        }
    }
    if expected.left != answer.left {
        text.push_str(&format!("left: expected {:?}\ngot {:?}\n", expected.left, answer.left));
    }
    text
}

/// Lines as they can be read in a report: what is not printable escaped.
fn indented(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let (line, end) = line.strip_suffix(b"\n").map_or((line, "\\\n"), |line| (line, "\n"));
        text.push_str("    ");
        for chunk in line.utf8_chunks() {
            text.extend(chunk.valid().chars().flat_map(|c| match c.is_control() {
                true => c.escape_default().collect::<Vec<char>>(),
                false => vec![c],
            }));
            text.push_str(&chunk.invalid().escape_ascii().to_string());
        }
        text.push_str(end);
    }
    text
}
