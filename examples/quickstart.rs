//! A directory of this machine and memory as one filesystem, and a line of bash over both.
//!
//!     cargo run -p mirage --example quickstart
#![allow(clippy::print_stdout, reason = "an example shows what it got")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use mirage::resources::disk::Disk;
use mirage::{ExecuteOptions, Mode, Ram, Workspace};
use mirage_native::NativeHost;

fn main() -> Result<(), Box<dyn Error>> {
    let host = Arc::new(NativeHost::new());
    let workspace = Workspace::builder(host.clone())
        .mount("/repo", Disk::open(Path::new("."))?, Mode::Read)
        .mount("/data", Ram::default(), Mode::Write)
        .build()?;

    let line =
        "find /repo/crates -name '*.rs' | xargs wc -l | sort -rn > /data/longest; head -n 4 /data/longest";
    let outcome = host.block_on(workspace.execute(line, ExecuteOptions::default()));

    print!("{}", outcome.text());
    println!("status {}, {} bytes read", outcome.exit_code, outcome.mounts["/repo"].bytes_read);
    Ok(())
}
