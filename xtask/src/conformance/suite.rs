//! Cases that others wrote: one JSON object a line.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io::Write};

use serde::Deserialize;

use crate::{Result, project};

/// A case with what bash answered.
#[derive(Deserialize)]
struct Foreign {
    id: String,
    category: String,
    #[serde(default)]
    setup: BTreeMap<String, String>,
    script: String,
    stdout: String,
    #[serde(default)]
    stderr: String,
    exit: i32,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    cases: usize,
    same: usize,
    /// Those whose messages are the same too.
    messages: usize,
}

/// Runs the cases whose id contains `filter` and prints the rates by category.
pub fn run(path: &Path, filter: Option<&str>, show: bool) -> Result {
    let scratch = project::target().join("conformance-suite");
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let case: Foreign = serde_json::from_str(line)?;
        if filter.is_some_and(|filter| !case.id.contains(filter)) {
            continue;
        }
        let (status, stdout, stderr) = answer(&case, &scratch)?;
        let same = stdout == case.stdout && status == case.exit;
        let messages = same && stderr.trim_end() == case.stderr.trim_end();
        if show && !messages {
            println!(
                "{}\n{}\n- {} {:?} {:?}\n+ {status} {stdout:?} {stderr:?}\n",
                case.id, case.script, case.exit, case.stdout, case.stderr
            );
        }
        for name in [case.category.as_str(), "all"] {
            let count = counts.entry(name.into()).or_default();
            count.cases += 1;
            count.same += usize::from(same);
            count.messages += usize::from(messages);
        }
    }
    for (category, count) in &counts {
        let rate = |part: usize| 100.0 * part as f64 / count.cases.max(1) as f64;
        println!(
            "{category:24} {:5} cases {:6.1} % same, {:6.1} % with messages",
            count.cases,
            rate(count.same),
            rate(count.messages)
        );
    }
    Ok(())
}

fn answer(case: &Foreign, scratch: &Path) -> Result<(i32, String, String)> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    fs::create_dir_all(scratch)?;
    for (path, content) in &case.setup {
        let path = scratch.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::File::create(path)?.write_all(content.as_bytes())?;
    }
    let output = Command::new(project::target().join("debug/mirage"))
        .args(["run", "--max-seconds", "20", "-m"])
        .arg(format!("/data={},mode=exec", scratch.display()))
        .arg("-c")
        .arg(format!("cd /data\n{}", case.script))
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told: Vec<String> = text(&output.stderr)
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("mirage: hint:"))
        .map(str::to_owned)
        .collect();
    Ok((output.status.code().unwrap_or(-1), text(&output.stdout), told.concat()))
}
