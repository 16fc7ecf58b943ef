//! `install`: copies with a mode, and directories.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Attributes, Error, ErrorKind, OpenOptions, Owner, Result};

use crate::support::{
    Accounts, Backups, Copier, CopyOptions, Destination, ModeChange, Output, Preserve, Report, destination,
    directory_of, parents, quote, quote_always,
};

const BACKUP: Flag =
    Flag::long("backup", "make a backup of each existing destination file").optional("CONTROL");
const BACKUP_SHORT: Flag = Flag::short('b', "like --backup but does not accept an argument");
const IGNORED: Flag = Flag::short('c', "(ignored)");
const COMPARE: Flag =
    Flag::new('C', "compare", "compare content of source and destination files, change only what differs");
const DIRECTORY: Flag = Flag::new('d', "directory", "treat all arguments as directory names; create them");
const LEADING: Flag = Flag::short('D', "create all leading components of DEST except the last");
const DEBUG_STRIP: Flag = Flag::long("strip-program", "").value("PROGRAM");
const GROUP: Flag = Flag::new('g', "group", "set group ownership").value("GROUP");
const MODE: Flag =
    Flag::new('m', "mode", "set permission mode (as in chmod), instead of rwxr-xr-x").value("MODE");
const OWNER: Flag = Flag::new('o', "owner", "set ownership").value("OWNER");
const PRESERVE: Flag =
    Flag::new('p', "preserve-timestamps", "apply access/modification times of SOURCE files");
const STRIP: Flag = Flag::new('s', "strip", "strip symbol tables (not supported)");
const SUFFIX: Flag = Flag::new('S', "suffix", "override the usual backup suffix").value("SUFFIX");
const TARGET_DIRECTORY: Flag =
    Flag::new('t', "target-directory", "copy all SOURCE arguments into DIRECTORY").value("DIRECTORY");
const NOT_A_DIRECTORY: Flag = Flag::new('T', "no-target-directory", "treat DEST as a normal file");
const VERBOSE: Flag = Flag::new('v', "verbose", "print the name of each created file or directory");
const CONTEXT: Flag = Flag::new('Z', "preserve-context", "(ignored: there are no security contexts)");

static SPEC: Spec = Spec {
    name: "install",
    summary: "Copy files and set attributes, or create directories",
    usage: &[
        "[OPTION]... [-T] SOURCE DEST",
        "[OPTION]... SOURCE... DIRECTORY",
        "[OPTION]... -t DIRECTORY SOURCE...",
        "[OPTION]... -d DIRECTORY...",
    ],
    flags: &[
        BACKUP,
        BACKUP_SHORT,
        IGNORED,
        COMPARE,
        DIRECTORY,
        LEADING,
        GROUP,
        MODE,
        OWNER,
        PRESERVE,
        STRIP,
        DEBUG_STRIP,
        SUFFIX,
        TARGET_DIRECTORY,
        NOT_A_DIRECTORY,
        VERBOSE,
        CONTEXT,
    ],
    examples: &[Example {
        title: "a program, with the directories it goes into",
        line: "echo x >tool && install -D -m 755 tool usr/bin/tool && stat -c %a usr/bin/tool",
        output: "755\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Install;

impl Command for Install {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let mut sources = arguments.operands.clone();
        let write = |path: &Bytes| Effect::Write { path: context.path(path), recursive: true };
        let effects = match arguments.has(DIRECTORY) {
            true => sources.iter().map(write).collect(),
            false => {
                let target = arguments.value(TARGET_DIRECTORY).cloned().or_else(|| sources.pop());
                let read = |source: &Bytes| Effect::Read {
                    path: context.path(source),
                    extent: Extent::Whole,
                    recursive: false,
                };
                sources.iter().map(read).chain(target.iter().map(write)).collect()
            }
        };
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What installed files and directories get.
struct Given {
    mode: ModeChange,
    user: Option<u32>,
    group: Option<u32>,
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
    let given = match given(&arguments, context) {
        Ok(given) => given,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    if arguments.has(STRIP) {
        report.fail(1, &[b"stripping is not supported here: leave out -s"]).await;
        return Ok(report.status());
    }
    let output = Output::new(&io);
    report.after(&output);
    if arguments.has(DIRECTORY) {
        if arguments.operands.is_empty() {
            report.usage(1, &[b"missing file operand"]).await;
        }
        for operand in &arguments.operands {
            make_directory(operand, &given, &arguments, context, &mut report, &output).await;
        }
        output.flush(&context.call).await?;
        return Ok(report.status());
    }
    let options = CopyOptions {
        preserve: Preserve { times: arguments.has(PRESERVE), not_mode: true, ..Preserve::default() },
        remove_first: true,
        verbose: arguments.has(VERBOSE),
        backups,
        is_install: true,
        ..CopyOptions::default()
    };
    let Some((sources, destination)) = find_destination(&arguments, context, &mut report, &output).await
    else {
        output.flush(&context.call).await?;
        return Ok(report.status());
    };
    let mut copier = Copier::new(context, &io, &mut report, &output, &options);
    for source in &sources {
        context.call.tick().await;
        let to = destination.of(source);
        if arguments.has(COMPARE) && is_installed(source, &to, &given, context).await {
            continue;
        }
        if copier.copy(source, &to).await
            && let Err(error) = set(&to, &given, context).await
        {
            copier.report().cannot("cannot change permissions of", &to, &error).await;
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// Reads mode, owner and group. The error is a message.
fn given(arguments: &Arguments, context: &Context) -> Result<Given, Vec<u8>> {
    let locale = context.locale();
    let accounts = Accounts::of(context);
    let id = |name: &Bytes| {
        let number = std::str::from_utf8(name).ok().and_then(|digits| digits.parse().ok());
        accounts.id(name).or(number)
    };
    let mode = match arguments.value(MODE) {
        None => ModeChange::exactly(0o755),
        Some(text) => {
            ModeChange::parse(text).ok_or_else(|| [b"invalid mode ", &quote(text, locale)[..]].concat())?
        }
    };
    let mut given = Given { mode, user: None, group: None };
    if let Some(name) = arguments.value(OWNER) {
        given.user = Some(id(name).ok_or_else(|| [b"invalid user ", &quote(name, locale)[..]].concat())?);
    }
    if let Some(name) = arguments.value(GROUP) {
        given.group = Some(id(name).ok_or_else(|| [b"invalid group ", &quote(name, locale)[..]].concat())?);
    }
    Ok(given)
}

async fn find_destination(
    arguments: &Arguments,
    context: &Context,
    report: &mut Report,
    output: &Output,
) -> Option<(Vec<Bytes>, Destination)> {
    if arguments.values(TARGET_DIRECTORY).count() > 1 {
        report.fail(1, &[b"multiple target directories specified"]).await;
        return None;
    }
    let directory = arguments.value(TARGET_DIRECTORY);
    let leading = arguments.has(LEADING);
    if let Some(directory) = directory {
        if leading
            && !make_leading(&[&directory[..], b"/x"].concat(), arguments, context, report, output).await
        {
            return None;
        }
        if let Err(error) = context.view.stat(directory, Follow::Yes).await {
            report.cannot("failed to access", directory, &error).await;
            return None;
        }
    } else if let ([.., last], true) = (&arguments.operands[..], leading && arguments.operands.len() > 1) {
        let is_directory = match context.view.is_directory(last, Follow::Yes).await {
            Ok(is_directory) => is_directory,
            Err(error) => {
                report.cannot("failed to access", last, &error).await;
                return None;
            }
        };
        if !is_directory && !make_leading(last, arguments, context, report, output).await {
            return None;
        }
    }
    destination(arguments, directory, arguments.has(NOT_A_DIRECTORY), context, report).await
}

/// Makes the directories in front of a path; false after a message.
async fn make_leading(
    path: &[u8],
    arguments: &Arguments,
    context: &Context,
    report: &mut Report,
    output: &Output,
) -> bool {
    let directory = directory_of(path);
    if !path.contains(&b'/') {
        return true;
    }
    let all: Vec<&[u8]> = parents(directory).chain(std::iter::once(directory)).collect();
    for path in all {
        match make_one(path, 0o755, context).await {
            Ok(true) => tell_directory(path, arguments, context, output),
            Ok(false) => {}
            Err(error) => {
                report.cannot_quoting("cannot create directory", path, &error).await;
                return false;
            }
        }
    }
    true
}

/// Makes a directory unless it is there; answers whether it was made.
async fn make_one(path: &[u8], mode: u32, context: &Context) -> Result<bool> {
    let view = &context.view;
    match view.stat(path, Follow::Yes).await {
        Ok(entry) if entry.is_directory() => return Ok(false),
        Ok(_) => return Err(Error::new(ErrorKind::AlreadyExists, "create_dir")),
        Err(_) => {}
    }
    let unmasked = View::new(view.tree().clone(), view.call().clone(), view.directory().clone(), 0);
    unmasked.create_dir(path, mode).await?;
    Ok(true)
}

fn tell_directory(path: &[u8], arguments: &Arguments, context: &Context, output: &Output) {
    if arguments.has(VERBOSE) {
        let name = quote_always(path, context.locale());
        let parts: [&[u8]; 4] = [&arguments.name, b": creating directory ", &name, b"\n"];
        parts.into_iter().for_each(|part| output.push(part));
    }
}

async fn make_directory(
    path: &[u8],
    given: &Given,
    arguments: &Arguments,
    context: &Context,
    report: &mut Report,
    output: &Output,
) {
    for parent in parents(path) {
        match make_one(parent, 0o755, context).await {
            Ok(true) => tell_directory(parent, arguments, context, output),
            Ok(false) => {}
            Err(error) => return report.cannot_quoting("cannot create directory", parent, &error).await,
        }
    }
    match make_one(path, 0o755, context).await {
        Ok(true) => tell_directory(path, arguments, context, output),
        Ok(false) => {}
        Err(error) => return report.cannot_quoting("cannot create directory", path, &error).await,
    }
    if let Err(error) = set(path, given, context).await {
        report.cannot("cannot change permissions of", path, &error).await;
    }
}

/// Gives a file or directory its mode and owner.
async fn set(path: &[u8], given: &Given, context: &Context) -> Result<()> {
    let view = &context.view;
    let entry = view.stat(path, Follow::Yes).await?;
    let mode = given.mode.apply(0, entry.is_directory(), view.umask());
    let mut attributes = Attributes { mode: Some(mode), ..Attributes::default() };
    if given.user.is_some() || given.group.is_some() {
        let own = entry.owner.unwrap_or(Owner { user: 0, group: 0 });
        let wanted = Owner { user: given.user.unwrap_or(own.user), group: given.group.unwrap_or(own.group) };
        attributes.owner = (wanted != own).then_some(wanted);
    }
    match view.set_attributes(path, &attributes, Follow::Yes).await {
        // A service that keeps no modes has none to set.
        Err(error) if error.is(ErrorKind::Unsupported) => Ok(()),
        set => set,
    }
}

/// Whether the same content with the same mode is already there.
async fn is_installed(from: &[u8], to: &[u8], given: &Given, context: &Context) -> bool {
    let view = &context.view;
    let (Ok(source), Ok(existing)) = (view.stat(from, Follow::Yes).await, view.stat(to, Follow::No).await)
    else {
        return false;
    };
    let mode = given.mode.apply(0, false, view.umask());
    existing.is_file()
        && existing.mode == Some(mode)
        && source.size == existing.size
        && same_content(from, to, context).await.unwrap_or(false)
}

async fn same_content(one: &[u8], two: &[u8], context: &Context) -> Result<bool> {
    const PIECE: usize = 64 * 1024;
    let (view, call) = (&context.view, &context.call);
    let one = view.open(one, &OpenOptions::reading()).await?;
    let two = view.open(two, &OpenOptions::reading()).await?;
    let mut offset = 0;
    loop {
        let (first, second) =
            (one.read_at(call, offset, PIECE).await?, two.read_at(call, offset, PIECE).await?);
        let length = first.len().min(second.len());
        if first[..length] != second[..length] || first.is_empty() != second.is_empty() {
            return Ok(false);
        }
        if length == 0 {
            return Ok(true);
        }
        offset += length as u64;
        call.tick_many(16).await;
    }
}
