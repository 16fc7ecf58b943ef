//! `cargo xtask conformance`: bash's own tests, and scripts that others wrote, as real bash takes them.
//!
//! bash's source package is fetched into `target/conformance`, outside of what the project keeps. Its scripts and those
//! of this system are read by the parser and by `bash -n`; its tests run in real bash, as an ordinary user in a world of
//! their own, and in the product. `docs/conformance.md` says how many answers are the same, and why the others are not.

mod compare;
mod programs;
mod reading;
mod report;
mod running;
mod source;
mod suite;

use std::fs;
use std::path::PathBuf;

use crate::{Result, project, shell};

/// What to compare.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only bash's tests whose name contains this; the report is printed, not kept.
    filter: Option<String>,
    /// A folder with bash's tests, instead of fetching them; MIRAGE_CORPUS names one too.
    #[arg(long)]
    tests: Option<PathBuf>,
    /// Instead, run a file of cases that others wrote: one JSON object a line with `id`, `category`, `setup`, `script`,
    /// `stdout`, `stderr` and `exit`.
    #[arg(long)]
    suite: Option<PathBuf>,
    /// Show where the answers differ.
    #[arg(long)]
    show: bool,
}

pub fn run(arguments: &Arguments) -> Result {
    shell::run("cargo build --quiet -p mirage-cli")?;
    if let Some(path) = &arguments.suite {
        return suite::run(path, arguments.filter.as_deref(), arguments.show);
    }
    let named = arguments.tests.clone().or_else(|| std::env::var_os("MIRAGE_CORPUS").map(PathBuf::from));
    let tests = match named {
        Some(tests) => tests,
        None => source::fetch(&project::target().join("conformance"))?,
    };
    let run = running::run(&tests, arguments.filter.as_deref(), arguments.show)?;
    if arguments.filter.is_some() {
        print!("{}", report::results(&run));
        return Ok(());
    }
    let read = [reading::scripts_of(&tests)?, reading::scripts_of_system()?];
    for wrong in read.iter().flat_map(|read| &read.wrong) {
        println!("read otherwise: {wrong}");
    }
    let path = project::root().join("docs/conformance.md");
    fs::write(&path, report::page(&read, &run))?;
    println!("{}", project::shown(&path));
    Ok(())
}
