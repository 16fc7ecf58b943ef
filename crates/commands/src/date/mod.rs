//! `date`: the time, or a time that is described, in a format.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Result, Time};

use crate::support::date::{LocalTime, Zone, format, parse};
use crate::support::{Choices, ITEM, Records, Report, Wrong, choose, open_input, quote, quote_if_needed};

const DATE: Flag = Flag::new('d', "date", "the time that STRING describes, not the time now").value("STRING");
const DEBUG: Flag = Flag::long("debug", "refused: how a date was read is not told");
const FILE: Flag = Flag::new('f', "file", "as -d, once for each line of FILE").value("DATEFILE");
const ISO: Flag =
    Flag::new('I', "iso-8601", "in the form of ISO 8601, as precise as SPEC says").optional("SPEC");
const RESOLUTION: Flag = Flag::long("resolution", "print the resolution of the clock");
const EMAIL: Flag = Flag::new('R', "rfc-email", "in the form of RFC 5322");
const RFC_822: Flag = Flag::long("rfc-822", "");
const RFC_2822: Flag = Flag::long("rfc-2822", "");
const RFC_3339: Flag =
    Flag::long("rfc-3339", "in the form of RFC 3339, as precise as SPEC says").value("SPEC");
const REFERENCE: Flag = Flag::new('r', "reference", "the time FILE was last changed").value("FILE");
const SET: Flag = Flag::new('s', "set", "refused: the clock is the host's").value("STRING");
const UTC: Flag = Flag::new('u', "utc", "in universal time");
const UNIVERSAL: Flag = Flag { long: Some("universal"), help: "", ..UTC };
const UCT: Flag = Flag { long: Some("uct"), help: "", ..UTC };

static SPEC: Spec = Spec {
    name: "date",
    summary: "Print a time in a format",
    usage: &["[OPTION]... [+FORMAT]"],
    flags: &[
        DATE, DEBUG, FILE, ISO, RESOLUTION, EMAIL, RFC_822, RFC_2822, RFC_3339, REFERENCE, SET, UTC,
        UNIVERSAL, UCT,
    ],
    notes: "FORMAT is made of the directives of strftime: %Y year, %m month, %d day, %H hour, %M minute, %S second,\n%s seconds since the epoch, %N nanoseconds, %F is %Y-%m-%d, %T is %H:%M:%S, and so on.",
    examples: &[
        Example { title: "a moment of the epoch", line: "date -u -d @0 +%F", output: "1970-01-01\n" },
        Example {
            title: "arithmetic with dates",
            line: "date -u -d '2024-02-28 +2 days' +%F",
            output: "2024-03-01\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Date;

impl Command for Date {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let mut effects: Vec<Effect> =
            arguments.values(REFERENCE).map(|file| Effect::Stat(context.path(file))).collect();
        effects.extend(arguments.values(FILE).filter(|file| *file != "-").map(|file| Effect::Read {
            path: context.path(file),
            extent: Extent::Whole,
            recursive: false,
        }));
        let stdin = if arguments.values(FILE).any(|file| file == "-") { Extent::Whole } else { Extent::None };
        Plan { effects, stdin, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let form = match form(&arguments, context) {
        Ok(form) => form,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    let utc = [UTC, UNIVERSAL, UCT].iter().any(|flag| arguments.has(*flag));
    let zone = if utc { Zone::utc() } else { Zone::of(&context.environment) };
    let now = context.call.host().now();
    let mut output = Writer::new(io.stdout.clone());
    let mut print = |time: Time| {
        output.push(&format(&LocalTime::new(time, &zone), &form));
        output.push_byte(b'\n');
    };
    if let Some(text) = arguments.value(DATE) {
        match parse(text, now, &zone) {
            Some(time) => print(time),
            None => report.fail(1, &[b"invalid date ", &quote(text, context.locale())]).await,
        }
    } else if let Some(file) = arguments.value(REFERENCE) {
        match context.view.stat(file, Follow::Yes).await {
            Ok(entry) => print(entry.modified.unwrap_or(now)),
            Err(error) => {
                let name = quote_if_needed(file, context.locale());
                report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
            }
        }
    } else if let Some(file) = arguments.value(FILE) {
        for line in lines_of(file, &io, context, &mut report).await {
            match parse(&line, now, &zone) {
                Some(time) => print(time),
                None => report.fail(1, &[b"invalid date ", &quote(&line, context.locale())]).await,
            }
        }
    } else if arguments.has(RESOLUTION) {
        print(Time::new(0, 1));
    } else {
        print(now);
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn lines_of(file: &Bytes, io: &Io, context: &Context, report: &mut Report) -> Vec<Bytes> {
    let mut lines = Vec::new();
    let mut held = context.call.share();
    let read: Result<()> = async {
        let mut records = Records::new(open_input(context, io, file).await?, b'\n');
        while let Some(line) = records.next(&context.call).await? {
            held.add(line.len() as u64 + ITEM);
            lines.push(line);
        }
        Ok(())
    }
    .await;
    if let Err(error) = read {
        let name = quote_if_needed(file, context.locale());
        report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
    }
    lines
}

/// The format to print in.
fn form(arguments: &Arguments, context: &Context) -> std::result::Result<Vec<u8>, Wrong> {
    let quoted = |text: &[u8]| quote(text, context.locale());
    if arguments.has(DEBUG) {
        return Err(Wrong::Plain(b"--debug is not supported".to_vec()));
    }
    let sources = [DATE, FILE, REFERENCE, RESOLUTION].iter().filter(|flag| arguments.has(**flag)).count();
    if sources > 1 {
        return Err(Wrong::Usage(
            b"the options to specify dates for printing are mutually exclusive".to_vec(),
        ));
    }
    if arguments.has(SET) {
        return Err(match sources {
            0 => Wrong::Plain(b"cannot set date: Operation not permitted".to_vec()),
            _ => Wrong::Usage(b"the options to print and set the time may not be used together".to_vec()),
        });
    }
    let mut chosen = chosen_form(arguments, context)?;
    if let Some(extra) = arguments.operands.get(1) {
        return Err(Wrong::Usage([b"extra operand ", &quoted(extra)[..]].concat()));
    }
    match arguments.operands.first() {
        Some(operand) => match operand.strip_prefix(b"+") {
            Some(_) if chosen.is_some() => {
                return Err(Wrong::Plain(b"multiple output formats specified".to_vec()));
            }
            Some(given) => chosen = Some(given.to_vec()),
            None if sources > 0 => {
                let why = "the argument {} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'";
                let (before, after) = why.split_once("{}").unwrap_or((why, ""));
                return Err(Wrong::Usage([before.as_bytes(), &quoted(operand), after.as_bytes()].concat()));
            }
            None if is_clock_setting(operand) => {
                return Err(Wrong::Plain(b"cannot set date: Operation not permitted".to_vec()));
            }
            None => return Err(Wrong::Plain([b"invalid date ", &quoted(operand)[..]].concat())),
        },
        None if arguments.has(RESOLUTION) => chosen = Some(b"%s.%N".to_vec()),
        None => {}
    }
    Ok(chosen.unwrap_or_else(|| b"%a %b %e %H:%M:%S %Z %Y".to_vec()))
}

/// `MMDDhhmm[[CC]YY][.ss]`
fn is_clock_setting(operand: &[u8]) -> bool {
    let digits = operand.split(|&byte| byte == b'.').next().unwrap_or_default();
    digits.iter().all(u8::is_ascii_digit) && matches!(digits.len(), 8 | 10 | 12)
}

/// The format that an option chooses.
fn chosen_form(arguments: &Arguments, context: &Context) -> std::result::Result<Option<Vec<u8>>, Wrong> {
    const ISO_FORMS: &Choices<&[u8]> = &[
        (&["hours"], b"%Y-%m-%dT%H%:z"),
        (&["minutes"], b"%Y-%m-%dT%H:%M%:z"),
        (&["date"], b"%Y-%m-%d"),
        (&["seconds"], b"%Y-%m-%dT%H:%M:%S%:z"),
        (&["ns"], b"%Y-%m-%dT%H:%M:%S,%N%:z"),
    ];
    const RFC_3339_FORMS: &Choices<&[u8]> = &[
        (&["date"], b"%Y-%m-%d"),
        (&["seconds"], b"%Y-%m-%d %H:%M:%S%:z"),
        (&["ns"], b"%Y-%m-%d %H:%M:%S.%N%:z"),
    ];
    let mut chosen: Option<Vec<u8>> = None;
    for (flag, value) in &arguments.options {
        let form: &[u8] = match (*flag, value) {
            (EMAIL | RFC_822 | RFC_2822, _) => b"%a, %d %b %Y %H:%M:%S %z",
            (ISO, None) => b"%Y-%m-%d",
            (ISO, Some(spec)) => pick(spec, ISO_FORMS, "--iso-8601", context)?,
            (RFC_3339, Some(spec)) => pick(spec, RFC_3339_FORMS, "--rfc-3339", context)?,
            _ => continue,
        };
        if chosen.replace(form.to_vec()).is_some() {
            return Err(Wrong::Plain(b"multiple output formats specified".to_vec()));
        }
    }
    Ok(chosen)
}

fn pick(
    text: &[u8],
    choices: &Choices<&'static [u8]>,
    option: &str,
    context: &Context,
) -> std::result::Result<&'static [u8], Wrong> {
    choose(text, choices, option, context.locale()).map_err(Wrong::Usage)
}
