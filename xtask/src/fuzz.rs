//! `cargo xtask fuzz`: the targets of `fuzz/` under libFuzzer, on the stable toolchain.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, project};

/// What libFuzzer needs of the compiler: counters of edges and of compared values. They are LLVM's, so the stable
/// toolchain has them; sanitizers, which it has not, would find little in code without `unsafe`.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions=yes",
    "-Coverflow-checks=yes",
    "-Cdebuginfo=line-tables-only",
];

/// What to fuzz.
#[derive(clap::Args)]
pub struct Arguments {
    /// Targets; all of them when none is named.
    targets: Vec<String>,
    /// Seconds for each.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Run a target on this file only: a finding.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result {
    let known = targets()?;
    if let Some(name) = arguments.targets.iter().find(|name| !known.contains(name)) {
        return Err(format!("no target {name}: there are {}", known.join(" ")).into());
    }
    let program = build()?;
    let chosen = if arguments.targets.is_empty() { &known } else { &arguments.targets };
    let mut found = Vec::new();
    for name in chosen {
        if !fuzz(&program, name, arguments)? {
            found.push(name.as_str());
        }
    }
    match found.is_empty() {
        true => Ok(()),
        false => {
            Err(format!("findings in {}: fix them and keep each under fuzz/seeds/", found.join(" ")).into())
        }
    }
}

/// The targets, by their folders of seeds.
fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(project::root().join("fuzz/seeds"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn folder() -> PathBuf {
    project::target().join("fuzz")
}

/// Builds the program with coverage, apart from other builds, whose flags differ.
fn build() -> Result<PathBuf> {
    const TRIPLE: &str = "x86_64-unknown-linux-gnu";
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release", "--package", "mirage-fuzz", "--features", "libfuzzer"]);
    // With a target named, build scripts and macros are built without the coverage flags.
    cargo.args(["--config", "profile.release.lto=false", "--config", "profile.release.codegen-units=16"]);
    cargo.args(["--target", TRIPLE, "--target-dir"]).arg(folder()).env("RUSTFLAGS", COVERAGE.join(" "));
    match cargo.status()?.success() {
        true => Ok(folder().join(TRIPLE).join("release/mirage-fuzz")),
        false => Err("the fuzzing build failed".into()),
    }
}

/// Runs one target; false when it found something.
fn fuzz(program: &Path, name: &str, arguments: &Arguments) -> Result<bool> {
    let (corpus, findings) = (folder().join("corpus").join(name), folder().join("findings"));
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&findings)?;
    println!("fuzz: {name}");
    let mut command = Command::new(program);
    command.env("MIRAGE_FUZZ_TARGET", name).args(["-timeout=10", "-rss_limit_mb=1024"]);
    match &arguments.replay {
        Some(file) => command.arg(file),
        None => {
            let dictionary = project::root().join("fuzz/dictionaries").join(name);
            if dictionary.exists() {
                command.arg(format!("-dict={}", dictionary.display()));
            }
            command
                .arg(format!("-artifact_prefix={}/{name}-", findings.display()))
                .arg(format!("-max_total_time={}", arguments.seconds))
                .args(["-max_len=400", "-print_final_stats=1", "-verbosity=0"])
                .arg(&corpus)
                .arg(project::root().join("fuzz/seeds").join(name))
        }
    };
    Ok(command.status()?.success())
}
