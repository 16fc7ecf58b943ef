//! Whole processes: one run of one side.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use wait4::Wait4;

use crate::data::Data;

/// What a run cost, children included.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// User and system time in milliseconds.
    pub cpu_ms: f64,
    /// Peak resident memory of the largest process in megabytes of 10^6 bytes.
    pub peak_mb: f64,
}

/// The binary under test, with the data as a read-only disk mount.
pub fn ours(mirage: &Path, line: &str, data: &Data) -> io::Result<Cost> {
    let mut command = Command::new(mirage);
    let mount = format!("/data={}", data.folder.display());
    command.args(["run", "-m", &mount, "-C", "/data", "-e", "LC_ALL=C", "-c", line]);
    measure(command, line, data)
}

/// bash with the real tools, in the folder of the data.
pub fn theirs(line: &str, data: &Data) -> io::Result<Cost> {
    let mut command = Command::new("bash");
    command.args(["-c", line]).current_dir(&data.folder);
    measure(command, line, data)
}

/// Runs `command` once; a status other than 0 is an error, since what fails costs nothing.
fn measure(mut command: Command, line: &str, data: &Data) -> io::Result<Cost> {
    // Not the null device, which makes some of the real tools stop early.
    let output = File::create(data.folder.join("output"))?;
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(output);
    let used = command.spawn()?.wait4()?;
    if !used.status.success() {
        return Err(io::Error::other(format!("{:?}: {line}: {}", command.get_program(), used.status)));
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Cost { cpu_ms: cpu.as_secs_f64() * 1000.0, peak_mb: used.rusage.maxrss as f64 / 1e6 })
}
