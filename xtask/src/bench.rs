//! `cargo xtask bench`: the comparisons of `benches/`, with the binary as it ships.

use std::path::PathBuf;

use crate::{Result, project, shell};

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only rows whose line contains this; the page is written when all are measured.
    filter: Option<String>,
    /// Where the test data is made, and removed when all is done.
    #[arg(long, default_value = "/tmp/mirage-bench")]
    data: PathBuf,
    /// Leave the test data for the next time.
    #[arg(long)]
    keep_data: bool,
}

pub fn run(arguments: &Arguments) -> Result {
    shell::run("cargo build --release --quiet -p mirage-cli -p mirage-benches")?;
    let release = project::target().join("release").display().to_string();
    let version = shell::output("git describe --always --dirty --abbrev=9 --exclude=*")?;
    let data = arguments.data.display();
    let mut line = format!(
        "{release}/benches --mirage {release}/mirage --facade {release}/facade --data {data} --version {}",
        version.trim(),
    );
    match &arguments.filter {
        Some(filter) => line.push_str(&format!(" {filter}")),
        None => line.push_str(" --page docs/benchmarks.md"),
    }
    let measured = shell::run(&line);
    if !arguments.keep_data {
        std::fs::remove_dir_all(&arguments.data)?;
    }
    measured
}
