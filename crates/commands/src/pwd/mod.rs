//! `pwd`: the working directory. The shell has one of its own.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Result, found};

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
    let directory = match directory(logical, context).await {
        Ok(directory) => directory,
        Err(error) => {
            report.fail(1, &[b"couldn't find directory: ", error.to_string().as_bytes()]).await;
            return Ok(report.status());
        }
    };
    let output = Output::new(&io);
    report.after(&output);
    output.push(&directory);
    output.push(b"\n");
    output.flush(&context.call).await?;
    Ok(0)
}

/// The working directory; when it is to be `logical`, what `PWD` says, if that is a plain absolute path of it.
async fn directory(logical: bool, context: &Context) -> Result<Vec<u8>> {
    let real = context.view.resolve(b".", Follow::Yes).await?;
    let is_plain = |said: &[u8]| !said.split(|&byte| byte == b'/').any(|part| matches!(part, b"." | b".."));
    let said =
        context.environment.get(b"PWD").filter(|said| logical && said.starts_with(b"/") && is_plain(said));
    Ok(match said {
        Some(said) if found(context.view.resolve(said, Follow::Yes).await)?.as_ref() == Some(&real) => {
            said.to_vec()
        }
        _ => real.as_bytes().to_vec(),
    })
}
