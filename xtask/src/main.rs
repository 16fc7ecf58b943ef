//! The project's automation: `cargo xtask VERB`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool: it starts processes, reads the environment and talks to a terminal"
)]

mod project;
mod record;

use clap::{Parser, Subcommand};

/// The project's automation.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Ask bash and the GNU tools for the answers of cases that have none (needs root).
    Record(record::Arguments),
}

/// What a verb answers; an error is printed and ends with status 1.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> std::process::ExitCode {
    let ended = match Arguments::parse().verb {
        Verb::Record(arguments) => record::run(&arguments),
    };
    match ended {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
