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

use crate::measure::{Measured, Place, Side};
use crate::table::{BENCHES, Bench};

/// Compares the shipped binary with bash and the GNU tools.
#[derive(Parser)]
struct Arguments {
    /// Only benches whose name contains this.
    filter: Option<String>,
    /// The binary to measure.
    #[arg(long)]
    mirage: PathBuf,
    /// Where test data is made.
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
    ram: Option<Ram>,
}

/// Our side on a RAM mount.
#[derive(serde::Serialize)]
struct Ram {
    target: f64,
    ratio: f64,
    cpu_ms: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let data = data::make(&arguments.data, arguments.megabytes)?;
    println!(
        "{:<20} {:>9} {:>9} {:>7} {:>7}      {:>8} {:>9} {:>7} {:>7}",
        "bench", "ours ms", "gnu ms", "ratio", "target", "ours MB", "ram ms", "ratio", "target"
    );
    let mut rows = Vec::new();
    for bench in BENCHES
        .iter()
        .filter(|bench| arguments.filter.as_ref().is_none_or(|part| bench.name.contains(&part[..])))
    {
        let row = compare(bench, &arguments, &data)?;
        print(&row);
        rows.push(row);
    }
    let mean =
        |ratios: Vec<f64>| (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let disk = mean(rows.iter().map(|row| row.ratio).collect());
    let ram = mean(rows.iter().filter_map(|row| row.ram.as_ref()).map(|ram| ram.ratio).collect());
    println!("geometric mean of ratios: {disk:.2} on disk, {ram:.2} in memory");
    if let Some(path) = &arguments.results {
        std::fs::write(path, serde_json::to_string_pretty(&rows)? + "\n")?;
    }
    Ok(())
}

fn print(row: &Row) {
    let over = |ratio: f64, target: f64| if ratio > target { "over" } else { "" };
    let ram = row.ram.as_ref().map_or(String::new(), |ram| {
        let over = over(ram.ratio, ram.target);
        format!("{:>9.1} {:>7.2} {:>7.2} {over}", ram.cpu_ms, ram.ratio, ram.target)
    });
    println!(
        "{:<20} {:>9.1} {:>9.1} {:>7.2} {:>7.2} {:<4} {:>8.1} {ram}",
        row.name,
        row.ours.cpu_ms,
        row.theirs.cpu_ms,
        row.ratio,
        row.target,
        over(row.ratio, row.target),
        row.ours.peak_mb,
    );
}

fn compare(bench: &'static Bench, arguments: &Arguments, data: &data::Data) -> Result<Row, Box<dyn Error>> {
    // The sides take turns in each round, so that what else runs on the machine meets all of them.
    let (mut ours, mut theirs) = (Best::default(), Best::default());
    let (mut ram, mut copy) = (Best::default(), Best::default());
    for _ in 0..arguments.rounds.max(1) {
        let measure = |side, line, place| measure::run(side, line, place, &arguments.mirage, data);
        ours.take(measure(Side::Ours, bench.line, Place::Disk)?);
        theirs.take(measure(Side::Theirs, bench.line, Place::Disk)?);
        if let Some((name, _)) = bench.ram {
            ram.take(measure(Side::Ours, bench.line, Place::Ram(name))?);
            copy.take(measure(Side::Ours, ":", Place::Ram(name))?);
        }
    }
    let (ours, theirs) = ours.0.zip(theirs.0).ok_or("no round was run")?;
    let ratio = |cpu_ms: f64| cpu_ms / theirs.cpu_ms.max(0.01);
    let ram = bench.ram.zip(ram.0.zip(copy.0)).map(|((_, target), (line, copy))| {
        let cpu_ms = (line.cpu_ms - copy.cpu_ms).max(0.01);
        Ram { target, ratio: ratio(cpu_ms), cpu_ms }
    });
    Ok(Row { name: bench.name, target: bench.target, ratio: ratio(ours.cpu_ms), ours, theirs, ram })
}

/// The smallest figures of several rounds.
#[derive(Default)]
struct Best(Option<Measured>);

impl Best {
    fn take(&mut self, measured: Measured) {
        self.0 = Some(self.0.take().map_or(measured, |before| before.better(measured)));
    }
}
