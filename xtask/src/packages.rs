//! What the tests need of the system.

use crate::{Result, shell};

/// Debian packages: real programs that tests compare with.
const DEBIAN: &[&str] = &["bash", "coreutils", "findutils", "grep", "sed", "util-linux"];

/// Installs the packages that are missing; needs root for that, and nothing when all are there.
pub fn install() -> Result {
    let missing: Vec<&str> = DEBIAN
        .iter()
        .copied()
        .filter(|package| !shell::succeeds(&format!("dpkg-query --status {package}")))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::succeeds("apt-get --version") {
        println!("not a Debian system: expecting to find {}", missing.join(" "));
        return Ok(());
    }
    shell::run_with("apt-get update --quiet", &[])?;
    let line = format!("apt-get install --yes --quiet --no-install-recommends {}", missing.join(" "));
    shell::run_with(&line, &[("DEBIAN_FRONTEND", "noninteractive")])
}
