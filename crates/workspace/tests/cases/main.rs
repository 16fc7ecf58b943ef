//! Every recorded case, replayed in memory and on disk: `cargo nextest run -p mirage 'ram cat:'`; and, with failing
//! operations or cancelled between two of them, in memory again: `'faults cat:'`, `'whole cat:'`.
#![allow(clippy::disallowed_methods, reason = "makes and reads the files of cases on the disk")]

mod disk;
mod faults;
mod files;
mod memory;
mod whole;

use std::fs;
use std::path::{Path as HostPath, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mirage::{ExecuteOptions, Input, Outcome, Workspace};
use mirage_testkit::cases::{Answer, Case, Files, replay};

/// The working directory of every case.
const DIRECTORY: &str = "/tmp/case";

/// Far longer than any case takes: a hang is then a difference of status, not of the whole run.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let root = HostPath::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = fs::canonicalize(root).unwrap_or_else(|_| PathBuf::from("."));
    replay(
        &root,
        vec![Arc::new(memory::InMemory), Arc::new(disk::OnDisk)],
        vec![Arc::new(faults::EachOperationFails), Arc::new(whole::NoHalves)],
    )
    .exit_code()
}

fn workspace(builder: mirage::Builder) -> Result<Workspace, String> {
    builder.build().map_err(|error| format!("{error:?}"))
}

fn options(case: &Case) -> ExecuteOptions {
    ExecuteOptions {
        cwd: Some(DIRECTORY.into()),
        stdin: Input::Bytes(case.stdin.clone().into()),
        timeout: Some(PATIENCE),
        ..ExecuteOptions::default()
    }
}

fn answer(outcome: Outcome, case: &Case, left: &Files) -> Answer {
    Answer {
        status: outcome.exit_code,
        stdout: outcome.stdout.into(),
        stderr: outcome.stderr.into(),
        left: Answer::changes(&case.files, left),
    }
}
