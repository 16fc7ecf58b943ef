//! Real bash with the real tools, in the world that a line of ours sees: the same user, environment, directories.
//!
//! Each run has namespaces of its own, made with `unshare`: `/tmp/case` is its scratch folder, `/home/user` is empty,
//! the host is called `mirage` and user 1000 is `user`. That needs root; nothing outside the scratch folder is written.

mod files;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

pub use files::{START_TIME, make_files, read_files};

use crate::cases::{Answer, Case};

/// What is bound into the namespaces, then the script as an ordinary user.
const WORLD: &str = include_str!("world.sh");

/// How long a script may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs cases in scratch folders below one directory.
pub struct Oracle {
    scratch: PathBuf,
}

impl Oracle {
    /// An oracle with its scratch folders below `scratch`, which is made; not below `/tmp`, which a run cannot see.
    pub fn new(scratch: &Path) -> io::Result<Oracle> {
        fs::create_dir_all(scratch)?;
        Ok(Oracle { scratch: scratch.canonicalize()? })
    }

    /// Runs a case and tells what it did.
    pub fn run(&self, case: &Case) -> io::Result<Answer> {
        let directory = self.scratch.join(format!("case-{}", std::process::id()));
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir(&directory)?;
        make_files(&directory, &case.files)?;
        let before = read_files(&directory)?;
        let mut child = Command::new("unshare")
            .args(["--mount", "--uts", "--fork", "--kill-child", "bash", "-c", WORLD, "world"])
            .arg(&directory)
            .arg(std::ffi::OsStr::new(std::str::from_utf8(&case.script).map_err(io::Error::other)?))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (status, stdout, stderr) = finish(&mut child, &case.stdin)?;
        let after = read_files(&directory)?;
        fs::remove_dir_all(&directory)?;
        Ok(Answer { status, stdout, stderr, left: Answer::changes(&before, &after) })
    }
}

fn finish(child: &mut Child, stdin: &[u8]) -> io::Result<(u8, Vec<u8>, Vec<u8>)> {
    let feed = child.stdin.take().map(|mut pipe| {
        let stdin = stdin.to_vec();
        // A script that does not read its input closes the pipe early.
        thread::spawn(move || drop(pipe.write_all(&stdin)))
    });
    let stdout = child.stdout.take().map(read_all);
    let stderr = child.stderr.take().map(read_all);
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the script did not end"));
        }
        thread::sleep(Duration::from_millis(2));
    };
    let join = |reader: Option<thread::JoinHandle<io::Result<Vec<u8>>>>| match reader
        .map(thread::JoinHandle::join)
    {
        Some(Ok(bytes)) => bytes,
        _ => Ok(Vec::new()),
    };
    drop(feed.map(thread::JoinHandle::join));
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    let code = code.ok_or_else(|| io::Error::other("the shell was killed by a signal"))?;
    Ok((code, join(stdout)?, join(stderr)?))
}

fn read_all(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}
