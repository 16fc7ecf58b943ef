//! What a line costs.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mirage::config::{Config, Nothing};
use mirage::{ExecuteOptions, Workspace};
use mirage_native::NativeHost;
use rustix::time::{ClockId, clock_gettime};

/// A workspace with the data on disk and in memory.
pub struct Lines {
    host: Arc<NativeHost>,
    workspace: Workspace,
}

impl Lines {
    /// Copies `data` into memory.
    pub fn new(data: &Path) -> Result<Lines, Box<dyn Error>> {
        let host = Arc::new(NativeHost::new());
        let mut config = Config::default();
        config.mount(&format!("/data={}", data.display()), Path::new("/"), &Nothing)?;
        config.mount("/ram=ram", Path::new("/"), &Nothing)?;
        let workspace = Workspace::builder(host.clone()).config(config).build()?;
        let lines = Lines { host, workspace };
        lines.run("disk", "cd /data; export LC_ALL=C")?;
        lines.run("ram", "cp -r /data/* /ram; cd /ram; export LC_ALL=C")?;
        lines.run("full", "for i in {1..2000}; do declare \"variable$i=value $i\"; done")?;
        Ok(lines)
    }

    /// CPU time of `line`, the mean of `turns` runs.
    pub fn cost(&self, session: &str, turns: u32, line: &str) -> Result<Duration, Box<dyn Error>> {
        let before = cpu();
        for _ in 0..turns {
            self.run(session, line)?;
        }
        Ok((cpu() - before) / turns.max(1))
    }

    /// Runs a line; one that fails costs nothing, and is an error.
    fn run(&self, session: &str, line: &str) -> Result<(), Box<dyn Error>> {
        let session = self.workspace.session(session);
        let outcome = self.host.block_on(session.execute(line, ExecuteOptions::default()));
        match outcome.exit_code {
            0 => Ok(()),
            status => {
                let stderr = String::from_utf8_lossy(&outcome.stderr);
                Err(format!("{line}: status {status}: {stderr}").into())
            }
        }
    }
}

/// CPU time of this process so far.
fn cpu() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec.unsigned_abs(), u32::try_from(spent.tv_nsec).unwrap_or(0))
}
