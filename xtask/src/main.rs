//! The project's automation: `cargo xtask VERB`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool: it starts processes, reads the environment and talks to a terminal"
)]

mod bench;
mod conformance;
mod deny;
mod fuzz;
mod fuzz_flags;
mod new;
mod packages;
mod pages;
mod project;
mod quick;
mod record;
mod shell;
mod test;
mod tidy;
mod wasm;

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
    /// Run every test, installing what they need first.
    Test,
    /// Run a gate of continuous integration.
    Ci {
        #[command(subcommand)]
        gate: Gate,
    },
    /// Check the house rules that neither the compiler nor clippy knows.
    Tidy,
    /// Ask bash and the GNU tools for the answers of cases that have none (needs root).
    Record(record::Arguments),
    /// Write the reference pages of the commands from their declarations.
    Pages,
    /// Start a new command or resource from the template.
    New(new::Arguments),
    /// Compare the release binary with bash and the GNU tools.
    Bench(bench::Arguments),
    /// Run bash's own tests, and read other people's scripts, as bash does; writes docs/conformance.md (needs root).
    Conformance(conformance::Arguments),
    /// Look for inputs that break a part of the engine, guided by coverage: one folder of `fuzz/seeds` a target.
    Fuzz(fuzz::Arguments),
    /// Try random combinations of flags on the product and on the real tools (needs root).
    FuzzFlags(fuzz_flags::Arguments),
    /// Build the package for JavaScript and run its tests in Node.
    Wasm,
    /// Check licences, bans and sources of the dependencies with cargo deny.
    Deny,
}

#[derive(Subcommand)]
enum Gate {
    /// Format, house rules, lints.
    Quick,
}

/// What a verb answers; an error is printed and ends with status 1.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> std::process::ExitCode {
    let ended = match Arguments::parse().verb {
        Verb::Test => test::run(),
        Verb::Ci { gate: Gate::Quick } => quick::run(),
        Verb::Tidy => tidy::run(),
        Verb::Record(arguments) => record::run(&arguments),
        Verb::Pages => pages::run(),
        Verb::New(arguments) => new::run(&arguments),
        Verb::Bench(arguments) => bench::run(&arguments),
        Verb::Conformance(arguments) => conformance::run(&arguments),
        Verb::FuzzFlags(arguments) => fuzz_flags::run(&arguments),
        Verb::Fuzz(arguments) => fuzz::run(&arguments),
        Verb::Wasm => wasm::run(),
        Verb::Deny => deny::run(),
    };
    match ended {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
