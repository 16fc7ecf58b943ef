//! One run of one side.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use wait4::Wait4;

use crate::data::Data;

/// Who runs the line.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    /// The binary under test.
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

/// Where our side finds the data.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the folder, as a read-only disk mount.
    Disk,
    /// In memory: what this names is copied there first, which costs what the line `:` there costs.
    Ram(&'static str),
}

/// Runs `line` once; a status other than 0 is an error, since what fails costs nothing.
pub fn run(side: Side, line: &str, place: Place, mirage: &Path, data: &Data) -> io::Result<Measured> {
    let mut command = match (side, place) {
        (Side::Ours, Place::Disk) => ours(mirage, &[&format!("/data={}", data.folder.display())], line),
        (Side::Ours, Place::Ram(name)) => {
            let disk = format!("/disk={}", data.folder.display());
            ours(mirage, &[&disk, "/data=ram"], &format!("cp -r /disk/{name} /data && {line}"))
        }
        (Side::Theirs, _) => {
            let mut command = Command::new("bash");
            command.args(["-c", line]).current_dir(&data.folder);
            command
        }
    };
    // Not the null device, which makes some of the real tools stop early.
    let output = File::create(data.folder.join("output"))?;
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(output);
    let mut child = command.spawn()?;
    let used = child.wait4()?;
    if !used.status.success() {
        return Err(io::Error::other(format!("{side:?}: {line}: {}", used.status)));
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Measured { cpu_ms: cpu.as_secs_f64() * 1000.0, peak_mb: used.rusage.maxrss as f64 / 1e6 })
}

fn ours(mirage: &Path, mounts: &[&str], line: &str) -> Command {
    let mut command = Command::new(mirage);
    command.arg("run").args(mounts.iter().flat_map(|mount| ["-m", mount]));
    command.args(["-C", "/data", "-e", "LC_ALL=C", "-c", line]);
    command
}
