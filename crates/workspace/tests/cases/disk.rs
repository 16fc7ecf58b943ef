//! Cases on a directory of the machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use mirage::resources::disk::Disk;
use mirage::{Mode, Workspace};
use mirage_native::NativeHost;
use mirage_testkit::cases::{Answer, Case, Driver};
use mirage_testkit::oracle::{make_files, read_files};

use crate::{DIRECTORY, answer, options, workspace};

/// Replays a case on a disk mount.
pub(crate) struct OnDisk;

impl Driver for OnDisk {
    fn name(&self) -> &str {
        "disk"
    }

    fn run(&self, case: &Case) -> Result<Answer, String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        fs::set_permissions(scratch.path(), Permissions::from_mode(0o755))
            .map_err(|error| error.to_string())?;
        make_files(scratch.path(), &case.files).map_err(|error| error.to_string())?;
        let disk = Disk::open(scratch.path()).map_err(|error| error.to_string())?;
        let host = Arc::new(NativeHost::new());
        let outcome = host.block_on(async {
            let workspace = workspace(Workspace::builder(host.clone()).mount(DIRECTORY, disk, Mode::Exec))?;
            Ok::<_, String>(workspace.execute(&case.script, options(case)).await)
        })?;
        let left = read_files(scratch.path()).map_err(|error| error.to_string())?;
        Ok(answer(outcome, case, &left))
    }
}
