//! `mirage exec`.

use std::ffi::OsString;

use clap::Args;

use super::Limits;

/// Run a line of bash in a workspace
///
/// The workspace lives in the daemon, which starts by itself: what the line writes to memory, where it goes with cd, its
/// variables and functions are there for the next one, from any terminal, until the workspace is deleted. Standard input,
/// output and error are this command's own, and its status is the line's.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Exec {
    /// The workspace: see mirage workspace
    #[arg(value_name = "WORKSPACE")]
    pub workspace: String,

    /// The line, as `bash -c` takes it
    #[arg(value_name = "LINE")]
    pub line: OsString,

    /// $0 and the line's arguments, as for `bash -c`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<OsString>,

    /// Run it in this session, which is made when it is new; lines in one session run one after another
    #[arg(short = 's', long, value_name = "NAME", default_value = "default")]
    pub session: String,

    /// Start in this directory of the tree; the session stays where it is
    #[arg(short = 'C', long = "directory", value_name = "DIR")]
    pub directory: Option<OsString>,

    /// Set an environment variable of this line alone, to this machine's value if none is given; may be given again
    #[arg(short = 'e', long = "env", value_name = "NAME[=VALUE]")]
    pub env: Vec<OsString>,

    #[command(flatten)]
    pub budget: Limits,

    /// Print one JSON object when the line has ended: exit_code, stdout, stderr, hints, ...
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mirage exec demo 'find /repo -name \"*.md\" | head'
  mirage exec demo 'cd /data; limit=5'
  mirage exec demo 'pwd; echo $limit'
  mirage exec demo 'sort -u > /data/words' < words.txt
  mirage exec demo 'grep -c \"$1\" /data/words' bash needle
  mirage exec --max-requests 100 demo 'grep -rl error /s3/logs'

Exit status: the line's own, as bash gives it; see mirage run --help. 1 when there is no such workspace, or no daemon.";
