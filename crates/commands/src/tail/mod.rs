//! `tail`: the last part of files, and what is added to them.

mod follow;
mod last;
mod obsolete;

use std::time::Duration;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Locale, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::{ErrorKind, Result};

use crate::support::{
    Choices, Headers, Report, choose, count_message, open_input, operands_or_stdin, parse_count,
    parse_seconds, plan_inputs, quote, shown_name,
};
use follow::{Following, Watched, Watching};
use obsolete::{digit, rewrite};

const BYTES: Flag =
    Flag::new('c', "bytes", "print the last N bytes; with +N everything from byte N on").value("[+]N");
const FOLLOW: Flag =
    Flag::long("follow", "print what is added, by the file (descriptor) or by its name").optional("HOW");
const FOLLOW_DESCRIPTOR: Flag = Flag::short('f', "print what is added as the file grows");
const FOLLOW_NAME: Flag = Flag::short('F', "same as --follow=name --retry");
const LINES: Flag =
    Flag::new('n', "lines", "print the last N lines instead of 10; with +N everything from line N on")
        .value("[+]N");
const MAX_UNCHANGED: Flag = Flag::long("max-unchanged-stats", "(ignored)").value("N");
const PID: Flag = Flag::long("pid", "with -f, end when process PID has ended (not supported)").value("PID");
const QUIET: Flag = Flag::new('q', "quiet", "never print headers with file names");
const SILENT: Flag = Flag { long: Some("silent"), help: "", ..QUIET };
const RETRY: Flag = Flag::long("retry", "keep trying to open a file that is missing");
const INTERVAL: Flag =
    Flag::new('s', "sleep-interval", "with -f, look about every N seconds (1.0 by default)").value("N");
const VERBOSE: Flag = Flag::new('v', "verbose", "always print headers with file names");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with NUL, not newline");

static SPEC: Spec = Spec {
    name: "tail",
    summary: "Print the last part of files",
    flags: &[
        BYTES,
        FOLLOW,
        FOLLOW_DESCRIPTOR,
        FOLLOW_NAME,
        LINES,
        MAX_UNCHANGED,
        PID,
        QUIET,
        SILENT,
        RETRY,
        INTERVAL,
        VERBOSE,
        ZERO,
        digit('0'),
        digit('1'),
        digit('2'),
        digit('3'),
        digit('4'),
        digit('5'),
        digit('6'),
        digit('7'),
        digit('8'),
        digit('9'),
    ],
    rewrite: Some(rewrite),
    notes: "With no FILE, or when FILE is -, read standard input. N may have a unit: b 512, kB 1000, K 1024, MB 10^6, \
            M 2^20 and so on for G T P E Z Y; KiB is K. -N or +N as the first argument stands for -n.",
    examples: &[
        Example { title: "the last two lines", line: "seq 9 | tail -n 2", output: "8\n9\n" },
        Example { title: "from line 8 on", line: "seq 9 | tail -n +8", output: "8\n9\n" },
    ],
    ..Spec::DEFAULT
};

const FOLLOW_WAYS: &Choices<bool> = &[(&["descriptor"], false), (&["name"], true)];

/// The command.
pub struct Tail;

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    LastLines(u64),
    LastBytes(u64),
    FromLine(u64),
    FromByte(u64),
}

impl Command for Tail {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let extent = match Options::parse(arguments, Locale::C) {
            Ok(Options { amount: Amount::FromLine(_) | Amount::FromByte(_), .. }) => Extent::UntilStopped,
            Ok(Options { watching: Some(_), .. }) => Extent::UntilStopped,
            Ok(Options { amount: Amount::LastBytes(bytes), .. }) => Extent::Bytes(bytes),
            // How long a line is nobody knows beforehand.
            Ok(_) => Extent::Whole,
            Err(_) => return Plan { stdout: Shape::Empty, ..Plan::default() },
        };
        let mut plan = plan_inputs(&operands_or_stdin(arguments), extent, Shape::Unknown, context);
        if plan.stdin != Extent::None {
            plan.stdin = Extent::Whole;
        }
        plan
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::parse(&arguments, context.locale()) {
        Ok(options) => options,
        Err(refused) => {
            match refused.usage {
                true => report.usage(1, &[&refused.message]).await,
                false => report.fail(1, &[&refused.message]).await,
            }
            return Ok(report.status());
        }
    };
    for warning in &options.warnings {
        report.say(&[b"warning: ", warning.as_bytes()]).await;
    }
    if options.watching.is_none() && matches!(options.amount, Amount::LastLines(0) | Amount::LastBytes(0)) {
        return Ok(report.status());
    }
    let operands = operands_or_stdin(&arguments);
    let mut headers = Headers::new(options.headers.unwrap_or(operands.len() > 1));
    let mut output = Writer::new(io.stdout.clone());
    let mut copied = Vec::new();
    for operand in &operands {
        let input = copy(operand, &options, &mut headers, &mut output, &mut report, (&io, context)).await?;
        copied.push(input);
    }
    output.flush(&context.call).await?;
    if let Some(watching) = options.watching {
        let (shown, files) = to_watch(operands, copied, watching, context).await;
        if let Some(files) = files {
            let (report, headers, output) = (&mut report, &mut headers, &mut output);
            Following { context, io: &io, report, headers, output, watching, shown }.run(files).await?;
        }
    } else {
        report.stdin_closed(&operands, &io).await;
    }
    Ok(report.status())
}

/// What became of an operand.
enum Copied {
    /// Its wanted part was printed.
    Printed(Descriptor),
    /// It could not be opened.
    Missing,
    /// It can not be watched.
    Unfit,
}

async fn copy(
    operand: &Bytes,
    options: &Options,
    headers: &mut Headers,
    output: &mut Writer,
    report: &mut Report,
    (io, context): (&Io, &Context),
) -> Result<Copied> {
    let input = match open_input(context, io, operand).await {
        Ok(input) => input,
        Err(error) => {
            output.flush(&context.call).await?;
            report.cannot_open(operand, &error).await;
            return Ok(Copied::Missing);
        }
    };
    headers.print(operand, output);
    let copied = last::copy(&input, options.amount, options.separator, output, &context.call).await?;
    let Err(error) = copied else { return Ok(Copied::Printed(input)) };
    output.flush(&context.call).await?;
    match input.is_closed() {
        true => report.cannot("cannot fstat", shown_name(operand), &error).await,
        false => report.cannot_read(operand, &error).await,
    }
    if options.watching.is_some() && error.is(ErrorKind::IsADirectory) {
        let reason = b": cannot follow end of this type of file; giving up on this name";
        report.fail(1, &[operand, reason]).await;
    }
    Ok(Copied::Unfit)
}

/// What is left to watch, and which of it was printed last. Nothing when all there was is pipes, read to their ends.
async fn to_watch(
    operands: Vec<Bytes>,
    copied: Vec<Copied>,
    watching: Watching,
    context: &Context,
) -> (Option<usize>, Option<Vec<Option<Watched>>>) {
    // The last operand counts as shown even when it is missing, as with GNU's.
    let shown = copied.len().checked_sub(1);
    let mut only_pipes = true;
    let mut files = Vec::new();
    for (operand, copied) in operands.into_iter().zip(copied) {
        let file = match copied {
            Copied::Printed(input) if input.is_pipe() => {
                files.push(None);
                continue;
            }
            Copied::Printed(input) => Some(Watched::new(operand, Some(input), context).await),
            Copied::Missing if watching.retry => Some(Watched::new(operand, None, context).await),
            Copied::Missing | Copied::Unfit => None,
        };
        only_pipes = false;
        files.push(file);
    }
    (shown, (!only_pipes).then_some(files))
}

/// What the options ask for.
struct Options {
    amount: Amount,
    separator: u8,
    headers: Option<bool>,
    watching: Option<Watching>,
    warnings: Vec<&'static str>,
}

/// Why a call is refused.
struct Refused {
    message: Vec<u8>,
    usage: bool,
}

impl From<Vec<u8>> for Refused {
    fn from(message: Vec<u8>) -> Self {
        Refused { message, usage: false }
    }
}

impl Options {
    fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Refused> {
        let mut options = Options {
            amount: Amount::LastLines(10),
            separator: b'\n',
            headers: None,
            watching: None,
            warnings: Vec::new(),
        };
        let (mut by_name, mut retry, mut interval) = (None, false, Duration::from_secs(1));
        for (flag, value) in &arguments.options {
            let given = value.is_some();
            let value = value.as_deref().unwrap_or_default();
            match *flag {
                BYTES | LINES => options.amount = amount(options.amount, *flag == BYTES, value, locale)?,
                FOLLOW if !given => by_name = Some(false),
                FOLLOW => {
                    let way = choose(value, FOLLOW_WAYS, "--follow", locale);
                    by_name = Some(way.map_err(|message| Refused { message, usage: true })?);
                }
                FOLLOW_DESCRIPTOR => by_name = Some(false),
                FOLLOW_NAME => (by_name, retry) = (Some(true), true),
                RETRY => retry = true,
                INTERVAL => {
                    let refused = || [b"invalid number of seconds: ", &quote(value, locale)[..]].concat();
                    interval = parse_seconds(value).ok_or_else(refused)?;
                }
                MAX_UNCHANGED => {
                    let what = "maximum number of unchanged stats between opens";
                    parse_count(value, what, locale)?;
                }
                PID => check_pid(value, locale)?,
                QUIET | SILENT => options.headers = Some(false),
                VERBOSE => options.headers = Some(true),
                ZERO => options.separator = 0,
                flag => {
                    let digit = flag.short.filter(char::is_ascii_digit).unwrap_or_default();
                    return Err(format!("option used in invalid context -- {digit}").into_bytes().into());
                }
            }
        }
        match by_name {
            None if retry => {
                options.warnings.push("--retry ignored; --retry is useful only when following");
            }
            Some(false) if retry => options.warnings.push("--retry only effective for the initial open"),
            _ => {}
        }
        if arguments.has(PID) {
            if by_name.is_some() {
                return Err(b"--pid is not supported".to_vec().into());
            }
            options.warnings.push("PID ignored; --pid=PID is useful only when following");
        }
        options.watching = by_name.map(|by_name| Watching { by_name, retry, interval });
        Ok(options)
    }
}

/// The amount after one more `-n` or `-c`. Once a `+` was given, later counts are from the start too, as with GNU's.
fn amount(before: Amount, bytes: bool, value: &[u8], locale: Locale) -> Result<Amount, Vec<u8>> {
    let what = if bytes { "number of bytes" } else { "number of lines" };
    let from_start = value.starts_with(b"+") || matches!(before, Amount::FromLine(_) | Amount::FromByte(_));
    let count = parse_count(value.strip_prefix(b"-").unwrap_or(value), what, locale)?;
    Ok(match (bytes, from_start) {
        (false, false) => Amount::LastLines(count),
        (false, true) => Amount::FromLine(count),
        (true, false) => Amount::LastBytes(count),
        (true, true) => Amount::FromByte(count),
    })
}

fn check_pid(value: &[u8], locale: Locale) -> Result<(), Vec<u8>> {
    let digits = value.strip_prefix(b"+").unwrap_or(value);
    let valid = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    match valid {
        true => Ok(()),
        false => Err(count_message(crate::support::NumberError::Invalid, value, "PID", locale)),
    }
}
