//! The numbers of `docs/benchmarks.md`: the shipped binary beside bash and the real tools, and lines in one process.
//!
//! `cargo xtask bench` builds the release binary and runs this. Each row takes several rounds in which all sides take
//! turns, and the median of each side counts: what else runs on the machine meets all of them.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measuring program: it starts processes and prints a table"
)]

mod client;
mod data;
mod machine;
mod page;
mod process;
mod report;
mod rounds;
mod rows;
mod sections;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;

/// Measures the rows of the page of benchmarks.
#[derive(Parser)]
struct Arguments {
    /// Only rows whose name or line contains this.
    filter: Option<String>,
    /// The binary to measure.
    #[arg(long)]
    mirage: PathBuf,
    /// The binary that runs lines in one process.
    #[arg(long)]
    facade: PathBuf,
    /// Where test data is made.
    #[arg(long)]
    data: PathBuf,
    /// What is measured, as the page calls it.
    #[arg(long, default_value = "unknown")]
    version: String,
    /// Where raw results go.
    #[arg(long)]
    results: Option<PathBuf>,
    /// The page to write.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Megabytes of the large file.
    #[arg(long, default_value_t = 200)]
    megabytes: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let data = data::make(&arguments.data, arguments.megabytes)?;
    let bench = sections::Bench {
        mirage: &arguments.mirage,
        facade: client::Facade::start(&arguments.facade, &data)?,
        data: &data,
        filter: arguments.filter.as_deref().unwrap_or_default(),
    };
    let sections = bench.run()?;
    if let Some(path) = &arguments.results {
        std::fs::write(path, serde_json::to_string_pretty(&sections)? + "\n")?;
    }
    if let Some(path) = &arguments.page {
        std::fs::write(path, page::page(&machine::describe(&arguments.version), &sections))?;
    }
    Ok(())
}
