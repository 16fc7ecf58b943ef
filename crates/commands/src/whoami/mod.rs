//! `whoami`: the name of the user.

use mirage_shell::command::{Arguments, Command, Context, Example, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, no_more_than};

static SPEC: Spec = Spec {
    name: "whoami",
    summary: "Print the name of the user",
    usage: &["[OPTION]"],
    notes: "The same as id -un.",
    examples: &[Example { title: "the user", line: "whoami", output: "user\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct WhoAmI;

impl Command for WhoAmI {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(256), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if no_more_than(0, &arguments, &mut report).await {
        let mut output = Writer::new(io.stdout.clone());
        output.push(context.call.host().facts().user.as_bytes());
        output.push_byte(b'\n');
        output.flush(&context.call).await?;
    }
    Ok(report.status())
}
