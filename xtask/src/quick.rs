//! `cargo xtask ci quick`: the gate of seconds, to run before every commit.

use crate::{Result, shell, tidy};

/// Format, lints and house rules.
pub fn run() -> Result {
    shell::run("cargo fmt --all -- --check")?;
    tidy::run()?;
    shell::run("cargo clippy --quiet --workspace --all-targets -- -D warnings")
}
