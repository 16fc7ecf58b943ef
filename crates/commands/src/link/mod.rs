//! `link`: one hard link, nothing else.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, quote, quote_always};

static SPEC: Spec = Spec {
    name: "link",
    summary: "Call the link function to create a link named FILE2 to an existing FILE1",
    usage: &["FILE1 FILE2"],
    examples: &[Example { title: "a second name", line: "echo x >a && link a b && cat b", output: "x\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Link;

impl Command for Link {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let written = arguments.operands.get(1);
        let effects = written.map(|path| Effect::Write { path: context.path(path), recursive: false });
        Plan { effects: effects.into_iter().collect(), stdin: Extent::None, stdout: Shape::Empty }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let locale = context.locale();
    match &arguments.operands[..] {
        [] => report.usage(1, &[b"missing operand"]).await,
        [only] => report.usage(1, &[b"missing operand after ", &quote(only, locale)]).await,
        [existing, new] => {
            if let Err(error) = context.view.link(existing, new).await {
                let (new, existing) = (quote_always(new, locale), quote_always(existing, locale));
                let text = error.to_string();
                report
                    .fail(1, &[b"cannot create link ", &new, b" to ", &existing, b": ", text.as_bytes()])
                    .await;
            }
        }
        [_, _, extra, ..] => report.usage(1, &[b"extra operand ", &quote(extra, locale)]).await,
    }
    Ok(report.status())
}
