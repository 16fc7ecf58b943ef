//! How long others wait.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use mirage::{ExecuteOptions, Limits, Workspace};
use mirage_native::NativeHost;

/// How long a hostile line may go on.
const LONG_ENOUGH: Duration = Duration::from_millis(500);

/// The longest that an `echo` of another session waits beside `line` on the same thread.
pub fn longest_wait(line: &str) -> Result<Duration, Box<dyn Error>> {
    let host = Arc::new(NativeHost::new());
    let limits = Limits { memory: 64_000_000, jobs: 64, ..Limits::default() };
    let workspace = Workspace::builder(host.clone()).limits(limits).build()?;
    let (hostile, other) = (workspace.session("hostile"), workspace.session("other"));
    let options = ExecuteOptions { timeout: Some(LONG_ENOUGH), ..ExecuteOptions::default() };
    Ok(host.block_on(async {
        let mut hostile = Box::pin(hostile.execute(line, options));
        let mut longest = Duration::ZERO;
        loop {
            let asked = Instant::now();
            let echo = Box::pin(other.execute("echo here", ExecuteOptions::default()));
            match select(hostile, echo).await {
                Either::Left((_, echo)) => {
                    echo.await;
                    return longest.max(asked.elapsed());
                }
                Either::Right((_, rest)) => hostile = rest,
            }
            longest = longest.max(asked.elapsed());
        }
    }))
}
