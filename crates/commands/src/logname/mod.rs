//! `logname`: the name the user logged in by.

use mirage_shell::command::{Arguments, Command, Context, Example, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, no_more_than};

static SPEC: Spec = Spec {
    name: "logname",
    summary: "Print the name the user logged in by",
    usage: &["[OPTION]"],
    notes: "A line has no terminal, so nobody is logged in: the status is always 1. See whoami.",
    examples: &[Example { title: "nobody", line: "logname 2>&1", output: "logname: no login name\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct LogName;

impl Command for LogName {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(0), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if no_more_than(0, &arguments, &mut report).await {
        report.fail(1, &[b"no login name"]).await;
    }
    Ok(report.status())
}
