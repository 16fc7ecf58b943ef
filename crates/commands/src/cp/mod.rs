//! `cp`: copies of files and directories.

mod parents;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;
use mirage_vfs::tree::Follow;

use crate::support::{
    BackupKind, Backups, Choices, Copier, CopyOptions, Destination, Existing, Following, Manner, Output,
    Preserve, Report, Wrong, choose, destination, quote_always, without_trailing_slashes,
};

const ARCHIVE: Flag = Flag::new('a', "archive", "same as -dR --preserve=all");
const ATTRIBUTES_ONLY: Flag = Flag::long("attributes-only", "don't copy the file data, just the attributes");
const BACKUP: Flag =
    Flag::long("backup", "make a backup of each existing destination file").optional("CONTROL");
const BACKUP_SHORT: Flag = Flag::short('b', "like --backup but does not accept an argument");
const CONTEXT: Flag = Flag::long("context", "").optional("CTX");
const COPY_CONTENTS: Flag = Flag::long("copy-contents", "(ignored: special files have no content here)");
const KEEP_LINKS: Flag = Flag::short('d', "same as --no-dereference --preserve=links");
const FORCE: Flag = Flag::new('f', "force", "if an existing file cannot be opened, remove it and try again");
const FOLLOW_OPERANDS: Flag = Flag::short('H', "follow command-line symbolic links in SOURCE");
const INTERACTIVE: Flag = Flag::new('i', "interactive", "prompt before overwrite (overrides a previous -n)");
const FOLLOW: Flag = Flag::new('L', "dereference", "always follow symbolic links in SOURCE");
const LINK: Flag = Flag::new('l', "link", "hard link files instead of copying");
const NO_CLOBBER: Flag =
    Flag::new('n', "no-clobber", "do not overwrite an existing file (overrides a previous -i)");
const NO_FOLLOW: Flag = Flag::new('P', "no-dereference", "never follow symbolic links in SOURCE");
const NO_PRESERVE: Flag =
    Flag::long("no-preserve", "don't preserve the specified attributes").value("ATTR_LIST");
const NOT_A_DIRECTORY: Flag = Flag::new('T', "no-target-directory", "treat DEST as a normal file");
const ONE_FILE_SYSTEM: Flag = Flag::new('x', "one-file-system", "stay on this mount");
const PARENTS: Flag = Flag::long("parents", "use full source file name under DIRECTORY");
const PATH: Flag = Flag::long("path", "");
const PRESERVE_SHORT: Flag = Flag::short('p', "same as --preserve=mode,ownership,timestamps");
const PRESERVE: Flag = Flag::long(
    "preserve",
    "preserve the specified attributes (default: mode,ownership,timestamps; also links, xattr, all)",
)
.optional("ATTR_LIST");
const RECURSIVE: Flag = Flag::new('R', "recursive", "copy directories recursively");
const RECURSIVE_TOO: Flag = Flag::short('r', "the same");
const REFLINK: Flag =
    Flag::long("reflink", "control clone copies: auto (default), never, always").optional("WHEN");
const REMOVE_DESTINATION: Flag =
    Flag::long("remove-destination", "remove each existing destination file before attempting to open it");
const SPARSE: Flag = Flag::long("sparse", "(accepted; holes read as zeros)").value("WHEN");
const STRIP: Flag =
    Flag::long("strip-trailing-slashes", "remove any trailing slashes from each SOURCE argument");
const SUFFIX: Flag = Flag::new('S', "suffix", "override the usual backup suffix").value("SUFFIX");
const SYMBOLIC_LINK: Flag = Flag::new('s', "symbolic-link", "make symbolic links instead of copying");
const TARGET_DIRECTORY: Flag =
    Flag::new('t', "target-directory", "copy all SOURCE arguments into DIRECTORY").value("DIRECTORY");
const UPDATE: Flag =
    Flag::new('u', "update", "copy only when the SOURCE file is newer than the destination file");
const VERBOSE: Flag = Flag::new('v', "verbose", "explain what is being done");
const SECURITY: Flag = Flag::short('Z', "(ignored: there are no security contexts)");

static SPEC: Spec = Spec {
    name: "cp",
    summary: "Copy SOURCE to DEST, or multiple SOURCEs to DIRECTORY",
    usage: &[
        "[OPTION]... [-T] SOURCE DEST",
        "[OPTION]... SOURCE... DIRECTORY",
        "[OPTION]... -t DIRECTORY SOURCE...",
    ],
    flags: &[
        ARCHIVE,
        ATTRIBUTES_ONLY,
        BACKUP,
        BACKUP_SHORT,
        COPY_CONTENTS,
        FOLLOW,
        KEEP_LINKS,
        FORCE,
        FOLLOW_OPERANDS,
        INTERACTIVE,
        LINK,
        NO_CLOBBER,
        NO_FOLLOW,
        NO_PRESERVE,
        NOT_A_DIRECTORY,
        ONE_FILE_SYSTEM,
        PARENTS,
        PATH,
        PRESERVE_SHORT,
        PRESERVE,
        RECURSIVE,
        RECURSIVE_TOO,
        REMOVE_DESTINATION,
        SPARSE,
        REFLINK,
        STRIP,
        SUFFIX,
        SYMBOLIC_LINK,
        TARGET_DIRECTORY,
        UPDATE,
        VERBOSE,
        CONTEXT,
        SECURITY,
    ],
    examples: &[
        Example {
            title: "copy a directory",
            line: "mkdir d && echo x >d/f && cp -r d copy && cat copy/f",
            output: "x\n",
        },
        Example {
            title: "keep what is replaced",
            line: "echo new >a; echo old >b; cp -bv a b; cat b~",
            output: "'a' -> 'b' (backup: 'b~')\nold\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Cp;

impl Command for Cp {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let recursive = [RECURSIVE, RECURSIVE_TOO, ARCHIVE].iter().any(|flag| arguments.has(*flag));
        let mut sources = arguments.operands.clone();
        let target = arguments.value(TARGET_DIRECTORY).cloned().or_else(|| sources.pop());
        let read =
            |source: &Bytes| Effect::Read { path: context.path(source), extent: Extent::Whole, recursive };
        let mut effects: Vec<Effect> = sources.iter().map(read).collect();
        effects.extend(target.map(|target| Effect::Write { path: context.path(&target), recursive: true }));
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

const SPARSE_WHEN: &Choices<()> = &[(&["never"], ()), (&["auto"], ()), (&["always"], ())];

/// Whether a copy must share its bytes with the source.
const REFLINK_WHEN: &Choices<bool> = &[(&["auto"], false), (&["always"], true), (&["never"], false)];

/// An attribute of `--preserve`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Mode,
    Times,
    Owner,
    Links,
    Context,
    Extended,
    All,
}

const KEPT: &Choices<Kept> = &[
    (&["mode"], Kept::Mode),
    (&["timestamps"], Kept::Times),
    (&["ownership"], Kept::Owner),
    (&["links"], Kept::Links),
    (&["context"], Kept::Context),
    (&["xattr"], Kept::Extended),
    (&["all"], Kept::All),
];

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match read_options(&arguments, context) {
        Ok(options) => options,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    if arguments.value(CONTEXT).is_some() {
        report.say(&[b"warning: ignoring --context; it requires an SELinux-enabled kernel"]).await;
    }
    if arguments.values(TARGET_DIRECTORY).count() > 1 {
        report.fail(1, &[b"multiple target directories specified"]).await;
        return Ok(report.status());
    }
    let directory = arguments.value(TARGET_DIRECTORY);
    let found =
        destination(&arguments, directory, arguments.has(NOT_A_DIRECTORY), context, &mut report).await;
    let Some((sources, destination)) = found else { return Ok(report.status()) };
    let with_parents = arguments.has(PARENTS) || arguments.has(PATH);
    if with_parents && matches!(destination, Destination::At(_)) {
        report.usage(1, &[b"with --parents, the destination must be a directory"]).await;
        return Ok(report.status());
    }
    let output = Output::new(&io);
    report.after(&output);
    let backup_of_itself = match backup_of_itself(&arguments, &options, &sources, &destination, context).await
    {
        Ok(backup) => backup,
        Err(error) => {
            report.cannot("cannot backup", &sources[0], &error).await;
            return Ok(report.status());
        }
    };
    let mut copier = Copier::new(context, &io, &mut report, &output, &options.copy);
    let mut seen: Vec<&Bytes> = Vec::new();
    for source in &sources {
        context.call.tick().await;
        if sources.len() > 1 && seen.contains(&source) && !is_left_out(source, &options.copy, context).await {
            warn_of_repetition(source, context, copier.report()).await;
            continue;
        }
        seen.push(source);
        let from = if arguments.has(STRIP) { without_trailing_slashes(source) } else { source };
        match (&destination, &backup_of_itself) {
            (Destination::Into(directory), _) if with_parents => {
                parents::copy(&mut copier, context, from, directory, &options.copy).await;
            }
            (_, Some(backup)) => {
                copier.copy(from, backup).await;
            }
            (destination, None) => {
                copier.copy(from, &destination.of(from)).await;
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// Whether a source is not there, or a directory where none is copied: that is told each time.
async fn is_left_out(source: &[u8], copy: &CopyOptions, context: &Context) -> bool {
    match context.view.stat(source, Follow::No).await {
        Ok(entry) => !copy.recursive && entry.is_directory(),
        Err(_) => true,
    }
}

async fn warn_of_repetition(source: &Bytes, context: &Context, report: &mut Report) {
    let is_directory = match context.view.is_directory(source, Follow::No).await {
        Ok(is_directory) => is_directory,
        Err(error) => return report.cannot("cannot stat", source, &error).await,
    };
    let kind: &[u8] = if is_directory { b"directory " } else { b"file " };
    let name = quote_always(source, report.locale());
    report.say(&[b"warning: source ", kind, &name, b" specified more than once"]).await;
}

/// `cp -f --backup x x` makes a backup of `x`: the path of it.
async fn backup_of_itself(
    arguments: &Arguments,
    options: &Options,
    sources: &[Bytes],
    destination: &Destination,
    context: &Context,
) -> Result<Option<Vec<u8>>> {
    let [source] = sources else { return Ok(None) };
    let same = matches!(destination, Destination::At(path) if path == source);
    if !same || !arguments.has(FORCE) || !options.backups.are_made() {
        return Ok(None);
    }
    match context.view.probe(source, Follow::Yes).await? {
        Some(entry) if entry.is_file() => options.backups.path_for(context, source).await,
        _ => Ok(None),
    }
}

struct Options {
    copy: CopyOptions,
    backups: Backups,
}

fn read_options(arguments: &Arguments, context: &Context) -> Result<Options, Wrong> {
    let locale = context.locale();
    let mut copy = CopyOptions::default();
    let mut following = None;
    for (flag, value) in &arguments.options {
        let attached: Option<&[u8]> = value.as_ref().map(|value| &value[..]);
        match *flag {
            ARCHIVE => {
                (copy.recursive, following) = (true, Some(Following::Never));
                preserve(&mut copy.preserve, Kept::All, true);
            }
            ATTRIBUTES_ONLY => copy.manner = Manner::Attributes,
            KEEP_LINKS => (copy.preserve.links, following) = (true, Some(Following::Never)),
            FORCE => copy.force = true,
            FOLLOW_OPERANDS => following = Some(Following::Operands),
            FOLLOW => following = Some(Following::Always),
            NO_FOLLOW => following = Some(Following::Never),
            INTERACTIVE => copy.existing = Existing::Asked,
            NO_CLOBBER => copy.existing = Existing::Kept,
            LINK => copy.manner = Manner::HardLink,
            SYMBOLIC_LINK => copy.manner = Manner::SymbolicLink,
            ONE_FILE_SYSTEM => copy.same_mount = true,
            PRESERVE_SHORT => preserve_default(&mut copy.preserve),
            PRESERVE => match attached {
                None => preserve_default(&mut copy.preserve),
                Some(list) => preserve_list(&mut copy.preserve, list, true, locale)?,
            },
            NO_PRESERVE => preserve_list(&mut copy.preserve, attached.unwrap_or_default(), false, locale)?,
            RECURSIVE | RECURSIVE_TOO => copy.recursive = true,
            REFLINK => {
                let when = attached.map_or(Ok(true), |when| choose(when, REFLINK_WHEN, "--reflink", locale));
                copy.must_clone = when.map_err(Wrong::Usage)?;
            }
            SPARSE => {
                choose(attached.unwrap_or_default(), SPARSE_WHEN, "--sparse", locale).map_err(Wrong::Usage)?
            }
            REMOVE_DESTINATION => copy.remove_first = true,
            UPDATE => copy.update = true,
            VERBOSE => copy.verbose = true,
            _ => {}
        }
    }
    let backs_up = arguments.has(BACKUP) || arguments.has(BACKUP_SHORT);
    let control = arguments.value(BACKUP);
    let backups = Backups::new(backs_up, control, arguments.value(SUFFIX), context).map_err(Wrong::Usage)?;
    if copy.existing == Existing::Kept && backups.kind != BackupKind::None {
        return Err(Wrong::Usage(b"options --backup and --no-clobber are mutually exclusive".to_vec()));
    }
    if arguments.has(LINK) && arguments.has(SYMBOLIC_LINK) {
        return Err(Wrong::Usage(b"cannot make both hard and symbolic links".to_vec()));
    }
    let links = copy.manner == Manner::HardLink;
    let default = if copy.recursive || links { Following::Never } else { Following::Always };
    copy.following = following.unwrap_or(default);
    copy.backups = backups.clone();
    Ok(Options { copy, backups })
}

fn preserve_default(preserved: &mut Preserve) {
    (preserved.mode, preserved.times, preserved.owner, preserved.not_mode) = (true, true, true, false);
}

fn preserve(preserved: &mut Preserve, kept: Kept, on: bool) {
    let all = kept == Kept::All;
    if all || kept == Kept::Mode {
        (preserved.mode, preserved.not_mode) = (on, !on);
    }
    if all || kept == Kept::Times {
        preserved.times = on;
    }
    if all || kept == Kept::Owner {
        preserved.owner = on;
    }
    if all || kept == Kept::Links {
        preserved.links = on;
    }
}

fn preserve_list(
    preserved: &mut Preserve,
    list: &[u8],
    on: bool,
    locale: mirage_shell::command::Locale,
) -> Result<(), Wrong> {
    let option = if on { "--preserve" } else { "--no-preserve" };
    for word in list.split(|&byte| byte == b',') {
        let kept = choose(word, KEPT, option, locale).map_err(Wrong::Usage)?;
        if kept == Kept::Context && on {
            let message = b"cannot preserve security context without an SELinux-enabled kernel";
            return Err(Wrong::Plain(message.to_vec()));
        }
        preserve(preserved, kept, on);
    }
    Ok(())
}
