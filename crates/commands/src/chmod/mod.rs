//! `chmod`: permission bits.

mod arguments;
mod change;

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Result, found};

use crate::support::{ModeChange, Output, Report, quote, quote_always};
use change::{Changer, Telling};

const CHANGES: Flag = Flag::new('c', "changes", "like verbose but report only when a change is made");
const QUIET: Flag = Flag::new('f', "quiet", "suppress most error messages");
const SILENT: Flag = Flag::long("silent", "the same");
const VERBOSE: Flag = Flag::new('v', "verbose", "output a diagnostic for every file processed");
const NO_PRESERVE_ROOT: Flag = Flag::long("no-preserve-root", "do not treat '/' specially (the default)");
const PRESERVE_ROOT: Flag = Flag::long("preserve-root", "fail to operate recursively on '/'");
const REFERENCE: Flag = Flag::long("reference", "use RFILE's mode instead of MODE values").value("RFILE");
const RECURSIVE: Flag = Flag::new('R', "recursive", "change files and directories recursively");
/// The mode was written as an option, `-w`: what the umask takes from it is told.
const MODE_IS_OPTION: Flag = Flag::long(arguments::MODE_IS_OPTION, "");

static SPEC: Spec = Spec {
    name: "chmod",
    summary: "Change the mode of each FILE to MODE",
    usage: &[
        "[OPTION]... MODE[,MODE]... FILE...",
        "[OPTION]... OCTAL-MODE FILE...",
        "[OPTION]... --reference=RFILE FILE...",
    ],
    flags: &[
        CHANGES,
        RECURSIVE,
        NO_PRESERVE_ROOT,
        PRESERVE_ROOT,
        QUIET,
        REFERENCE,
        SILENT,
        VERBOSE,
        MODE_IS_OPTION,
    ],
    rewrite: Some(arguments::rewrite),
    notes: "Each MODE is of the form '[ugoa]*([-+=]([rwxXst]*|[ugo]))+|[-+=][0-7]+'.",
    examples: &[Example {
        title: "make a script executable",
        line: "touch run.sh && chmod -v +x run.sh",
        output: "mode of 'run.sh' changed from 0644 (rw-r--r--) to 0755 (rwxr-xr-x)\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Chmod;

impl Command for Chmod {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let recursive = arguments.has(RECURSIVE);
        let modes = usize::from(!arguments.has(REFERENCE));
        let files = arguments.operands.iter().skip(modes);
        let effects = files.map(|file| Effect::Write { path: context.path(file), recursive }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let locale = context.locale();
    let mut files = &arguments.operands[..];
    let change = if let Some(reference) = arguments.value(REFERENCE) {
        match context.view.stat(reference, Follow::Yes).await {
            Ok(entry) => ModeChange::exactly(entry.mode.unwrap_or(0)),
            Err(error) => {
                report.cannot("failed to get attributes of", reference, &error).await;
                return Ok(report.status());
            }
        }
    } else {
        let Some((mode, rest)) = files.split_first() else {
            report.usage(1, &[b"missing operand"]).await;
            return Ok(report.status());
        };
        files = rest;
        if files.is_empty() {
            match arguments.has(MODE_IS_OPTION) {
                true => report.usage(1, &[b"missing operand"]).await,
                false => report.usage(1, &[b"missing operand after ", &quote(mode, locale)]).await,
            }
            return Ok(report.status());
        }
        match ModeChange::parse(mode) {
            Some(change) => change,
            None => {
                report.usage(1, &[b"invalid mode: ", &quote(mode, locale)]).await;
                return Ok(report.status());
            }
        }
    };
    if files.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    let telling = match arguments.last_of(&[CHANGES, VERBOSE]) {
        Some(VERBOSE) => Telling::Everything,
        Some(_) => Telling::Changes,
        None => Telling::Nothing,
    };
    let output = Output::new(&io);
    report.after(&output);
    let mut changer = Changer {
        context,
        report: &mut report,
        output: &output,
        change,
        telling,
        quiet: arguments.has(QUIET) || arguments.has(SILENT),
        recursive: arguments.has(RECURSIVE),
        tells_masked: arguments.has(MODE_IS_OPTION),
    };
    let preserves_root = arguments.last_of(&[PRESERVE_ROOT, NO_PRESERVE_ROOT]) == Some(PRESERVE_ROOT);
    for file in files {
        context.call.tick().await;
        let is_root = match preserves_root && changer.recursive {
            true => is_root(file, context).await,
            false => Ok(false),
        };
        let is_root = match is_root {
            Ok(is_root) => is_root,
            Err(error) => {
                changer.report.cannot("cannot access", file, &error).await;
                continue;
            }
        };
        if is_root {
            let name = quote_always(file, locale);
            let same: &[u8] = if file == "/" { b"" } else { b" (same as '/')" };
            changer.report.fail(1, &[b"it is dangerous to operate recursively on ", &name, same]).await;
            changer.report.say(&[b"use --no-preserve-root to override this failsafe"]).await;
            continue;
        }
        changer.change(file).await;
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn is_root(path: &[u8], context: &Context) -> Result<bool> {
    Ok(found(context.view.resolve(path, Follow::Yes).await)?.is_some_and(|path| path.is_root()))
}
