//! What the tests need of the system.

use std::path::Path;

use crate::{Result, project, shell};

/// Debian packages: real programs that tests compare with.
const DEBIAN: &[&str] = &["bash", "coreutils", "findutils", "grep", "sed", "util-linux"];

/// Debian packages: servers that resources are tested against, each started by the test itself.
const SERVERS: &[&str] = &["nginx-light", "python3", "redis-server"];

/// Python packages: servers that resources are tested against.
const PYTHON: &str = "crates/testkit/src/servers/requirements.txt";

/// Installs the packages that are missing; needs root for that, and nothing when all are there.
pub fn install() -> Result {
    install_debian(DEBIAN)?;
    install_debian(SERVERS)?;
    install_python()
}

/// Below the target directory, once for each state of the list.
fn install_python() -> Result {
    let folder = project::target().join("services/python");
    let wanted = std::fs::read_to_string(project::root().join(PYTHON))?;
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let program = |name: &str| -> String { folder.join("bin").join(Path::new(name)).display().to_string() };
    let make = format!("python3 -m venv {}", folder.display());
    if !shell::succeeds(&make) {
        // Debian's Python comes without it.
        install_debian(&["python3", "python3-venv"])?;
        shell::run(&make)?;
    }
    let line =
        format!("{} install --quiet --disable-pip-version-check --no-deps -r {PYTHON}", program("pip"));
    shell::run(&line)?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

fn install_debian(packages: &[&str]) -> Result {
    let missing: Vec<&str> = packages
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
    // In run level 1 a package starts no service of its own.
    shell::run_with(&line, &[("DEBIAN_FRONTEND", "noninteractive"), ("RUNLEVEL", "1")])
}
