//! `mirage workspace`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Make, list and delete workspaces that live in the daemon
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Workspace {
    #[command(subcommand)]
    pub verb: WorkspaceVerb,
}

/// What to do with workspaces.
#[derive(Debug, Subcommand)]
pub enum WorkspaceVerb {
    Create(Create),
    List(List),
    Get(Get),
    Delete(Delete),
    Credentials(Credentials),
}

/// Make a workspace from a configuration
///
/// References to this machine (${NAME}, ~, relative paths, files) are looked up here and now. What they stand for, and
/// secrets in the configuration, stay in the daemon's memory; on disk are the references alone.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  mirage workspace create demo -f workspace.yaml\n  mirage workspace create scratch -m /data=ram -m /repo=.,mode=write"
)]
pub struct Create {
    /// What it will be called: letters, digits, . _ -
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Read mounts, limits and variables from this YAML or JSON file
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Mount something, as for mirage run; may be given again
    #[arg(short = 'm', long = "mount", value_name = "PREFIX=SPEC[,KEY=VALUE]...")]
    pub mounts: Vec<String>,

    /// Print what was made in JSON
    #[arg(long)]
    pub json: bool,
}

/// List the workspaces
#[derive(Debug, Args)]
pub struct List {
    /// Print them in JSON
    #[arg(long)]
    pub json: bool,
}

/// Show a workspace: its state, its mounts, its sessions
#[derive(Debug, Args)]
pub struct Get {
    /// Which
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Print it in JSON, with its configuration
    #[arg(long)]
    pub json: bool,
}

/// Delete a workspace with everything in its memory; what is mounted from elsewhere stays
#[derive(Debug, Args)]
pub struct Delete {
    /// Which
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Print what was deleted in JSON
    #[arg(long)]
    pub json: bool,
}

/// Give a workspace the credentials that it forgot when the daemon ended
///
/// The variables and files that its configuration refers to are looked up here and now. Secrets that stood in the
/// configuration itself are taken from FILE.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  AWS_SECRET_ACCESS_KEY=... mirage workspace credentials demo")]
pub struct Credentials {
    /// Which
    #[arg(value_name = "NAME")]
    pub name: String,

    /// The configuration it was made from
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print what it still needs in JSON
    #[arg(long)]
    pub json: bool,
}
