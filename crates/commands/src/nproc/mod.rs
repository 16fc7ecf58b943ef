//! `nproc`: how many processors there are to use.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{NumberError, Report, count_message, no_more_than, parse_size};

const ALL: Flag = Flag::long("all", "all there are, whatever the environment says");
const IGNORE: Flag = Flag::long("ignore", "leave N of them out, but not the last").value("N");

static SPEC: Spec = Spec {
    name: "nproc",
    summary: "Print how many processors there are to use",
    usage: &["[OPTION]..."],
    flags: &[ALL, IGNORE],
    notes: "OMP_NUM_THREADS says how many are wanted and OMP_THREAD_LIMIT how many at most.",
    examples: &[Example { title: "as the environment says", line: "OMP_NUM_THREADS=3 nproc", output: "3\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Nproc;

impl Command for Nproc {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(21), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut ignored = 0;
    for text in arguments.values(IGNORE) {
        match parse_size(text, b"") {
            Ok(number) => ignored = number,
            Err(error) => {
                report.fail(1, &[&count_message(error, text, "number", context.locale())]).await;
                return Ok(report.status());
            }
        }
    }
    if !no_more_than(0, &arguments, &mut report).await {
        return Ok(report.status());
    }
    let cores = u64::from(context.call.host().facts().cores).max(1);
    let count = match arguments.has(ALL) {
        true => cores,
        false => wanted(context, cores),
    };
    let mut output = Writer::new(io.stdout.clone());
    output.push(format!("{}\n", count.saturating_sub(ignored).max(1)).as_bytes());
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// What the environment asks for.
fn wanted(context: &Context, cores: u64) -> u64 {
    let variable = |name: &[u8]| {
        let text = context.environment.get(name)?;
        let first = text.split(|&byte| byte == b',').next().unwrap_or_default();
        number(first).filter(|count| *count > 0)
    };
    let limit = variable(b"OMP_THREAD_LIMIT").unwrap_or(u64::MAX);
    variable(b"OMP_NUM_THREADS").unwrap_or(cores).min(limit)
}

/// A number with blanks around it, where one too large is the largest there is.
fn number(text: &[u8]) -> Option<u64> {
    match parse_size(text.trim_ascii(), b"") {
        Ok(_) | Err(_) if text.contains(&b'+') => None,
        Ok(number) => Some(number),
        Err(NumberError::TooLarge) => Some(u64::MAX),
        Err(_) => None,
    }
}
