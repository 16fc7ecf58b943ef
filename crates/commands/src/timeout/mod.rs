//! `timeout`: a command with a limit on its time.

use futures_util::future::{Either, select};
use mirage_shell::command::{
    Arguments, Changes, Command, Context, Example, Extent, Flag, Launched, Parsing, Plan, PlanContext, Shape,
    Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, parse_interval, quote};

const FOREGROUND: Flag = Flag::long("foreground", "accepted: there is no terminal to share");
const KILL_AFTER: Flag =
    Flag::new('k', "kill-after", "accepted: a command ends at once here").value("DURATION");
const PRESERVE_STATUS: Flag =
    Flag::long("preserve-status", "exit with the command's status even when it timed out");
const SIGNAL: Flag =
    Flag::new('s', "signal", "the signal that is meant: KILL changes the status").value("SIGNAL");
const VERBOSE: Flag = Flag::new('v', "verbose", "say so on standard error when the time is over");

static SPEC: Spec = Spec {
    name: "timeout",
    summary: "Run a command, and end it when it takes longer than DURATION",
    usage: &["[OPTION] DURATION COMMAND [ARGUMENT]..."],
    flags: &[FOREGROUND, KILL_AFTER, PRESERVE_STATUS, SIGNAL, VERBOSE],
    parsing: Parsing::Leading,
    usage_status: 125,
    failure_status: 125,
    notes: "DURATION is a number with an optional suffix: s (the default), m, h, d; 0 means no limit.\nThe status is 124 when the time was over, 125 when timeout itself fails, else the command's.",
    examples: &[Example { title: "give up early", line: "timeout 0.01 sleep 5; echo $?", output: "124\n" }],
    ..Spec::DEFAULT
};

/// Signals by name and number, as they can be given.
const SIGNALS: &[(&str, u8)] = &[
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("POLL", 29),
    ("PWR", 30),
    ("SYS", 31),
];

/// The command.
pub struct Timeout;

impl Command for Timeout {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { effects: Vec::new(), stdin: Extent::UntilStopped, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let [duration, command @ ..] = &arguments.operands[..] else {
        return missing(&io, context).await;
    };
    if command.is_empty() {
        return missing(&io, context).await;
    }
    for text in arguments.value(KILL_AFTER).into_iter().chain([duration]) {
        if parse_interval(text).is_none() {
            report.usage(125, &[b"invalid time interval ", &quote(text, context.locale())]).await;
            return Ok(125);
        }
    }
    let signal = match arguments.value(SIGNAL) {
        None => ("TERM", 15),
        Some(text) => match find_signal(text) {
            Some(signal) => signal,
            None => {
                report.usage(125, &[&quote(text, context.locale()), b": invalid signal"]).await;
                return Ok(125);
            }
        },
    };
    let name = quote(&command[0], context.locale());
    let limit = parse_interval(duration).unwrap_or_default();
    let launched = context.launcher.launch(command.to_vec(), io, Changes::default());
    let launched = match limit.is_zero() {
        true => launched.await,
        false => match select(launched, context.call.host().sleep(limit)).await {
            Either::Left((launched, _)) => launched,
            // Dropping the command's future ends it.
            Either::Right(_) => {
                if arguments.has(VERBOSE) {
                    report.say(&[b"sending signal ", signal.0.as_bytes(), b" to command ", &name]).await;
                }
                let by_signal = arguments.has(PRESERVE_STATUS) || signal.1 == 9;
                return Ok(if by_signal { 128 + signal.1 } else { 124 });
            }
        },
    };
    Ok(match launched {
        Launched::Ran(status) => status,
        Launched::NotFound => {
            report.fail(127, &[b"failed to run command ", &name, b": No such file or directory"]).await;
            127
        }
        Launched::NotExecutable => {
            report.fail(126, &[b"failed to run command ", &name, b": Permission denied"]).await;
            126
        }
    })
}

/// Too few operands: GNU only points to the help.
async fn missing(io: &Io, context: &Context) -> Result<Status> {
    let text: &'static [u8] = b"Try 'timeout --help' for more information.\n";
    // Nobody is left to tell when stderr itself fails.
    let _ = io.stderr.write(&context.call, text.into()).await;
    Ok(125)
}

fn find_signal(text: &[u8]) -> Option<(&'static str, u8)> {
    let text = std::str::from_utf8(text).ok()?;
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let number: Option<u8> = text.parse().ok();
    SIGNALS.iter().copied().find(|(known, value)| *known == name || Some(*value) == number)
}
