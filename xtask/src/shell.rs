//! Starting other programs.

use std::process::Command;

use crate::{Result, project};

/// Runs `line`, split at blanks, in the project's root and shows what it prints. A status other than 0 is an error.
pub fn run(line: &str) -> Result {
    run_with(line, &[])
}

/// As [`run`], with more of the environment.
pub fn run_with(line: &str, environment: &[(&str, &str)]) -> Result {
    println!("$ {line}");
    let mut words = line.split_whitespace();
    let program = words.next().ok_or("nothing to run")?;
    let status = Command::new(program)
        .args(words)
        .envs(environment.iter().copied())
        .current_dir(project::root())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{line}: {status}").into()),
    }
}

/// Whether `line` can be run and ends with status 0; what it prints is not shown.
pub fn succeeds(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let Some(program) = words.next() else { return false };
    let output = Command::new(program).args(words).current_dir(project::root()).output();
    output.is_ok_and(|output| output.status.success())
}

/// What `line` prints on its standard output.
pub fn output(line: &str) -> Result<String> {
    let mut words = line.split_whitespace();
    let program = words.next().ok_or("nothing to run")?;
    let output = Command::new(program).args(words).current_dir(project::root()).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{line}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}
