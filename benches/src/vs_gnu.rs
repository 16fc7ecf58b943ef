//! The shipped binary against bash and the GNU tools: CPU time and peak memory of whole processes, as ratios in one run.
//!
//! `cargo xtask bench` builds the release binary and runs this. Rounds alternate between the two sides, and the smallest
//! CPU time of each counts: what else runs on the machine can only add to it. Raw results go to a file by date.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measuring program: it starts processes and prints a table"
)]

mod data;
mod measure;
mod table;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;

use crate::measure::{Measured, Side};
use crate::table::{BENCHES, Bench};

/// Compares the shipped binary with bash and the GNU tools.
#[derive(Parser)]
struct Arguments {
    /// Only benches whose name contains this.
    filter: Option<String>,
    /// The binary to measure.
    #[arg(long)]
    mirage: PathBuf,
    /// Where test data is made, once, and kept.
    #[arg(long)]
    data: PathBuf,
    /// Where raw results go.
    #[arg(long)]
    results: Option<PathBuf>,
    /// Rounds; each runs both sides once.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Megabytes of the large file.
    #[arg(long, default_value_t = 200)]
    megabytes: u64,
}

/// One bench with both sides.
#[derive(serde::Serialize)]
struct Row {
    name: &'static str,
    target: f64,
    ratio: f64,
    ours: Measured,
    theirs: Measured,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let data = data::make(&arguments.data, arguments.megabytes)?;
    println!(
        "{:<22} {:>9} {:>9} {:>7} {:>7} {:>9}",
        "bench", "ours ms", "gnu ms", "ratio", "target", "ours MB"
    );
    let mut rows = Vec::new();
    for bench in BENCHES
        .iter()
        .filter(|bench| arguments.filter.as_ref().is_none_or(|part| bench.name.contains(&part[..])))
    {
        let row = compare(bench, &arguments, &data)?;
        println!(
            "{:<22} {:>9.1} {:>9.1} {:>7.2} {:>7.2} {:>9.1} {}",
            row.name,
            row.ours.cpu_ms,
            row.theirs.cpu_ms,
            row.ratio,
            row.target,
            row.ours.peak_mb,
            if row.ratio > row.target { "over" } else { "" }
        );
        rows.push(row);
    }
    let mean = rows.iter().map(|row| row.ratio.ln()).sum::<f64>() / rows.len().max(1) as f64;
    println!("geometric mean of ratios: {:.2}", mean.exp());
    if let Some(path) = &arguments.results {
        std::fs::write(path, serde_json::to_string_pretty(&rows)? + "\n")?;
    }
    Ok(())
}

fn compare(bench: &'static Bench, arguments: &Arguments, data: &data::Data) -> Result<Row, Box<dyn Error>> {
    let mut ours: Option<Measured> = None;
    let mut theirs: Option<Measured> = None;
    for _ in 0..arguments.rounds.max(1) {
        for side in [Side::Ours, Side::Theirs] {
            let measured = measure::run(side, bench, &arguments.mirage, data)?;
            let best = match side {
                Side::Ours => &mut ours,
                Side::Theirs => &mut theirs,
            };
            *best = Some(best.take().map_or(measured, |before| before.better(measured)));
        }
    }
    let (ours, theirs) = ours.zip(theirs).ok_or("no round was run")?;
    Ok(Row {
        name: bench.name,
        target: bench.target,
        ratio: ours.cpu_ms / theirs.cpu_ms.max(0.01),
        ours,
        theirs,
    })
}
