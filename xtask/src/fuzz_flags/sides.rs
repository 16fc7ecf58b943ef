//! Running a batch on the product, and reading what its lines did.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mirage_testkit::cases::{Answer, Case, Content};
use mirage_testkit::oracle::{make_files, read_files};

use crate::{Result, project};

/// Far longer than a batch takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a line did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    status: Vec<u8>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The files that it changed.
    left: BTreeMap<String, Option<Content>>,
}

impl Outcome {
    /// For people.
    pub fn shown(&self) -> String {
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let mut shown = format!("status {}\n", text(self.status.trim_ascii_end()));
        for (name, bytes) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !bytes.is_empty() {
                shown.push_str(&format!("{name} {}\n", text(bytes)));
            }
        }
        for (path, content) in &self.left {
            let content = match content {
                None => "gone".to_owned(),
                Some(Content::File(bytes)) => text(bytes),
                Some(other) => format!("{other:?}"),
            };
            shown.push_str(&format!("left {path} {content}\n"));
        }
        shown
    }
}

/// What each of the `count` lines of a batch did.
pub fn outcomes(answer: &Answer, count: usize) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::default(); count];
    for (path, content) in &answer.left {
        let parsed = path
            .split_once(['.', '/'])
            .and_then(|(number, rest)| Some((number.parse::<usize>().ok()?, rest)));
        let Some((at, rest)) = parsed.filter(|(at, _)| *at < count) else { continue };
        let outcome = &mut outcomes[at];
        let is_inside = path.as_bytes().get(path.len() - rest.len() - 1) == Some(&b'/');
        match (content, rest) {
            (Some(Content::File(bytes)), "out") if !is_inside => outcome.stdout = bytes.clone(),
            (Some(Content::File(bytes)), "err") if !is_inside => outcome.stderr = bytes.clone(),
            (Some(Content::File(bytes)), "status") if !is_inside => outcome.status = bytes.clone(),
            (content, rest) => drop(outcome.left.insert(rest.to_owned(), content.clone())),
        }
    }
    outcomes
}

/// The built binary, over a directory of the disk.
pub struct Product {
    binary: PathBuf,
    scratch: PathBuf,
}

impl Product {
    pub fn new(scratch: &Path) -> Result<Product> {
        let binary = project::target().join("debug/mirage");
        Ok(Product { binary, scratch: scratch.canonicalize()? })
    }

    /// Runs a case in `/tmp/case`, which is a mount of the disk.
    pub fn run(&self, case: &Case) -> Result<Answer> {
        let directory = self.scratch.join(format!("ours-{}", std::process::id()));
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir(&directory)?;
        make_files(&directory, &case.files)?;
        let script = std::str::from_utf8(&case.script)?;
        let mut child = Command::new(&self.binary)
            .args(["run", "-C", "/tmp/case", "-m"])
            .arg(format!("/tmp/case={},mode=exec", directory.display()))
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let start = Instant::now();
        while child.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                println!("the product did not end within {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        if said.contains("panicked") {
            println!("{said}");
        }
        let after = read_files(&directory)?;
        fs::remove_dir_all(&directory)?;
        Ok(Answer { left: Answer::changes(&case.files, &after), ..Answer::default() })
    }
}
