//! `mv`: files and directories under new names.

mod rename;

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Backups, Existing, Output, Report, destination, without_trailing_slashes};
use rename::{Mover, Options};

const BACKUP: Flag =
    Flag::long("backup", "make a backup of each existing destination file").optional("CONTROL");
const BACKUP_SHORT: Flag = Flag::short('b', "like --backup but does not accept an argument");
const CONTEXT: Flag = Flag::new('Z', "context", "(ignored: there are no security contexts)");
const FORCE: Flag = Flag::new('f', "force", "do not prompt before overwriting");
const INTERACTIVE: Flag = Flag::new('i', "interactive", "prompt before overwrite");
const NO_CLOBBER: Flag = Flag::new('n', "no-clobber", "do not overwrite an existing file");
const NOT_A_DIRECTORY: Flag = Flag::new('T', "no-target-directory", "treat DEST as a normal file");
const STRIP: Flag =
    Flag::long("strip-trailing-slashes", "remove any trailing slashes from each SOURCE argument");
const SUFFIX: Flag = Flag::new('S', "suffix", "override the usual backup suffix").value("SUFFIX");
const TARGET_DIRECTORY: Flag =
    Flag::new('t', "target-directory", "move all SOURCE arguments into DIRECTORY").value("DIRECTORY");
const UPDATE: Flag =
    Flag::new('u', "update", "move only when the SOURCE file is newer than the destination file");
const VERBOSE: Flag = Flag::new('v', "verbose", "explain what is being done");

static SPEC: Spec = Spec {
    name: "mv",
    summary: "Rename SOURCE to DEST, or move SOURCEs to DIRECTORY",
    usage: &[
        "[OPTION]... [-T] SOURCE DEST",
        "[OPTION]... SOURCE... DIRECTORY",
        "[OPTION]... -t DIRECTORY SOURCE...",
    ],
    flags: &[
        BACKUP,
        BACKUP_SHORT,
        CONTEXT,
        FORCE,
        INTERACTIVE,
        NO_CLOBBER,
        NOT_A_DIRECTORY,
        STRIP,
        SUFFIX,
        TARGET_DIRECTORY,
        UPDATE,
        VERBOSE,
    ],
    notes: "If you specify more than one of -i, -f, -n, only the final one takes effect.\nBetween two mounts, and where a \
        service can not rename, files are copied and then removed.",
    examples: &[Example {
        title: "move into a directory",
        line: "mkdir d && touch a b && mv -v a b d",
        output: "renamed 'a' -> 'd/a'\nrenamed 'b' -> 'd/b'\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Mv;

impl Command for Mv {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let mut sources = arguments.operands.clone();
        let target = arguments.value(TARGET_DIRECTORY).cloned().or_else(|| sources.pop());
        let mut effects = Vec::new();
        for source in &sources {
            let path = context.path(source);
            // Between mounts the content is read.
            effects.push(Effect::Read { path: path.clone(), extent: Extent::Whole, recursive: true });
            effects.push(Effect::Remove { path, recursive: true });
        }
        effects.extend(target.map(|target| Effect::Write { path: context.path(&target), recursive: true }));
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
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
    let existing = match arguments.last_of(&[FORCE, INTERACTIVE, NO_CLOBBER]) {
        Some(INTERACTIVE) => Existing::Asked,
        Some(NO_CLOBBER) => Existing::Kept,
        _ => Existing::Replaced,
    };
    if arguments.values(TARGET_DIRECTORY).count() > 1 {
        report.fail(1, &[b"multiple target directories specified"]).await;
        return Ok(report.status());
    }
    let directory = arguments.value(TARGET_DIRECTORY);
    let found =
        destination(&arguments, directory, arguments.has(NOT_A_DIRECTORY), context, &mut report).await;
    let Some((sources, destination)) = found else { return Ok(report.status()) };
    if existing == Existing::Kept && backups.are_made() {
        report.usage(1, &[b"options --backup and --no-clobber are mutually exclusive"]).await;
        return Ok(report.status());
    }
    let options = Options {
        existing,
        update: arguments.has(UPDATE),
        verbose: arguments.has(VERBOSE),
        backups,
        many: sources.len() > 1,
    };
    let output = Output::new(&io);
    report.after(&output);
    let mut mover = Mover::new(context, &io, &mut report, &output, &options);
    for source in &sources {
        context.call.tick().await;
        let from = if arguments.has(STRIP) { without_trailing_slashes(source) } else { source };
        mover.move_to(from, &destination.of(from)).await;
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
