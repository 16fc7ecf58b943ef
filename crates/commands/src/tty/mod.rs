//! `tty`: the terminal that standard input is.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, no_more_than};

const SILENT: Flag = Flag::new('s', "silent", "print nothing, the status tells");
const QUIET: Flag = Flag::long("quiet", "the same");

static SPEC: Spec = Spec {
    name: "tty",
    summary: "Print the name of the terminal that standard input is",
    usage: &["[OPTION]"],
    flags: &[SILENT, QUIET],
    usage_status: 2,
    failure_status: 3,
    notes: "A line has no terminal: the status is 1, or 2 for a wrong call and 3 for output that cannot be written.",
    examples: &[Example { title: "none", line: "tty; echo $?", output: "not a tty\n1\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Tty;

impl Command for Tty {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(10), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if !no_more_than(0, &arguments, &mut report).await {
        return Ok(2);
    }
    if !arguments.has(SILENT) && !arguments.has(QUIET) {
        let mut output = Writer::new(io.stdout.clone());
        output.push(b"not a tty\n");
        output.flush(&context.call).await?;
    }
    Ok(1)
}
