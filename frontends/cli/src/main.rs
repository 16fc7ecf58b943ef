//! The `mirage` command.

mod arguments;
mod daemon;
mod exec;
mod failure;
mod machine;
mod manual;
mod run;
mod signals;
mod streams;
mod table;
mod workspace;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Verb};
use failure::Failure;

fn main() -> ExitCode {
    let status = match Arguments::try_parse() {
        Ok(Arguments { verb: Verb::Run(run) }) => run::run(run),
        Ok(Arguments { verb: Verb::Exec(exec) }) => exec::exec(exec),
        Ok(Arguments { verb: Verb::Workspace(wanted) }) => workspace::workspace(wanted),
        Ok(Arguments { verb: Verb::Daemon(wanted) }) => daemon::daemon(&wanted),
        Ok(Arguments { verb: Verb::Completions(wanted) }) => manual::completions(&wanted),
        Ok(Arguments { verb: Verb::Man(wanted) }) => manual::man(&wanted),
        Err(error) => answer_usage(&error),
    };
    match status {
        Ok(status) => ExitCode::from(status),
        Err(failure) => failure.tell(),
    }
}

/// Help and version go to standard output; anything else is a usage error.
fn answer_usage(error: &clap::Error) -> Result<u8, Failure> {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            streams::print(text.as_bytes());
            Ok(0)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Err(Failure::plain(text)),
        _ => Err(Failure::usage(text.strip_prefix("error: ").unwrap_or(&text).trim_end())),
    }
}
