//! `pwd`: the working directory. The shell has one of its own.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;
use mirage_vfs::tree::Follow;

use crate::support::{Output, Report};

const LOGICAL: Flag = Flag::new('L', "logical", "use PWD from environment, even if it contains symlinks");
const PHYSICAL: Flag = Flag::new('P', "physical", "avoid all symlinks (default)");

static SPEC: Spec = Spec {
    name: "pwd",
    summary: "Print the full filename of the current working directory",
    usage: &["[OPTION]..."],
    flags: &[LOGICAL, PHYSICAL],
    examples: &[Example {
        title: "after cd",
        line: "mkdir /tmp/here && cd /tmp/here && pwd",
        output: "/tmp/here\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Pwd;

impl Command for Pwd {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Known([context.directory.as_bytes(), b"\n"].concat()), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if !arguments.operands.is_empty() {
        report.say(&[b"ignoring non-option arguments"]).await;
    }
    let by_default = context.environment.get(b"POSIXLY_CORRECT").map(|_| LOGICAL);
    let logical = arguments.last_of(&[LOGICAL, PHYSICAL]).or(by_default) == Some(LOGICAL);
    let directory = match logical_directory(context).await.filter(|_| logical) {
        Some(directory) => directory,
        None => match context.view.resolve(b".", Follow::Yes).await {
            Ok(directory) => directory.as_bytes().to_vec(),
            Err(error) => {
                report.fail(1, &[b"couldn't find directory: ", error.to_string().as_bytes()]).await;
                return Ok(report.status());
            }
        },
    };
    let output = Output::new(&io);
    report.after(&output);
    output.push(&directory);
    output.push(b"\n");
    output.flush(&context.call).await?;
    Ok(0)
}

/// What `PWD` says, if it is a plain absolute path of the working directory.
async fn logical_directory(context: &Context) -> Option<Vec<u8>> {
    let said = context.environment.get(b"PWD").filter(|said| said.starts_with(b"/"))?;
    if said.split(|&byte| byte == b'/').any(|part| matches!(part, b"." | b"..")) {
        return None;
    }
    let (said_to_be, real) = (
        context.view.resolve(said, Follow::Yes).await.ok()?,
        context.view.resolve(b".", Follow::Yes).await.ok()?,
    );
    (said_to_be == real).then(|| said.to_vec())
}
