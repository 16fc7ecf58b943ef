//! `mirage daemon`.

use clap::{Args, Subcommand};

/// Look after the daemon that workspaces live in
///
/// It starts when a command needs it and ends when it was idle for 15 minutes (MIRAGE_IDLE_SECONDS), or 5 seconds after the
/// last workspace was deleted. Workspaces are in MIRAGE_HOME, else in the XDG directories, and are there when it starts
/// again.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Daemon {
    #[command(subcommand)]
    pub verb: DaemonVerb,
}

/// What to do with the daemon.
#[derive(Debug, Subcommand)]
pub enum DaemonVerb {
    /// Tell whether it runs, where, and since when; status 1 if it does not
    Status(Status),
    /// Ask lines to end, and end it
    Stop,
    /// End it and start it anew
    Restart,
    /// Print its log, a JSON object a line
    Logs,
    #[command(hide = true)]
    Serve,
}

/// How it is told.
#[derive(Debug, Args)]
pub struct Status {
    /// Print it in JSON
    #[arg(long)]
    pub json: bool,
}
