//! `groups`: the groups users are in.

use mirage_shell::command::{Arguments, Command, Context, Example, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Accounts, Report, quote};

static SPEC: Spec = Spec {
    name: "groups",
    summary: "Print the groups users are in",
    usage: &["[OPTION]... [USER]..."],
    notes: "With no USER, the groups of this session. Every user is in one group, of the same name.",
    examples: &[Example { title: "of a user", line: "groups root", output: "root : root\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Groups;

impl Command for Groups {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(4096), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let accounts = Accounts::of(context);
    let mut output = Writer::new(io.stdout.clone());
    if arguments.operands.is_empty() {
        let own = accounts.name_or_number(context.call.host().facts().uid);
        output.push(format!("{own}\n").as_bytes());
    }
    for user in &arguments.operands {
        match accounts.id(user) {
            Some(id) => {
                output.push(&[&user[..], b" : ", accounts.name_or_number(id).as_bytes(), b"\n"].concat());
            }
            None => {
                output.flush(&context.call).await?;
                report.fail(1, &[&quote(user, context.locale()), b": no such user"]).await;
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
