//! `rm`: files and whole directories removed.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Choices, Output, RemoveOptions, Remover, Report, ask, choose};

const DIRECTORIES: Flag = Flag::new('d', "dir", "remove empty directories");
const FORCE: Flag = Flag::new('f', "force", "ignore nonexistent files, never prompt");
const ASK_EACH: Flag = Flag::short('i', "prompt before every removal");
const ASK_ONCE: Flag = Flag::short('I', "prompt once before removing more than three files, or recursively");
const INTERACTIVE: Flag =
    Flag::long("interactive", "prompt according to WHEN: never, once (-I), or always (-i)").optional("WHEN");
const ONE_FILE_SYSTEM: Flag = Flag::long("one-file-system", "do not enter directories of other mounts");
const NO_PRESERVE_ROOT: Flag = Flag::long("no-preserve-root", "do not treat '/' specially");
const PRESERVE_ROOT: Flag = Flag::long("preserve-root", "do not remove '/' (default)").optional("all");
const RECURSIVE: Flag = Flag::new('r', "recursive", "remove directories and their contents recursively");
const RECURSIVE_TOO: Flag = Flag::short('R', "the same");
const VERBOSE: Flag = Flag::new('v', "verbose", "explain what is being done");
const PRESUME_TERMINAL: Flag = Flag::long("-presume-input-tty", "");

static SPEC: Spec = Spec {
    name: "rm",
    summary: "Remove files and directories",
    flags: &[
        FORCE,
        ASK_EACH,
        ASK_ONCE,
        INTERACTIVE,
        ONE_FILE_SYSTEM,
        NO_PRESERVE_ROOT,
        PRESERVE_ROOT,
        PRESUME_TERMINAL,
        RECURSIVE,
        RECURSIVE_TOO,
        DIRECTORIES,
        VERBOSE,
    ],
    examples: &[Example {
        title: "remove a directory and everything below it",
        line: "mkdir -p d/e && rm -rv d",
        output: "removed directory 'd/e'\nremoved directory 'd'\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Rm;

impl Command for Rm {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let recursive = is_recursive(arguments);
        let remove = |operand| Effect::Remove { path: context.path(operand), recursive };
        let effects = arguments.operands.iter().map(|operand| remove(operand)).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Never,
    Once,
    Each,
}

const WHEN: &Choices<Asking> = &[
    (&["never", "no", "none"], Asking::Never),
    (&["once"], Asking::Once),
    (&["always", "yes"], Asking::Each),
];

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let Some((options, asking)) = options(&arguments, &mut report).await else { return Ok(report.status()) };
    if arguments.operands.is_empty() {
        if !options.ignore_missing {
            report.usage(1, &[b"missing operand"]).await;
        }
        return Ok(report.status());
    }
    let count = arguments.operands.len();
    if asking == Asking::Once && (options.recursive || count > 3) {
        let plural = if count == 1 { "" } else { "s" };
        let how = if options.recursive { " recursively" } else { "" };
        let question = format!(": remove {count} argument{plural}{how}? ");
        if !ask(&io, &context.call, [&arguments.name[..], question.as_bytes()].concat()).await {
            return Ok(0);
        }
    }
    let output = Output::new(&io);
    report.after(&output);
    let mut remover = Remover::new(context, &io, &mut report, &output, options);
    for operand in &arguments.operands {
        context.call.tick().await;
        remover.remove(operand).await;
    }
    if options.verbose {
        output.flush(&context.call).await?;
    }
    Ok(report.status())
}

/// What the options ask for; none after a message.
async fn options(arguments: &Arguments, report: &mut Report) -> Option<(RemoveOptions, Asking)> {
    let mut options = RemoveOptions {
        recursive: is_recursive(arguments),
        empty_directories: arguments.has(DIRECTORIES),
        same_mount: arguments.has(ONE_FILE_SYSTEM),
        verbose: arguments.has(VERBOSE),
        preserve_root: true,
        ..RemoveOptions::default()
    };
    let mut asking = Asking::Never;
    for (flag, value) in &arguments.options {
        match *flag {
            FORCE => (asking, options.ignore_missing) = (Asking::Never, true),
            ASK_EACH => (asking, options.ignore_missing) = (Asking::Each, false),
            ASK_ONCE => (asking, options.ignore_missing) = (Asking::Once, false),
            INTERACTIVE => {
                asking = match value {
                    None => Asking::Each,
                    Some(value) => match choose(value, WHEN, "--interactive", report.locale()) {
                        Ok(asking) => asking,
                        Err(message) => {
                            report.usage(1, &[&message]).await;
                            return None;
                        }
                    },
                };
                options.ignore_missing &= asking == Asking::Never;
            }
            NO_PRESERVE_ROOT => options.preserve_root = false,
            PRESERVE_ROOT => {
                if let Some(value) = value.as_ref().filter(|value| *value != "all") {
                    report.fail(1, &[b"unrecognized --preserve-root argument: '", value, b"'"]).await;
                    return None;
                }
                options.preserve_root = true;
            }
            _ => {}
        }
    }
    options.ask = asking == Asking::Each;
    Some((options, asking))
}

fn is_recursive(arguments: &Arguments) -> bool {
    arguments.has(RECURSIVE) || arguments.has(RECURSIVE_TOO)
}
