//! `cargo xtask test`: every test, with what they need.

use crate::{Result, packages, quick, shell};

/// Installs what the tests need, checks the house rules, and runs all tests; the runner's summary comes last.
pub fn run() -> Result {
    packages::install()?;
    quick::run()?;
    shell::run("cargo test --quiet --workspace --doc")?;
    match shell::succeeds("cargo nextest --version") {
        true => shell::run("cargo nextest run --workspace --no-fail-fast"),
        false => shell::run("cargo test --workspace --lib --bins --tests --examples --no-fail-fast"),
    }
}
