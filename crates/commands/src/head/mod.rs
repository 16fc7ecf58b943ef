//! `head`: the first part of files.

mod all_but;
mod first;
mod obsolete;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Locale, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use obsolete::{digit, misplaced, rewrite};

use crate::support::{Headers, Report, open_input, operands_or_stdin, parse_count, plan_inputs};

const BYTES: Flag =
    Flag::new('c', "bytes", "print the first N bytes; with -N all but the last N").value("[-]N");
const LINES: Flag =
    Flag::new('n', "lines", "print the first N lines instead of 10; with -N all but the last N")
        .value("[-]N");
const QUIET: Flag = Flag::new('q', "quiet", "never print headers with file names");
const SILENT: Flag = Flag { long: Some("silent"), help: "", ..QUIET };
const VERBOSE: Flag = Flag::new('v', "verbose", "always print headers with file names");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with NUL, not newline");

static SPEC: Spec = Spec {
    name: "head",
    summary: "Print the first part of files",
    flags: &[
        BYTES,
        LINES,
        QUIET,
        SILENT,
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
            M 2^20 and so on for G T P E Z Y; KiB is K. -N as the first argument stands for -n N.",
    examples: &[
        Example { title: "the first two lines", line: "seq 9 | head -n 2", output: "1\n2\n" },
        Example { title: "all but the last line", line: "seq 3 | head -n -1", output: "1\n2\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Head;

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    FirstLines(u64),
    FirstBytes(u64),
    AllButLines(u64),
    AllButBytes(u64),
}

impl Command for Head {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let (extent, shape) = match amount(arguments, Locale::C) {
            Ok(Amount::FirstLines(lines)) => (Extent::Lines(lines), Shape::Unknown),
            Ok(Amount::FirstBytes(bytes)) => (Extent::Bytes(bytes), Shape::Unknown),
            Ok(Amount::AllButLines(_) | Amount::AllButBytes(_)) => (Extent::UntilStopped, Shape::Unknown),
            Err(_) => return Plan { stdout: Shape::Empty, ..Plan::default() },
        };
        plan_inputs(&operands_or_stdin(arguments), extent, shape, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let amount = match amount(&arguments, context.locale()) {
        Ok(amount) => amount,
        Err(Refused::Count(message)) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
        Err(Refused::Trailing(letter)) => {
            report.usage(1, &[b"invalid trailing option -- ", &[letter]]).await;
            return Ok(report.status());
        }
    };
    let operands = operands_or_stdin(&arguments);
    let mut headers = Headers::new(match arguments.last_of(&[QUIET, SILENT, VERBOSE]) {
        Some(VERBOSE) => true,
        Some(_) => false,
        None => operands.len() > 1,
    });
    let separator = if arguments.has(ZERO) { 0 } else { b'\n' };
    let mut output = Writer::new(io.stdout.clone());
    for operand in &operands {
        let input = match open_input(context, &io, operand).await {
            Ok(input) => input,
            Err(error) => {
                output.flush(&context.call).await?;
                report.cannot_open(operand, &error).await;
                continue;
            }
        };
        headers.print(operand, &mut output);
        if let Err(error) = copy(&input, amount, separator, &mut output, context).await? {
            output.flush(&context.call).await?;
            report.cannot_read(operand, &error).await;
        }
    }
    output.flush(&context.call).await?;
    report.stdin_closed(&operands, &io).await;
    Ok(report.status())
}

/// Copies what is wanted of one input; the inner result is about reading it, the outer one about writing.
async fn copy(
    input: &Descriptor,
    amount: Amount,
    separator: u8,
    output: &mut Writer,
    context: &Context,
) -> Result<Result<()>> {
    let call = &context.call;
    match amount {
        Amount::FirstLines(lines) => first::lines(input, lines, separator, output, call).await,
        Amount::FirstBytes(bytes) => first::bytes(input, bytes, output, call).await,
        Amount::AllButLines(lines) => all_but::lines(input, lines, separator, output, call).await,
        Amount::AllButBytes(bytes) => all_but::bytes(input, bytes, output, call).await,
    }
}

enum Refused {
    Count(Vec<u8>),
    Trailing(u8),
}

/// What the options ask for; the last one counts.
fn amount(arguments: &Arguments, locale: Locale) -> Result<Amount, Refused> {
    let mut amount = Amount::FirstLines(10);
    for (flag, value) in &arguments.options {
        if let Some(letter) = misplaced(*flag, value.as_ref()) {
            return Err(Refused::Trailing(letter));
        }
        let (Some(value), what) = (value, if *flag == BYTES { "number of bytes" } else { "number of lines" })
        else {
            continue;
        };
        let (digits, all_but) = match value.strip_prefix(b"-") {
            Some(digits) => (digits, true),
            None => (&value[..], false),
        };
        // A sign behind the minus is none of a count's.
        let count = parse_count(digits, what, locale).map_err(Refused::Count)?;
        amount = match (*flag == BYTES, all_but) {
            (false, false) => Amount::FirstLines(count),
            (false, true) => Amount::AllButLines(count),
            (true, false) => Amount::FirstBytes(count),
            (true, true) => Amount::AllButBytes(count),
        };
    }
    Ok(amount)
}
