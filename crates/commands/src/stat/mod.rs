//! `stat`: everything that is known of files.

mod directive;
mod file_system;
mod format;

use std::borrow::Cow;

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Result};

use crate::support::date::Zone;
use crate::support::{Accounts, Choices, Output, Report, choose};
use directive::{Escapes, Format};
use file_system::FileSystem;
use format::Subject;

const FOLLOW: Flag = Flag::new('L', "dereference", "follow links");
const FILE_SYSTEM: Flag = Flag::new('f', "file-system", "display file system status instead of file status");
const CACHED: Flag = Flag::long("cached", "(ignored)").value("MODE");
const FORMAT: Flag =
    Flag::new('c', "format", "use the specified FORMAT instead of the default, a line each").value("FORMAT");
const PRINTF: Flag =
    Flag::long("printf", "like --format, but interpret backslash escapes, and add no newline")
        .value("FORMAT");
const TERSE: Flag = Flag::new('t', "terse", "print the information in terse form");

static SPEC: Spec = Spec {
    name: "stat",
    summary: "Display file or file system status",
    usage: &["[OPTION]... FILE..."],
    flags: &[FOLLOW, FILE_SYSTEM, FORMAT, PRINTF, TERSE, CACHED],
    notes: "The valid format sequences for files:\n\
        \x20 %a permission bits in octal     %A permission bits and type in human form\n\
        \x20 %b allocated blocks             %B bytes of each block reported by %b\n\
        \x20 %d device number                %D device number in hex\n\
        \x20 %f raw mode in hex              %F file type\n\
        \x20 %g %G group ID and name         %h number of hard links\n\
        \x20 %i inode number                 %m mount point\n\
        \x20 %n file name                    %N quoted file name with dereference if symbolic link\n\
        \x20 %o optimal I/O size hint        %s total size, in bytes (? if a service does not tell)\n\
        \x20 %t %T device type in hex        %u %U user ID and name\n\
        \x20 %w %W time of birth (- or 0: unknown)   %x %X last access\n\
        \x20 %y %Y last data modification    %z %Z last status change\n\
        and for file systems: %a %b %c %d %f %i %l %n %s %S %t %T.",
    examples: &[
        Example { title: "size and name", line: "printf abc >f && stat -c '%s %n' f", output: "3 f\n" },
        Example { title: "permissions", line: "touch f && stat -c '%a %A' f", output: "644 -rw-r--r--\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Stat;

impl Command for Stat {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.operands.iter().map(|operand| Effect::Stat(context.path(operand))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

const CACHE_MODES: &Choices<()> = &[(&["default"], ()), (&["never"], ()), (&["always"], ())];

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    for mode in arguments.values(CACHED) {
        if let Err(message) = choose(mode, CACHE_MODES, "--cached", context.locale()) {
            report.usage(1, &[&message]).await;
            return Ok(report.status());
        }
    }
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    let given = arguments.last_of(&[FORMAT, PRINTF]);
    let text = given.and_then(|flag| arguments.value(flag).cloned());
    let escapes = if given == Some(PRINTF) { Escapes::Interpreted } else { Escapes::Kept };
    let (zone, accounts) = (Zone::of(&context.environment), Accounts::of(context));
    let output = Output::new(&io);
    report.after(&output);
    for operand in &arguments.operands {
        context.call.tick().await;
        let follow = if arguments.has(FOLLOW) { Follow::Yes } else { Follow::No };
        let found = match (&operand[..], arguments.has(FILE_SYSTEM)) {
            (b"-", false) => input_entry(&io, context).await,
            (b"-", true) => {
                let what = b"using '-' to denote standard input does not work in file system mode";
                report.fail(1, &[what]).await;
                continue;
            }
            _ => context.view.stat(operand, follow).await,
        };
        let entry = match found {
            Ok(entry) => entry,
            Err(error) => {
                let what = match arguments.has(FILE_SYSTEM) {
                    true => "cannot read file system information for",
                    false => "cannot statx",
                };
                report.cannot(what, operand, &error).await;
                continue;
            }
        };
        let format = |default: &'static str| match &text {
            Some(text) => Cow::Owned(text.to_vec()),
            None => Cow::Borrowed(default.as_bytes()),
        };
        let mut warnings = Vec::new();
        let terse = arguments.has(TERSE);
        let mut line = if arguments.has(FILE_SYSTEM) {
            let text = format(if terse { file_system::TERSE } else { file_system::DEFAULT });
            let system = FileSystem::of(operand, context).await;
            Format { text: &text, escapes }.print(&mut warnings, |directive| system.value(directive, context))
        } else {
            let default = match (terse, entry.kind) {
                (true, _) => format::TERSE,
                (false, mirage_vfs::Kind::Special(_)) => format::DEFAULT_SPECIAL,
                _ => format::DEFAULT,
            };
            let mut subject = match Subject::of(operand, entry, &zone, &accounts, context).await {
                Ok(subject) => subject,
                Err(error) => {
                    report.cannot("cannot statx", operand, &error).await;
                    continue;
                }
            };
            if text.is_none() && context.environment.get(b"QUOTING_STYLE").is_none() {
                subject = subject.with_plain_names();
            }
            let text = format(default);
            Format { text: &text, escapes }.print(&mut warnings, |directive| subject.value(directive))
        };
        if escapes == Escapes::Kept && text.is_some() {
            line.push(b'\n');
        }
        let mut printed = 0;
        for (at, warning) in warnings {
            output.push(&line[printed..at]);
            printed = at;
            report.say(&[b"warning: ", &warning]).await;
        }
        output.push(&line[printed..]);
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// Standard input: the file behind it, else something like a pipe.
async fn input_entry(io: &Io, context: &Context) -> Result<Entry> {
    match io.stdin.as_file() {
        Some(opened) => opened.file().stat(&context.call).await,
        None => Ok(Entry::new("", mirage_vfs::Kind::Special(mirage_vfs::Special::Fifo))),
    }
}
