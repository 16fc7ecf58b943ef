//! `cargo xtask bench`: the comparisons of `benches/`, with the binary as it ships.

use std::path::PathBuf;

use crate::{Result, project, shell};

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only benches whose name contains this.
    filter: Option<String>,
    /// Rounds; each runs both sides once.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Where the test data is made, and removed when all is done.
    #[arg(long, default_value = "/tmp/mirage-bench")]
    data: PathBuf,
    /// Keep the raw results as `benches/results/DATE.json`.
    #[arg(long)]
    keep: bool,
}

pub fn run(arguments: &Arguments) -> Result {
    shell::run("cargo build --release --quiet -p mirage-cli -p mirage-benches")?;
    let target = project::target();
    let release = target.join("release");
    let mut line = format!(
        "{} --mirage {} --data {} --rounds {}",
        release.join("vs_gnu").display(),
        release.join("mirage").display(),
        arguments.data.display(),
        arguments.rounds,
    );
    if arguments.keep {
        let date = shell::output("date +%Y-%m-%d")?;
        line.push_str(&format!(" --results benches/results/{}.json", date.trim()));
    }
    if let Some(filter) = &arguments.filter {
        line.push_str(&format!(" {filter}"));
    }
    let measured = shell::run(&line);
    std::fs::remove_dir_all(&arguments.data)?;
    measured
}
