//! `dirname`: a path without its last component.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Output, Report, directory_of};

const ZERO: Flag = Flag::new('z', "zero", "end each output line with NUL, not newline");

static SPEC: Spec = Spec {
    name: "dirname",
    summary: "Print each NAME with its last non-slash component and trailing slashes removed",
    usage: &["[OPTION] NAME..."],
    flags: &[ZERO],
    notes: "If NAME contains no slashes, the answer is '.' (the current directory).",
    examples: &[Example {
        title: "the directory of a file",
        line: "dirname /usr/src/main.c x",
        output: "/usr/src\n.\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Dirname;

impl Command for Dirname {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan::default()
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
    }
    let end = if arguments.has(ZERO) { 0 } else { b'\n' };
    let output = Output::new(&io);
    report.after(&output);
    for name in &arguments.operands {
        context.call.tick().await;
        output.push(directory_of(name));
        output.push_byte(end);
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
