//! `unlink`: one name removed, nothing else.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, quote};

static SPEC: Spec = Spec {
    name: "unlink",
    summary: "Call the unlink function to remove the specified FILE",
    usage: &["FILE"],
    examples: &[Example { title: "remove a file", line: "touch a && unlink a && ls", output: "" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Unlink;

impl Command for Unlink {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let removed = arguments.operands.iter();
        let effects =
            removed.map(|path| Effect::Remove { path: context.path(path), recursive: false }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Empty }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    match &arguments.operands[..] {
        [] => report.usage(1, &[b"missing operand"]).await,
        [path] => {
            if let Err(error) = context.view.remove_file(path).await {
                report.cannot("cannot unlink", path, &error).await;
            }
        }
        [_, extra, ..] => report.usage(1, &[b"extra operand ", &quote(extra, context.locale())]).await,
    }
    Ok(report.status())
}
