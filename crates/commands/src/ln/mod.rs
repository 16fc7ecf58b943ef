//! `ln`: hard and symbolic links.

mod make;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{ErrorKind, Result};

use crate::support::{Backups, Destination, Output, Report, quote_always};
use make::{Linker, Options};

const BACKUP: Flag =
    Flag::long("backup", "make a backup of each existing destination file").optional("CONTROL");
const BACKUP_SHORT: Flag = Flag::short('b', "like --backup but does not accept an argument");
const DIRECTORY: Flag =
    Flag::new('d', "directory", "allow the superuser to attempt to hard link directories");
const DIRECTORY_TOO: Flag = Flag::short('F', "the same");
const FORCE: Flag = Flag::new('f', "force", "remove existing destination files");
const INTERACTIVE: Flag = Flag::new('i', "interactive", "prompt whether to remove destinations");
const LOGICAL: Flag = Flag::new('L', "logical", "dereference TARGETs that are symbolic links");
const NO_FOLLOW: Flag = Flag::new(
    'n',
    "no-dereference",
    "treat LINK_NAME as a normal file if it is a symbolic link to a directory",
);
const PHYSICAL: Flag = Flag::new('P', "physical", "make hard links directly to symbolic links (default)");
const RELATIVE: Flag = Flag::new('r', "relative", "with -s, create links relative to link location");
const SYMBOLIC: Flag = Flag::new('s', "symbolic", "make symbolic links instead of hard links");
const SUFFIX: Flag = Flag::new('S', "suffix", "override the usual backup suffix").value("SUFFIX");
const TARGET_DIRECTORY: Flag =
    Flag::new('t', "target-directory", "specify the DIRECTORY in which to create the links")
        .value("DIRECTORY");
const NOT_A_DIRECTORY: Flag =
    Flag::new('T', "no-target-directory", "treat LINK_NAME as a normal file always");
const VERBOSE: Flag = Flag::new('v', "verbose", "print name of each linked file");

static SPEC: Spec = Spec {
    name: "ln",
    summary: "Make links between files",
    usage: &[
        "[OPTION]... [-T] TARGET LINK_NAME",
        "[OPTION]... TARGET",
        "[OPTION]... TARGET... DIRECTORY",
        "[OPTION]... -t DIRECTORY TARGET...",
    ],
    flags: &[
        BACKUP,
        BACKUP_SHORT,
        DIRECTORY,
        DIRECTORY_TOO,
        FORCE,
        INTERACTIVE,
        LOGICAL,
        NO_FOLLOW,
        PHYSICAL,
        RELATIVE,
        SYMBOLIC,
        SUFFIX,
        TARGET_DIRECTORY,
        NOT_A_DIRECTORY,
        VERBOSE,
    ],
    examples: &[Example {
        title: "a symbolic link, replaced",
        line: "ln -s a l && ln -sfv b l && readlink l",
        output: "'l' -> 'b'\nb\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Ln;

impl Command for Ln {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let target = arguments.value(TARGET_DIRECTORY).or_else(|| arguments.operands.last());
        let write = |path: &Bytes| Effect::Write { path: context.path(path), recursive: true };
        Plan { effects: target.map(write).into_iter().collect(), stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let backs_up = arguments.has(BACKUP) || arguments.has(BACKUP_SHORT);
    let backups = match Backups::new(backs_up, arguments.value(BACKUP), arguments.value(SUFFIX), context) {
        Ok(backups) => backups,
        Err(message) => {
            report.usage(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let Some((targets, destination)) = destination(&arguments, context, &mut report).await else {
        return Ok(report.status());
    };
    let symbolic = arguments.has(SYMBOLIC);
    if arguments.has(RELATIVE) && !symbolic {
        report.fail(1, &[b"cannot do --relative without --symbolic"]).await;
        return Ok(report.status());
    }
    let options = Options {
        symbolic,
        relative: arguments.has(RELATIVE),
        follows: arguments.last_of(&[LOGICAL, PHYSICAL]) == Some(LOGICAL),
        links_directories: arguments.has(DIRECTORY) || arguments.has(DIRECTORY_TOO),
        force: arguments.last_of(&[FORCE, INTERACTIVE]) == Some(FORCE),
        asks: arguments.last_of(&[FORCE, INTERACTIVE]) == Some(INTERACTIVE),
        verbose: arguments.has(VERBOSE),
        backups,
        many: targets.len() > 1,
    };
    let output = Output::new(&io);
    report.after(&output);
    let mut linker = Linker::new(context, &io, &mut report, &output, &options);
    for target in &targets {
        context.call.tick().await;
        linker.link(target, &destination.of(target)).await;
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// Tells targets and the place of the links apart; none after a message.
async fn destination(
    arguments: &Arguments,
    context: &Context,
    report: &mut Report,
) -> Option<(Vec<Bytes>, Destination)> {
    let locale = context.locale();
    let quoted = |path: &[u8]| quote_always(path, locale);
    let mut operands = arguments.operands.clone();
    if operands.is_empty() {
        report.usage(1, &[b"missing file operand"]).await;
        return None;
    }
    if arguments.values(TARGET_DIRECTORY).count() > 1 {
        report.fail(1, &[b"multiple target directories specified"]).await;
        return None;
    }
    let directory = arguments.value(TARGET_DIRECTORY);
    if arguments.has(NOT_A_DIRECTORY) {
        if directory.is_some() {
            report.fail(1, &[b"cannot combine --target-directory and --no-target-directory"]).await;
            return None;
        }
        match &operands[..] {
            [only] => report.usage(1, &[b"missing destination file operand after ", &quoted(only)]).await,
            [_, _] => {
                let last = operands.pop()?;
                return Some((operands, Destination::At(last)));
            }
            [_, _, extra, ..] => report.usage(1, &[b"extra operand ", &quoted(extra)]).await,
            [] => {}
        }
        return None;
    }
    if let Some(directory) = directory {
        return match is_directory(directory, arguments, context).await {
            Ok(()) => Some((operands, Destination::Into(directory.clone()))),
            Err(text) => {
                let what: &[u8] = match text == ErrorKind::NotADirectory.row().text {
                    true => b"target ",
                    false => b"failed to access ",
                };
                report.fail(1, &[what, &quoted(directory), b": ", text.as_bytes()]).await;
                None
            }
        };
    }
    if operands.len() == 1 {
        return Some((operands, Destination::Into(Bytes::from_static(b"."))));
    }
    let last = operands.pop()?;
    match is_directory(&last, arguments, context).await {
        Ok(()) => Some((operands, Destination::Into(last))),
        Err(_) if operands.len() == 1 => Some((operands, Destination::At(last))),
        Err(text) => {
            report.fail(1, &[b"target ", &quoted(&last), b": ", text.as_bytes()]).await;
            None
        }
    }
}

/// Whether the links go into `path`; else why not.
async fn is_directory(path: &[u8], arguments: &Arguments, context: &Context) -> Result<(), String> {
    let follow = if arguments.has(NO_FOLLOW) { Follow::No } else { Follow::Yes };
    match context.view.stat(path, follow).await {
        Ok(entry) if entry.is_directory() => Ok(()),
        Ok(_) => Err(ErrorKind::NotADirectory.row().text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
