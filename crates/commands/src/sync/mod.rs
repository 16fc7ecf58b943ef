//! `sync`: everything written is certain. It always is: a write is certain when its file is closed.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;
use mirage_vfs::tree::Follow;

use crate::support::Report;

const DATA: Flag = Flag::new('d', "data", "sync only file data, no unneeded metadata");
const FILE_SYSTEM: Flag = Flag::new('f', "file-system", "sync the file systems that contain the files");

static SPEC: Spec = Spec {
    name: "sync",
    summary: "Synchronize cached writes to persistent storage",
    usage: &["[OPTION] [FILE]..."],
    flags: &[DATA, FILE_SYSTEM],
    notes: "Writes are certain when their file is closed: there is nothing left to do but to look whether the files exist.",
    examples: &[Example { title: "nothing to wait for", line: "sync && echo done", output: "done\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Sync;

impl Command for Sync {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.operands.iter().map(|operand| Effect::Stat(context.path(operand))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Empty }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.has(DATA) && arguments.has(FILE_SYSTEM) {
        report.fail(1, &[b"cannot specify both --data and --file-system"]).await;
    } else if arguments.has(DATA) && arguments.operands.is_empty() {
        report.fail(1, &[b"--data needs at least one argument"]).await;
    }
    if report.status() != 0 {
        return Ok(report.status());
    }
    for operand in &arguments.operands {
        context.call.tick().await;
        if let Err(error) = context.view.stat(operand, Follow::Yes).await {
            report.cannot("error opening", operand, &error).await;
        }
    }
    Ok(report.status())
}
