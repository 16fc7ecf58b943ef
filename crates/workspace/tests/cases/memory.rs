//! Cases in memory.

use std::sync::Arc;

use mirage::{DynResource, ExecuteOptions, Host, Mode, Outcome, Ram, RamOptions, Workspace};
use mirage_native::NativeHost;
use mirage_testkit::cases::{Answer, Case, Driver, Files};
use mirage_vfs::tree::View;
use mirage_vfs::{Call, Cancellation, Owner, Path};

use crate::files::{collect, fill};
use crate::{DIRECTORY, answer, options, workspace};

/// Replays a case on a mount in memory.
pub(crate) struct InMemory;

impl Driver for InMemory {
    fn name(&self) -> &str {
        "ram"
    }

    fn run(&self, case: &Case) -> Result<Answer, String> {
        let (outcome, left) = run(case, options(case), |ram| Arc::new(ram), || ())?;
        Ok(answer(outcome, case, &left))
    }
}

/// Runs a case on memory as `layered` shows it; `start` is called when its files are there. Answers with the files left.
pub(crate) fn run(
    case: &Case,
    options: ExecuteOptions,
    layered: impl FnOnce(Ram) -> Arc<dyn DynResource>,
    start: impl FnOnce(),
) -> Result<(Outcome, Files), String> {
    let host = Arc::new(NativeHost::new());
    let uid = host.facts().uid;
    let owner = Owner { user: uid, group: uid };
    let ram = Ram::new(RamOptions { limit: None, owner, created: host.now() });
    let shown = layered(ram.clone());
    host.block_on(async {
        let plain = workspace(Workspace::builder(host.clone()).mount(DIRECTORY, ram, Mode::Exec))?;
        let call = Call::new(host.clone(), Cancellation::default());
        let view = View::new(plain.tree().clone(), call, Path::from(DIRECTORY), 0o022);
        fill(&view, &case.files).await.map_err(|error| format!("{error:?}"))?;
        let workspace =
            workspace(Workspace::builder(host.clone()).mount_shared(DIRECTORY, shown, Mode::Exec))?;
        start();
        let outcome = workspace.execute(&case.script, options).await;
        let mut left = Files::new();
        collect(&view, Vec::new(), &mut left).await.map_err(|error| format!("{error:?}"))?;
        Ok((outcome, left))
    })
}
