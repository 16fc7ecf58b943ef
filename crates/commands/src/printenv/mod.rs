//! `printenv`: the environment, or variables of it.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::Report;

const NULL: Flag = Flag::new('0', "null", "end each with a zero byte, not a newline");

static SPEC: Spec = Spec {
    name: "printenv",
    summary: "Print environment variables",
    usage: &["[OPTION]... [VARIABLE]..."],
    flags: &[NULL],
    parsing: Parsing::Leading,
    usage_status: 2,
    failure_status: 2,
    notes: "With no VARIABLE, print all, as NAME=VALUE. The status is 1 when a VARIABLE is not there.",
    examples: &[Example { title: "one", line: "A=x printenv A", output: "x\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct PrintEnv;

impl Command for PrintEnv {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Unknown, ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let end = if arguments.has(NULL) { 0 } else { b'\n' };
    let mut output = Writer::new(io.stdout.clone());
    if arguments.operands.is_empty() {
        for (name, value) in context.environment.iter() {
            output.push(&[name, &b"="[..], value].concat());
            output.push_byte(end);
        }
    }
    for name in &arguments.operands {
        match context.environment.get(name) {
            Some(value) => {
                output.push(value);
                output.push_byte(end);
            }
            None => report.note(1),
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
