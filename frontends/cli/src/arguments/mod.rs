//! The command line.

mod daemon;
mod exec;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use mirage::{Budget, Money};

pub use daemon::{Daemon, DaemonVerb};
pub use exec::Exec;
pub use workspace::{Workspace, WorkspaceVerb};

/// One filesystem over every service an agent works with, driven by bash.
#[derive(Debug, Parser)]
#[command(name = "mirage", version, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    Run(Run),
    Exec(Exec),
    Workspace(Workspace),
    Daemon(Daemon),
    Completions(Completions),
    Man(Man),
}

/// What a line may spend: it is stopped before it passes any of these
#[derive(Debug, Args)]
pub struct Limits {
    /// Stop before more bytes than this (500kB, 10MB, 1GiB) have come from services or gone to them: status 125
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_bytes: Option<u64>,

    /// Stop before more requests than this are sent to services: status 125
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,

    /// Stop before services charge more US dollars than this, at the prices of the mounts: status 125
    #[arg(long, value_name = "USD", value_parser = parse_cost)]
    pub max_cost: Option<Money>,

    /// Stop after this long (30, 1.5s, 2m): status 125
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    pub max_seconds: Option<Duration>,
}

impl Limits {
    /// What the line may spend at services.
    pub fn budget(&self) -> Budget {
        Budget { requests: self.max_requests, bytes: self.max_bytes, cost: self.max_cost }
    }
}

/// Print a script that completes mirage's arguments
///
/// For bash, for instance: mirage completions bash > ~/.local/share/bash-completion/completions/mirage
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell to print it for
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the manual page, of mirage or of one of its verbs: mirage man run | man -l -
#[derive(Debug, Args)]
pub struct Man {
    /// run, completions, ...
    #[arg(value_name = "VERB")]
    pub verb: Option<String>,
}

/// Run a line or a script of bash over a tree of mounts
///
/// The line sees the mounts and nothing else of this machine: no files, no programs, no environment but what is given to
/// it. Commands (grep, sed, find, sort, ...) are built in.
#[derive(Debug, Args)]
#[command(
    override_usage = "mirage run [OPTIONS] -c SCRIPT [NAME [ARGS]...]\n       mirage run [OPTIONS] FILE [ARGS]...\n       mirage run [OPTIONS] - [ARGS]..."
)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
pub struct Run {
    /// Run this text, as `bash -c` does
    #[arg(short = 'c', value_name = "SCRIPT")]
    pub command: Option<OsString>,

    /// Read mounts, limits and variables from this YAML or JSON file
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Mount something; may be given again
    ///
    /// SPEC is a directory of this machine (it starts with `.`, `/` or `~`), `ram`, or another type of mount. Keys are
    /// those of the configuration file (`mode=read|write|exec`, ...); `\,` is a comma in a value. A later mount replaces an
    /// earlier one at the same PREFIX and one of the configuration file. Directories are mounted for reading unless
    /// mode=write or mode=exec is given; `ram` starts empty and may be written.
    #[arg(short = 'm', long = "mount", value_name = "PREFIX=SPEC[,KEY=VALUE]...")]
    pub mounts: Vec<String>,

    /// Start in this directory of the tree instead of /
    #[arg(short = 'C', long = "directory", value_name = "DIR")]
    pub directory: Option<OsString>,

    /// Set an environment variable of the line, to this machine's value if none is given; may be given again
    #[arg(short = 'e', long = "env", value_name = "NAME[=VALUE]")]
    pub env: Vec<OsString>,

    /// Ask services again for everything: keep nothing of what they answered
    #[arg(long)]
    pub no_cache: bool,

    #[command(flatten)]
    pub budget: Limits,

    /// Print one JSON object when the line has ended: exit_code, stdout, stderr, hints, ...
    #[arg(long)]
    pub json: bool,

    /// With -c: $0 and the line's arguments. Else a script file of this machine, or - to read the script from standard
    /// input, and the script's arguments
    #[arg(value_name = "NAME | FILE | -", trailing_var_arg = true)]
    pub words: Vec<OsString>,
}

const AFTER_HELP: &str = "\
Examples:
  mirage run -m /repo=. -c 'grep -rn TODO /repo | head'
  mirage run -m /repo=.,mode=write -C /repo -c 'sed -i s/foo/bar/ README.md'
  mirage run -f mirage.yaml script.sh arg1 arg2

Try --help for more.";

const AFTER_LONG_HELP: &str = "\
Examples:
  Search a directory of this machine, which the line can only read:
      mirage run -m /repo=. -c 'grep -rn TODO /repo | head'

  Edit files in place:
      mirage run -m /repo=.,mode=write -C /repo -c 'sed -i s/foo/bar/ README.md'

  Keep intermediate files in memory:
      mirage run -m /logs=/var/log -m /d=ram -c 'sort -u /logs/*.log > /d/all; wc /d/all'

  Filter standard input, with an argument:
      cat access.log | mirage run -c 'grep -c \"$1\"' bash ' 404 '

  Run a script of this machine on the mounts of a file:
      mirage run -f mirage.yaml report.sh monday

  Spend no more than this at services:
      mirage run -f mirage.yaml --max-requests 500 --max-bytes 10MB -c 'grep -rl error /s3/logs'

  Get everything about the run as JSON:
      mirage run --json -m /repo=. -c 'ls /repo'

Configuration file:
      mounts:
        /data: {type: ram}
        /repo: {type: disk, path: ., mode: write}      # relative to the file
      limits: {memory: 512MB, wall: 30s}
      env: {LANG: C.UTF-8, TOKEN: \"${TOKEN}\"}            # ${NAME}: a variable of this machine

Exit status: the line's own, as bash gives it, and
    2  wrong usage or configuration
  124  limits.wall was reached
  125  the line would have passed --max-bytes, --max-requests, --max-cost or --max-seconds
  126  found, but may not be run
  127  command or script not found
  130  interrupted
  137  limits.memory, limits.depth or limits.output was reached";

fn parse_size(text: &str) -> Result<u64, String> {
    mirage::config::parse_size(text)
}

fn parse_cost(text: &str) -> Result<Money, String> {
    match text.strip_prefix('$').unwrap_or(text).parse::<f64>() {
        Ok(dollars) if dollars.is_finite() && dollars >= 0.0 => Ok(Money::dollars(dollars)),
        _ => Err("must be an amount of US dollars such as 0.05".into()),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    mirage::config::parse_duration(text)
}
