//! `sleep`: nothing for a while.

use mirage_shell::command::{Arguments, Command, Context, Example, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, parse_interval, quote};

static SPEC: Spec = Spec {
    name: "sleep",
    summary: "Do nothing for the sum of the times given",
    usage: &["NUMBER[SUFFIX]..."],
    notes: "NUMBER may have a fraction. SUFFIX is s for seconds (the default), m for minutes, h for hours or d for days.",
    examples: &[Example { title: "a moment", line: "sleep 0.01 && echo done", output: "done\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Sleep;

impl Command for Sleep {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Empty, ..Plan::default() }
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
    let mut total = std::time::Duration::ZERO;
    let mut wrong = Vec::new();
    for operand in &arguments.operands {
        match parse_interval(operand) {
            Some(time) => total = total.saturating_add(time),
            None => wrong.push(operand),
        }
    }
    if let Some((last, before)) = wrong.split_last() {
        for operand in before {
            report.say(&[b"invalid time interval ", &quote(operand, context.locale())]).await;
        }
        report.usage(1, &[b"invalid time interval ", &quote(last, context.locale())]).await;
        return Ok(report.status());
    }
    context.call.host().sleep(total).await;
    Ok(0)
}
