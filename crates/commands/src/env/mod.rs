//! `env`: the environment printed, or a command run in a changed one.

mod split;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Changes, Command, Context, Environment, Example, Extent, Flag, Launched, Parsing, Plan,
    PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;
use mirage_vfs::tree::Follow;

use crate::support::{Report, quote, quote_always};

const IGNORE: Flag = Flag::new('i', "ignore-environment", "start with an empty environment");
const NULL: Flag = Flag::new('0', "null", "end each line with a zero byte");
const UNSET: Flag = Flag::new('u', "unset", "remove variable NAME").value("NAME");
const CHDIR: Flag = Flag::new('C', "chdir", "run in directory DIR").value("DIR");
const SPLIT: Flag = Flag::new('S', "split-string", "split STRING into arguments").value("STRING");
const DEBUG: Flag = Flag::new('v', "debug", "tell what is done on standard error");
const BLOCK_SIGNAL: Flag =
    Flag::long("block-signal", "accepted: commands get no signals here").optional("SIG");
const DEFAULT_SIGNAL: Flag =
    Flag::long("default-signal", "accepted: commands get no signals here").optional("SIG");
const IGNORE_SIGNAL: Flag =
    Flag::long("ignore-signal", "accepted: commands get no signals here").optional("SIG");

static SPEC: Spec = Spec {
    name: "env",
    summary: "Run a command in a changed environment, or print the environment",
    usage: &["[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARGUMENT]...]"],
    flags: &[IGNORE, NULL, UNSET, CHDIR, SPLIT, DEBUG, BLOCK_SIGNAL, DEFAULT_SIGNAL, IGNORE_SIGNAL],
    parsing: Parsing::Leading,
    rewrite: Some(split::rewrite),
    usage_status: 125,
    failure_status: 125,
    notes: "A lone - means -i. The status is that of the command; 125 when env itself fails, 126 and 127 when the\ncommand cannot be run or is not there.",
    examples: &[Example {
        title: "a variable for one command",
        line: "env GREETING=hi sh -c 'echo $GREETING'",
        output: "hi\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Env;

impl Command for Env {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { effects: Vec::new(), stdin: Extent::UntilStopped, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut operands = &arguments.operands[..];
    let mut environment = context.environment.clone();
    let dash = operands.first().is_some_and(|operand| operand == "-");
    if dash || arguments.has(IGNORE) {
        environment = Environment::default();
    }
    operands = &operands[usize::from(dash)..];
    for name in arguments.values(UNSET) {
        if name.is_empty() || name.contains(&b'=') {
            let quoted = quote(name, context.locale());
            report.fail(125, &[b"cannot unset ", &quoted, b": Invalid argument"]).await;
            return Ok(report.status());
        }
        environment.remove(name);
    }
    while let Some((operand, rest)) = operands.split_first() {
        let Some(equals) = operand.iter().position(|&byte| byte == b'=') else { break };
        environment.set(operand.slice(..equals), operand.slice(equals + 1..));
        operands = rest;
    }
    match operands {
        [] => print(&arguments, &environment, &io, context, report).await,
        command => launch(&arguments, environment, command, io, context, report).await,
    }
}

async fn print(
    arguments: &Arguments,
    environment: &Environment,
    io: &Io,
    context: &Context,
    mut report: Report,
) -> Result<Status> {
    if arguments.has(CHDIR) {
        report.usage(125, &[b"must specify command with --chdir (-C)"]).await;
        return Ok(report.status());
    }
    let end = if arguments.has(NULL) { 0 } else { b'\n' };
    let mut output = Writer::new(io.stdout.clone());
    for (name, value) in environment.iter() {
        output.push(&[name, &b"="[..], value].concat());
        output.push_byte(end);
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn launch(
    arguments: &Arguments,
    environment: Environment,
    command: &[Bytes],
    io: Io,
    context: &Context,
    mut report: Report,
) -> Result<Status> {
    if arguments.has(NULL) {
        report.usage(125, &[b"cannot specify --null (-0) with command"]).await;
        return Ok(report.status());
    }
    let directory = match arguments.value(CHDIR) {
        None => None,
        Some(directory) => match enter(context, directory).await {
            Ok(path) => Some(path),
            Err(error) => {
                let quoted = quote_always(directory, context.locale());
                report
                    .fail(
                        125,
                        &[b"cannot change directory to ", &quoted, b": ", error.to_string().as_bytes()],
                    )
                    .await;
                return Ok(report.status());
            }
        },
    };
    if arguments.has(DEBUG) {
        tell(command, &io, context).await;
    }
    let name = quote(&command[0], context.locale());
    let changes = Changes { environment: Some(environment), directory };
    Ok(match context.launcher.launch(command.to_vec(), io, changes).await {
        Launched::Ran(status) => status,
        Launched::NotFound => {
            report.fail(127, &[&name, b": No such file or directory"]).await;
            127
        }
        Launched::NotExecutable => {
            report.fail(126, &[&name, b": Permission denied"]).await;
            126
        }
    })
}

async fn enter(context: &Context, directory: &[u8]) -> Result<mirage_vfs::Path> {
    let entry = context.view.stat(directory, Follow::Yes).await?;
    if !entry.is_directory() {
        return Err(mirage_vfs::Error::new(mirage_vfs::ErrorKind::NotADirectory, "chdir"));
    }
    context.view.resolve(directory, Follow::Yes).await
}

/// What `-v` prints.
async fn tell(command: &[Bytes], io: &Io, context: &Context) {
    let mut text = [b"executing: ", &command[0][..], b"\n"].concat();
    for (number, word) in command.iter().enumerate() {
        text.extend_from_slice(format!("   arg[{number}]= ").as_bytes());
        text.extend_from_slice(&quote(word, context.locale()));
        text.push(b'\n');
    }
    // Nobody is left to tell when stderr itself fails.
    let _ = io.stderr.write(&context.call, text.into()).await;
}
