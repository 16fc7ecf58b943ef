//! The tool that an agent's loop calls: one session that remembers where it is, limits on every call, and an answer as
//! JSON. Reads a line of bash per line of standard input.
//!
//!     printf 'cd /tmp\necho hi > note\nls -l\n' | cargo run -p mirage --example agent_tool
#![allow(clippy::print_stdout, reason = "an example shows what it got")]

use std::error::Error;
use std::io::stdin;
use std::sync::Arc;
use std::time::Duration;

use mirage::{ExecuteOptions, Limits, Workspace};
use mirage_native::NativeHost;

fn main() -> Result<(), Box<dyn Error>> {
    let host = Arc::new(NativeHost::new());
    let limits = Limits { memory: 64_000_000, output: Some(100_000), ..Limits::default() };
    let workspace = Workspace::builder(host.clone()).limits(limits).env("AGENT", "example").build()?;
    let session = workspace.session("agent-1");

    for line in stdin().lines() {
        let options = ExecuteOptions { timeout: Some(Duration::from_secs(30)), ..ExecuteOptions::default() };
        let outcome = host.block_on(session.execute(line?, options));
        println!("{}", serde_json::to_string_pretty(&outcome)?);
    }
    Ok(())
}
