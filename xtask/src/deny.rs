//! `cargo xtask deny`: licences, bans and sources of the dependencies, where `cargo deny` is at hand.

use crate::{Result, shell};

pub fn run() -> Result {
    match shell::succeeds("cargo deny --version") {
        true => shell::run("cargo deny check licenses bans sources"),
        false => Err("cargo deny is not installed: cargo install --locked cargo-deny".into()),
    }
}
