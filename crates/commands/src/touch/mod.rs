//! `touch`: times of files set, missing files made.

mod stamp;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Error, ErrorKind, OpenOptions, Result, Time};

use crate::support::date::{Zone, parse};
use crate::support::{Choices, Report, choose, quote};

const ACCESS: Flag = Flag::short('a', "change only the access time");
const NO_CREATE: Flag = Flag::new('c', "no-create", "do not create any files");
const DATE: Flag = Flag::new('d', "date", "parse STRING and use it instead of current time").value("STRING");
const IGNORED: Flag = Flag::short('f', "(ignored)");
const NO_FOLLOW: Flag =
    Flag::new('h', "no-dereference", "affect each symbolic link instead of any referenced file");
const MODIFICATION: Flag = Flag::short('m', "change only the modification time");
const REFERENCE: Flag =
    Flag::new('r', "reference", "use this file's times instead of current time").value("FILE");
const STAMP: Flag = Flag::short('t', "use [[CC]YY]MMDDhhmm[.ss] instead of current time").value("STAMP");
const TIME: Flag =
    Flag::long("time", "change the specified time: access, atime, use (-a), modify, mtime (-m)")
        .value("WORD");

static SPEC: Spec = Spec {
    name: "touch",
    summary: "Update the access and modification times of each FILE to the current time",
    usage: &["[OPTION]... FILE..."],
    flags: &[ACCESS, TIME, NO_CREATE, DATE, REFERENCE, NO_FOLLOW, IGNORED, MODIFICATION, STAMP],
    notes: "A FILE argument that does not exist is created empty, unless -c or -h is supplied.",
    examples: &[Example {
        title: "set a date",
        line: "touch -d '2024-01-02 03:04' f && stat -c %Y f",
        output: "1704164640\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Touch;

impl Command for Touch {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let write = |operand: &Bytes| Effect::Write { path: context.path(operand), recursive: false };
        let mut effects: Vec<Effect> = arguments.operands.iter().map(write).collect();
        effects.extend(arguments.value(REFERENCE).map(|file| Effect::Stat(context.path(file))));
        Plan { effects, stdin: Extent::None, stdout: Shape::Empty }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The times that are set; nothing for one that stays.
#[derive(Clone, Copy, Default)]
struct Times {
    accessed: Option<Time>,
    modified: Option<Time>,
}

/// Which of the two times is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Access,
    Modification,
}

const WHICH: &Choices<Which> =
    &[(&["atime", "access", "use"], Which::Access), (&["mtime", "modify"], Which::Modification)];

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let Some(times) = times(&arguments, context, &mut report).await else { return Ok(report.status()) };
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing file operand"]).await;
    }
    for operand in &arguments.operands {
        context.call.tick().await;
        touch(operand, times, &arguments, &io, context, &mut report).await;
    }
    Ok(report.status())
}

/// What the options say; none after a message.
async fn times(arguments: &Arguments, context: &Context, report: &mut Report) -> Option<Times> {
    let locale = context.locale();
    let (mut access, mut modification) = (arguments.has(ACCESS), arguments.has(MODIFICATION));
    for word in arguments.values(TIME) {
        match choose(word, WHICH, "--time", locale) {
            Ok(Which::Access) => access = true,
            Ok(Which::Modification) => modification = true,
            Err(message) => {
                report.usage(1, &[&message]).await;
                return None;
            }
        }
    }
    let (date, reference, stamp) =
        (arguments.value(DATE), arguments.value(REFERENCE), arguments.value(STAMP));
    if stamp.is_some() && (date.is_some() || reference.is_some()) {
        report.usage(1, &[b"cannot specify times from more than one source"]).await;
        return None;
    }
    let now = context.call.host().now();
    let zone = Zone::of(&context.environment);
    let mut times = Times { accessed: Some(now), modified: Some(now) };
    if let Some(stamp) = stamp {
        let Some(time) = stamp::parse(stamp, now, &zone) else {
            report.fail(1, &[b"invalid date format ", &quote(stamp, locale)]).await;
            return None;
        };
        times = Times { accessed: Some(time), modified: Some(time) };
    }
    if let Some(file) = reference {
        let follow = if arguments.has(NO_FOLLOW) { Follow::No } else { Follow::Yes };
        match context.view.stat(file, follow).await {
            Ok(entry) => times = Times { accessed: entry.accessed, modified: entry.modified },
            Err(error) => {
                report.cannot("failed to get attributes of", file, &error).await;
                return None;
            }
        }
    }
    if let Some(date) = date {
        // Relative dates count from the reference file's times.
        let relative_to = |base: Option<Time>| parse(date, base.unwrap_or(now), &zone);
        match (relative_to(times.accessed), relative_to(times.modified)) {
            (Some(accessed), Some(modified)) => {
                times = Times { accessed: Some(accessed), modified: Some(modified) }
            }
            _ => {
                report.fail(1, &[b"invalid date format ", &quote(date, locale)]).await;
                return None;
            }
        }
    }
    let both = access == modification;
    Some(Times {
        accessed: times.accessed.filter(|_| both || access),
        modified: times.modified.filter(|_| both || modification),
    })
}

async fn touch(
    path: &Bytes,
    times: Times,
    arguments: &Arguments,
    io: &Io,
    context: &Context,
    report: &mut Report,
) {
    let attributes =
        Attributes { modified: times.modified, accessed: times.accessed, ..Attributes::default() };
    if path == "-" {
        return touch_output(&attributes, io, context, report).await;
    }
    let view = &context.view;
    let follow = if arguments.has(NO_FOLLOW) { Follow::No } else { Follow::Yes };
    let creates = !arguments.has(NO_CREATE) && !arguments.has(NO_FOLLOW);
    let set = view.set_attributes(path, &attributes, follow).await;
    let Err(error) = set else { return };
    if !error.is(ErrorKind::NotFound) {
        let what = if creates { "cannot touch" } else { "setting times of" };
        let error = match error.kind() {
            // The file could not be opened for writing either, which is what is told.
            ErrorKind::NotPermitted if creates => Error::new(ErrorKind::PermissionDenied, "open"),
            _ => error,
        };
        return report.cannot(what, path, &error).await;
    }
    if !creates {
        if !arguments.has(NO_CREATE) {
            report.cannot("setting times of", path, &error).await;
        }
        return;
    }
    let options = OpenOptions { write: true, create: true, mode: 0o666, ..OpenOptions::default() };
    let made = match view.open(path, &options).await {
        Ok(file) => file.close(&context.call).await,
        Err(error) => Err(error),
    };
    if let Err(open_error) = made {
        if open_error.is(ErrorKind::IsADirectory) {
            return report.cannot("setting times of", path, &error).await;
        }
        let error = open_error;
        return report.cannot("cannot touch", path, &error).await;
    }
    if arguments.options.is_empty() {
        return;
    }
    if let Err(error) = view.set_attributes(path, &attributes, follow).await {
        report.cannot("setting times of", path, &error).await;
    }
}

/// `-` is whatever standard output is.
async fn touch_output(attributes: &Attributes, io: &Io, context: &Context, report: &mut Report) {
    let set = match io.stdout.as_file() {
        Some(opened) => opened.file().set_attributes(&context.call, attributes).await,
        None => Ok(()),
    };
    if let Err(error) = set {
        report.cannot("setting times of", b"-", &error).await;
    }
}
