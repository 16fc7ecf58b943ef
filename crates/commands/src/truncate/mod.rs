//! `truncate`: files cut or extended to a size.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Locale, Plan, PlanContext, Shape, Spec,
    Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{ErrorKind, OpenOptions, Result};

use crate::support::{NumberError, Report, Wrong, file_size, parse_size, quote, quote_always};

const NO_CREATE: Flag = Flag::new('c', "no-create", "do not create any files");
const IO_BLOCKS: Flag = Flag::new('o', "io-blocks", "treat SIZE as number of IO blocks instead of bytes");
const REFERENCE: Flag = Flag::new('r', "reference", "base size on RFILE").value("RFILE");
const SIZE: Flag = Flag::new('s', "size", "set or adjust the file size by SIZE bytes").value("SIZE");

static SPEC: Spec = Spec {
    name: "truncate",
    summary: "Shrink or extend the size of each FILE to the specified size",
    usage: &["OPTION... FILE..."],
    flags: &[NO_CREATE, IO_BLOCKS, REFERENCE, SIZE],
    notes: "SIZE may have a unit (K, M, ... are powers of 1024; KB, MB, ... of 1000) and may be prefixed by '+' extend by, \
        '-' reduce by, '<' at most, '>' at least, '/' round down to multiple of, '%' round up to multiple of.\n\
        A FILE argument that does not exist is created.",
    examples: &[Example {
        title: "an empty megabyte",
        line: "truncate -s 1M f && stat -c %s f",
        output: "1048576\n",
    }],
    ..Spec::DEFAULT
};

/// Bytes of an I/O block, as `stat` tells it.
const IO_BLOCK: u64 = 4096;

/// The command.
pub struct Truncate;

impl Command for Truncate {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let written = arguments.operands.iter();
        let effects =
            written.map(|path| Effect::Write { path: context.path(path), recursive: false }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Empty }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// How a number changes a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Set,
    Extend,
    Reduce,
    AtMost,
    AtLeast,
    RoundDown,
    RoundUp,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let locale = context.locale();
    let (change, number) = match wanted(&arguments, locale) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    let mut base = None;
    if let Some(file) = arguments.value(REFERENCE) {
        let found = match context.view.stat(file, Follow::Yes).await {
            Ok(entry) => file_size(&context.view, file, &entry).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(size) => base = Some(size),
            Err(error) => {
                report.cannot("cannot stat", file, &error).await;
                return Ok(report.status());
            }
        }
    }
    for operand in &arguments.operands {
        context.call.tick().await;
        truncate(operand, change, number, base, &arguments, context, &mut report).await;
    }
    Ok(report.status())
}

/// The change and its number.
fn wanted(arguments: &Arguments, locale: Locale) -> Result<(Change, u64), Wrong> {
    let (size, has_reference) = (arguments.value(SIZE), arguments.has(REFERENCE));
    let dashes = |name: &str| quote(name.as_bytes(), locale);
    let Some(size) = size else {
        if !has_reference || arguments.has(IO_BLOCKS) {
            let (size, reference) = (dashes("--size"), dashes("--reference"));
            let message = match arguments.has(IO_BLOCKS) && has_reference {
                true => [&dashes("--io-blocks")[..], b" was specified but ", &size, b" was not"].concat(),
                false => [b"you must specify either ", &size[..], b" or ", &reference].concat(),
            };
            return Err(Wrong::Usage(message));
        }
        return require_operands(arguments).map(|()| (Change::Extend, 0));
    };
    let trimmed = size.trim_ascii_start();
    let (change, rest) = match trimmed.first() {
        Some(b'<') => (Some(Change::AtMost), &trimmed[1..]),
        Some(b'>') => (Some(Change::AtLeast), &trimmed[1..]),
        Some(b'/') => (Some(Change::RoundDown), &trimmed[1..]),
        Some(b'%') => (Some(Change::RoundUp), &trimmed[1..]),
        _ => (None, trimmed),
    };
    let rest = rest.trim_ascii_start();
    let signed = match rest.first() {
        Some(b'+') => Some(Change::Extend),
        Some(b'-') => Some(Change::Reduce),
        _ => None,
    };
    if change.is_some() && signed.is_some() {
        return Err(Wrong::Usage(b"multiple relative modifiers specified".to_vec()));
    }
    let digits = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b"+")).unwrap_or(rest);
    let invalid = |after: &str| {
        Wrong::Plain([b"Invalid number: ", &quote(rest, locale)[..], after.as_bytes()].concat())
    };
    if !digits.first().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return Err(invalid(""));
    }
    let number = parse_size(digits, b"KkMmGgTtPEZY").map_err(|error| match error {
        NumberError::TooLarge => invalid(": Value too large for defined data type"),
        _ => invalid(""),
    })?;
    if i64::try_from(number).is_err() {
        return Err(invalid(": Value too large for defined data type"));
    }
    let change = change.or(signed).unwrap_or(Change::Set);
    if matches!(change, Change::RoundDown | Change::RoundUp) && number == 0 {
        return Err(Wrong::Plain(b"division by zero".to_vec()));
    }
    if has_reference && change == Change::Set {
        let (size, reference) = (dashes("--size"), dashes("--reference"));
        return Err(Wrong::Usage(
            [b"you must specify a relative ", &size[..], b" with ", &reference].concat(),
        ));
    }
    require_operands(arguments).map(|()| (change, number))
}

fn require_operands(arguments: &Arguments) -> Result<(), Wrong> {
    match arguments.operands.is_empty() {
        true => Err(Wrong::Usage(b"missing file operand".to_vec())),
        false => Ok(()),
    }
}

async fn truncate(
    path: &[u8],
    change: Change,
    number: u64,
    base: Option<u64>,
    arguments: &Arguments,
    context: &Context,
    report: &mut Report,
) {
    let (view, call) = (&context.view, &context.call);
    let options =
        OpenOptions { write: true, create: !arguments.has(NO_CREATE), mode: 0o666, ..OpenOptions::default() };
    let file = match view.open(path, &options).await {
        Ok(file) => file,
        Err(error) if arguments.has(NO_CREATE) && error.is(ErrorKind::NotFound) => return,
        Err(error) => {
            let name = quote_always(path, report.locale());
            return report
                .fail(1, &[b"cannot open ", &name, b" for writing: ", error.to_string().as_bytes()])
                .await;
        }
    };
    let number = if arguments.has(IO_BLOCKS) { number.saturating_mul(IO_BLOCK) } else { number };
    let current = match (base, change) {
        (Some(base), _) => base,
        (None, Change::Set) => 0,
        (None, _) => match file.stat(call).await {
            Ok(entry) => entry.size.exact().unwrap_or(0),
            Err(error) => return report.cannot("cannot fstat", path, &error).await,
        },
    };
    let size = match change {
        Change::Set => number,
        Change::Extend => current.saturating_add(number),
        Change::Reduce => current.saturating_sub(number),
        Change::AtMost => current.min(number),
        Change::AtLeast => current.max(number),
        Change::RoundDown => current / number * number,
        Change::RoundUp => current.div_ceil(number).saturating_mul(number),
    };
    if let Err(error) = file.truncate(call, size).await {
        let name = quote_always(path, report.locale());
        let middle = format!(" at {size} bytes: {error}");
        return report.fail(1, &[b"failed to truncate ", &name, middle.as_bytes()]).await;
    }
    if let Err(error) = file.close(call).await {
        report.cannot("failed to close", path, &error).await;
    }
}
