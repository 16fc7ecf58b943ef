//! `chown` and `chgrp`: owners and groups.

mod change;
mod owner;

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Result, found};

use crate::support::{Accounts, Output, Report, quote, quote_always};
use change::{Changer, Following, Telling};
use owner::{Wanted, parse_group, parse_owner};

const CHANGES: Flag = Flag::new('c', "changes", "like verbose but report only when a change is made");
const QUIET: Flag = Flag::new('f', "quiet", "suppress most error messages");
const SILENT: Flag = Flag::long("silent", "the same");
const VERBOSE: Flag = Flag::new('v', "verbose", "output a diagnostic for every file processed");
const FOLLOW: Flag = Flag::long("dereference", "affect the referent of each symbolic link (default)");
const NO_FOLLOW: Flag =
    Flag::new('h', "no-dereference", "affect symbolic links instead of any referenced file");
const FROM: Flag =
    Flag::long("from", "change only if the current owner and group match").value("OWNER:GROUP");
const NO_PRESERVE_ROOT: Flag = Flag::long("no-preserve-root", "do not treat '/' specially (the default)");
const PRESERVE_ROOT: Flag = Flag::long("preserve-root", "fail to operate recursively on '/'");
const REFERENCE: Flag = Flag::long("reference", "use RFILE's owner and group").value("RFILE");
const RECURSIVE: Flag = Flag::new('R', "recursive", "operate on files and directories recursively");
const WALK_OPERANDS: Flag = Flag::short('H', "with -R, follow links to directories that are operands");
const WALK_ALWAYS: Flag = Flag::short('L', "with -R, follow every link to a directory");
const WALK_NEVER: Flag = Flag::short('P', "with -R, follow no links (default)");

const FLAGS: &[Flag] = &[
    CHANGES,
    FOLLOW,
    FROM,
    NO_FOLLOW,
    NO_PRESERVE_ROOT,
    PRESERVE_ROOT,
    QUIET,
    RECURSIVE,
    REFERENCE,
    SILENT,
    VERBOSE,
    WALK_OPERANDS,
    WALK_ALWAYS,
    WALK_NEVER,
];

static CHOWN_SPEC: Spec = Spec {
    name: "chown",
    summary: "Change the owner and/or group of each FILE",
    usage: &["[OPTION]... [OWNER][:[GROUP]] FILE...", "[OPTION]... --reference=RFILE FILE..."],
    flags: FLAGS,
    examples: &[Example {
        title: "what is already so",
        line: "touch f && chown -v user f",
        output: "ownership of 'f' retained as user\n",
    }],
    ..Spec::DEFAULT
};

static CHGRP_SPEC: Spec = Spec {
    name: "chgrp",
    summary: "Change the group of each FILE to GROUP",
    usage: &["[OPTION]... GROUP FILE...", "[OPTION]... --reference=RFILE FILE..."],
    flags: FLAGS,
    examples: &[Example {
        title: "what is already so",
        line: "touch f && chgrp -v user f",
        output: "group of 'f' retained as user\n",
    }],
    ..Spec::DEFAULT
};

/// One of the two commands.
pub struct Chown {
    spec: &'static Spec,
    /// Groups only.
    group: bool,
}

/// `chown`
pub const CHOWN: Chown = Chown { spec: &CHOWN_SPEC, group: false };

/// `chgrp`
pub const CHGRP: Chown = Chown { spec: &CHGRP_SPEC, group: true };

impl Command for Chown {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let recursive = arguments.has(RECURSIVE);
        let owners = usize::from(!arguments.has(REFERENCE));
        let files = arguments.operands.iter().skip(owners);
        let effects = files.map(|file| Effect::Write { path: context.path(file), recursive }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context, self.group).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context, group: bool) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let Some(wanted) = wanted(&arguments, context, group, &mut report).await else {
        return Ok(report.status());
    };
    let files = &arguments.operands[usize::from(!arguments.has(REFERENCE))..];
    let mut from = Wanted::default();
    if let Some(text) = arguments.value(FROM) {
        match parse_owner(text, &Accounts::of(context), context.locale()) {
            Ok(parsed) => from = parsed.wanted,
            Err(message) => {
                report.fail(1, &[&message]).await;
                return Ok(report.status());
            }
        }
    }
    let telling = match arguments.last_of(&[CHANGES, VERBOSE]) {
        Some(VERBOSE) => Telling::Everything,
        Some(_) => Telling::Changes,
        None => Telling::Nothing,
    };
    let recursive = arguments.has(RECURSIVE);
    let walking = match arguments.last_of(&[WALK_OPERANDS, WALK_ALWAYS, WALK_NEVER]) {
        Some(WALK_OPERANDS) => Following::Operands,
        Some(WALK_ALWAYS) => Following::Always,
        _ => Following::Never,
    };
    let itself = arguments.last_of(&[FOLLOW, NO_FOLLOW]) == Some(NO_FOLLOW);
    if arguments.has(FOLLOW) && !itself && recursive && walking == Following::Never {
        report.fail(1, &[b"-R --dereference requires either -H or -L"]).await;
        return Ok(report.status());
    }
    let follows = !itself && (!recursive || walking != Following::Never);
    let output = Output::new(&io);
    report.after(&output);
    let mut changer = Changer {
        context,
        accounts: Accounts::of(context),
        report: &mut report,
        output: &output,
        wanted,
        from,
        telling,
        quiet: arguments.has(QUIET) || arguments.has(SILENT),
        recursive,
        walking,
        follow: if follows { Follow::Yes } else { Follow::No },
        group,
    };
    let preserves_root = arguments.last_of(&[PRESERVE_ROOT, NO_PRESERVE_ROOT]) == Some(PRESERVE_ROOT);
    for file in files {
        context.call.tick().await;
        let is_root = match preserves_root && recursive {
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
            let name = quote_always(file, context.locale());
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

/// The owner and group that are asked for; none after a message.
async fn wanted(
    arguments: &Arguments,
    context: &Context,
    group: bool,
    report: &mut Report,
) -> Option<Wanted> {
    let locale = context.locale();
    if let Some(reference) = arguments.value(REFERENCE) {
        if arguments.operands.is_empty() {
            report.usage(1, &[b"missing operand"]).await;
            return None;
        }
        return match context.view.stat(reference, Follow::Yes).await {
            Ok(entry) => {
                let owner = entry.owner;
                let user = owner.map(|owner| owner.user).filter(|_| !group);
                Some(Wanted { user, group: owner.map(|owner| owner.group) })
            }
            Err(error) => {
                report.cannot("failed to get attributes of", reference, &error).await;
                None
            }
        };
    }
    let Some((text, files)) = arguments.operands.split_first() else {
        report.usage(1, &[b"missing operand"]).await;
        return None;
    };
    if files.is_empty() {
        report.usage(1, &[b"missing operand after ", &quote(text, locale)]).await;
        return None;
    }
    let accounts = Accounts::of(context);
    let parsed =
        if group { parse_group(text, &accounts, locale) } else { parse_owner(text, &accounts, locale) };
    match parsed {
        Ok(parsed) => {
            if parsed.has_dot {
                report.say(&[b"warning: '.' should be ':': ", &quote(text, locale)]).await;
            }
            Some(parsed.wanted)
        }
        Err(message) => {
            report.fail(1, &[&message]).await;
            None
        }
    }
}

async fn is_root(path: &[u8], context: &Context) -> Result<bool> {
    Ok(found(context.view.resolve(path, Follow::Yes).await)?.is_some_and(|path| path.is_root()))
}
