//! `mirage completions` and `mirage man`: both are made from the definition of the command line.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions, Man};
use crate::failure::Failure;
use crate::streams;

/// Prints a completion script.
pub fn completions(wanted: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(wanted.shell, &mut Arguments::command(), "mirage", &mut script);
    streams::print(&script);
    Ok(0)
}

/// Prints a manual page.
pub fn man(wanted: &Man) -> Result<u8, Failure> {
    let mut program = Arguments::command();
    // Gives each verb the name it is called by: `mirage-run`.
    program.build();
    let command = match &wanted.verb {
        None => program,
        Some(verb) => match program.find_subcommand(verb) {
            Some(command) => command.clone(),
            None => return Err(Failure::usage(format_args!("man: no verb is called '{verb}'"))),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::usage)?;
    streams::print(&page);
    Ok(0)
}
