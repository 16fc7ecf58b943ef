//! Where the two sides work: the same deep path on both, as a user without privileges.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use rustix::fs::{Gid, Uid};
use rustix::process::geteuid;
use tempfile::TempDir;

/// Directories between the scratch directory and where the operations start: `..` never leaves it.
const DEPTH: usize = 20;

/// The user of a sequence when the tests run as root.
const UNPRIVILEGED: u32 = 1000;

pub(super) struct Sandbox {
    scratch: TempDir,
    base: PathBuf,
    spare: PathBuf,
}

impl Sandbox {
    pub fn new() -> Self {
        let scratch = tempfile::Builder::new().prefix("mirage-model-").tempdir().unwrap();
        let base = scratch.path().join("r/".repeat(DEPTH).trim_end_matches('/'));
        let spare = scratch.path().join("spare");
        fs::create_dir_all(&base).unwrap();
        fs::create_dir_all(&spare).unwrap();
        if geteuid().is_root() {
            own(scratch.path());
        }
        Sandbox { scratch, base, spare }
    }

    /// Where the host's operations start. Ours start at the same path.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// A directory that the resource may use.
    pub fn spare(&self) -> &Path {
        &self.spare
    }

    /// Runs `work` as a user whom permission bits bind, and tells it who that is.
    pub fn run_unprivileged<T: Send>(&self, work: impl FnOnce(u32) -> T + Send) -> T {
        let is_root = geteuid().is_root();
        // The mask is the process's; every sequence wants the same.
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
        let run = thread::scope(|scope| {
            scope
                .spawn(|| {
                    if is_root {
                        let (user, group) = (Uid::from_raw(UNPRIVILEGED), Gid::from_raw(UNPRIVILEGED));
                        rustix::thread::set_thread_groups(&[]).unwrap();
                        rustix::thread::set_thread_res_gid(group, group, group).unwrap();
                        rustix::thread::set_thread_res_uid(user, user, user).unwrap();
                    }
                    work(if is_root { UNPRIVILEGED } else { geteuid().as_raw() })
                })
                .join()
        });
        run.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        unlock(self.scratch.path());
    }
}

/// Gives a tree to the user of the sequences.
fn own(directory: &Path) {
    std::os::unix::fs::chown(directory, Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        own(&entry.unwrap().path());
    }
}

/// Makes a tree removable by its owner.
fn unlock(directory: &Path) {
    let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            unlock(&entry.path());
        }
    }
}
