//! One run of one side.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use wait4::Wait4;

use crate::data::Data;
use crate::table::Bench;

/// Who runs the line.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    /// The binary under test, with the data as a read-only disk mount.
    Ours,
    /// bash with the real tools.
    Theirs,
}

/// What a run cost, children included.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Measured {
    /// User and system time in milliseconds.
    pub cpu_ms: f64,
    /// Peak resident memory of the largest process in megabytes of 10^6 bytes.
    pub peak_mb: f64,
}

impl Measured {
    /// The smaller of each figure.
    pub fn better(self, other: Measured) -> Measured {
        Measured { cpu_ms: self.cpu_ms.min(other.cpu_ms), peak_mb: self.peak_mb.min(other.peak_mb) }
    }
}

/// Runs `bench` once; a status other than 0 is an error, since what fails costs nothing.
pub fn run(side: Side, bench: &Bench, mirage: &Path, data: &Data) -> io::Result<Measured> {
    let mut command = match side {
        Side::Ours => {
            let mut command = Command::new(mirage);
            let mount = format!("/data={}", data.folder.display());
            command.args(["run", "-m", &mount, "-C", "/data", "-e", "LC_ALL=C", "-c", bench.line]);
            command
        }
        Side::Theirs => {
            let mut command = Command::new("bash");
            command.args(["-c", bench.line]).current_dir(&data.folder).env("LC_ALL", "C");
            command
        }
    };
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    if !used.status.success() {
        return Err(io::Error::other(format!("{:?}: {}: {}", side, bench.line, used.status)));
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Measured { cpu_ms: cpu.as_secs_f64() * 1000.0, peak_mb: used.rusage.maxrss as f64 / 1e6 })
}
