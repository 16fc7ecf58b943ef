//! `NAME`: what it does.

use mirage_shell::command::{Arguments, Command, Context, Extent, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs};

static SPEC: Spec = Spec { name: "NAME", summary: "What it does", ..Spec::DEFAULT };

/// The command.
pub struct TYPE;

impl Command for TYPE {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut output = Writer::new(io.stdout.clone());
    for operand in operands_or_stdin(&arguments) {
        match open_input(context, &io, &operand).await {
            Ok(input) => output.pass(&context.call, input.read(&context.call).await?).await?,
            Err(error) => report.fail(1, &[&operand, b": ", error.to_string().as_bytes()]).await,
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
