//! The parts of the system that every tree has: they are found by name and listed in their parents, and recursive walks
//! that start above pass them by.

use std::sync::Arc;

use mirage_shell::command::Registry;
use mirage_vfs::tree::{Mode, Mount, Tree};
use mirage_vfs::{Attributes, Devices, Owner, Path, Ram, RamOptions, Result, Time};

/// Who owns the parts of the system.
pub(crate) const ROOT: Owner = Owner { user: 0, group: 0 };

/// Directories in which the commands are shown as programs.
const PROGRAM_DIRECTORIES: [&str; 2] = ["/bin", "/usr/bin"];

/// Names by which the shell finds itself.
const SHELLS: [&str; 2] = ["bash", "sh"];

/// What a program's file holds: commands are part of the shell, so there is nothing to read but that.
const PROGRAM_TEXT: &[u8] = b"a command of the shell: run it with --help to see what it does\n";

/// Mounts the parts of the system, unless something is mounted there already.
pub(crate) fn mount(tree: &Tree, registry: &Registry, now: Time) -> Result<()> {
    let programs = programs(registry, now)?;
    let taken: Vec<Path> = tree.mounts().into_iter().map(|mount| mount.path).collect();
    let free = |path: &Path| !taken.contains(path);
    for path in PROGRAM_DIRECTORIES.map(Path::from).into_iter().filter(free) {
        tree.mount(Mount::system(path, Arc::new(programs.clone()), Mode::Exec))?;
    }
    let devices = Path::from("/dev");
    match free(&devices) {
        true => tree.mount(Mount::system(devices, Arc::new(Devices::new()), Mode::Write)),
        false => Ok(()),
    }
}

/// Every command as an executable file.
fn programs(registry: &Registry, now: Time) -> Result<Ram> {
    let programs = Ram::new(RamOptions { limit: None, owner: ROOT, created: now });
    let attributes =
        Attributes { mode: Some(0o755), owner: Some(ROOT), modified: Some(now), accessed: Some(now) };
    for name in registry.names().into_iter().chain(SHELLS) {
        programs.add_file(&Path::root().join(name.as_bytes()), PROGRAM_TEXT, &attributes)?;
    }
    Ok(programs)
}
