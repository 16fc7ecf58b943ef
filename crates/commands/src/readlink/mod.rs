//! `readlink`: what symbolic links name, and canonical paths.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Missing, Output, Report, canonical, quote_if_needed};

const CANONICALIZE: Flag = Flag::new(
    'f',
    "canonicalize",
    "canonicalize by following every symlink; all but the last component must exist",
);
const EXISTING: Flag = Flag::new(
    'e',
    "canonicalize-existing",
    "canonicalize by following every symlink; all components must exist",
);
const MISSING: Flag =
    Flag::new('m', "canonicalize-missing", "canonicalize by following every symlink; nothing need exist");
const NO_NEWLINE: Flag = Flag::new('n', "no-newline", "do not output the trailing delimiter");
const QUIET: Flag = Flag::new('q', "quiet", "suppress most error messages (default)");
const SILENT: Flag = Flag::new('s', "silent", "the same");
const VERBOSE: Flag = Flag::new('v', "verbose", "report error messages");
const ZERO: Flag = Flag::new('z', "zero", "end each output line with NUL, not newline");

static SPEC: Spec = Spec {
    name: "readlink",
    summary: "Print value of a symbolic link or canonical file name",
    usage: &["[OPTION]... FILE..."],
    flags: &[CANONICALIZE, EXISTING, MISSING, NO_NEWLINE, QUIET, SILENT, VERBOSE, ZERO],
    examples: &[Example {
        title: "what a link names",
        line: "ln -s target l && readlink l",
        output: "target\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Readlink;

impl Command for Readlink {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.operands.iter().map(|operand| Effect::Stat(context.path(operand))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    let mut ends = !arguments.has(NO_NEWLINE);
    if !ends && arguments.operands.len() > 1 {
        report.say(&[b"ignoring --no-newline with multiple arguments"]).await;
        ends = true;
    }
    let end = if arguments.has(ZERO) { 0 } else { b'\n' };
    let verbose = arguments.last_of(&[QUIET, SILENT, VERBOSE]) == Some(VERBOSE);
    let missing = arguments.last_of(&[CANONICALIZE, EXISTING, MISSING]).map(|flag| match flag {
        EXISTING => Missing::Nothing,
        MISSING => Missing::Anything,
        _ => Missing::Last,
    });
    let output = Output::new(&io);
    report.after(&output);
    for operand in &arguments.operands {
        context.call.tick().await;
        match answer(operand, missing, context).await {
            Ok(answer) => {
                output.push(&answer);
                if ends {
                    output.push_byte(end);
                }
            }
            // What could not be told is told of even when what is not there is not.
            Err(error) if verbose || !error.kind().is_absence() => {
                let name = quote_if_needed(operand, context.locale());
                report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
            }
            Err(_) => report.note(1),
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn answer(operand: &Bytes, missing: Option<Missing>, context: &Context) -> Result<Bytes> {
    match missing {
        None => context.view.read_link(operand).await,
        Some(missing) => Ok(canonical(&context.view, operand, missing, false).await?.bytes()),
    }
}
