//! `split`: a file in pieces.

mod names;
mod options;
mod output;
mod pieces;

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::{ErrorKind, Result};

use crate::support::{Report, directory_of, open_input, quote, quote_always, quote_if_needed};
use options::Options;
use output::{Outputs, Trouble};

const SUFFIX_LENGTH: Flag = Flag::new('a', "suffix-length", "suffixes of N characters").value("N");
const ADDITIONAL_SUFFIX: Flag =
    Flag::long("additional-suffix", "put SUFFIX at the end of every name").value("SUFFIX");
const BYTES: Flag = Flag::new('b', "bytes", "SIZE bytes a piece").value("SIZE");
const LINE_BYTES: Flag =
    Flag::new('C', "line-bytes", "at most SIZE bytes of whole lines a piece").value("SIZE");
const DIGITS: Flag = Flag::short('d', "suffixes are numbers from 0");
const NUMERIC: Flag = Flag::long("numeric-suffixes", "the same, from FROM").optional("FROM");
const HEX: Flag = Flag::short('x', "suffixes are hexadecimal numbers from 0");
const HEX_FROM: Flag = Flag::long("hex-suffixes", "the same, from FROM").optional("FROM");
const ELIDE: Flag = Flag::new('e', "elide-empty-files", "make no empty pieces with -n");
const FILTER: Flag =
    Flag::long("filter", "send each piece to the shell command COMMAND; its name is in $FILE")
        .value("COMMAND");
const LINES: Flag = Flag::new('l', "lines", "N lines a piece (1000)").value("N");
const NUMBER: Flag = Flag::new(
    'n',
    "number",
    "N pieces of one size; K/N prints only the Kth; l/N and l/K/N do not break lines; r/N and r/K/N deal out lines",
)
.value("CHUNKS");
const SEPARATOR: Flag =
    Flag::new('t', "separator", "lines end with SEP, not a newline; \\0 is a zero byte").value("SEP");
const UNBUFFERED: Flag = Flag::new('u', "unbuffered", "accepted: with -n r/... nothing is held back");
const VERBOSE: Flag = Flag::long("verbose", "say which files are made");

/// The old form of `-l`: `-100`.
const OLD: [Flag; 10] = {
    let mut flags = [Flag::short('0', ""); 10];
    let mut digit = 0;
    while digit < 10 {
        flags[digit].short = Some((b'0' + digit as u8) as char);
        digit += 1;
    }
    flags
};

static SPEC: Spec = Spec {
    name: "split",
    summary: "Split a file into pieces",
    usage: &["[OPTION]... [FILE [PREFIX]]"],
    flags: &[
        SUFFIX_LENGTH,
        ADDITIONAL_SUFFIX,
        BYTES,
        LINES,
        LINE_BYTES,
        DIGITS,
        NUMERIC,
        HEX,
        HEX_FROM,
        ELIDE,
        FILTER,
        NUMBER,
        SEPARATOR,
        UNBUFFERED,
        VERBOSE,
        OLD[0],
        OLD[1],
        OLD[2],
        OLD[3],
        OLD[4],
        OLD[5],
        OLD[6],
        OLD[7],
        OLD[8],
        OLD[9],
    ],
    rewrite: Some(options::keep_last_count),
    notes: "The pieces are PREFIXaa, PREFIXab, ...; PREFIX is x. With no FILE, or when FILE is -, read standard input.\nSIZE may have a unit: K, M, G (powers of 1024), KB, MB (powers of 1000), b (512).",
    examples: &[
        Example {
            title: "by lines",
            line: "seq 5 | split -l 2; wc -l x??",
            output: " 2 xaa\n 2 xab\n 1 xac\n 5 total\n",
        },
        Example { title: "the second third", line: "seq 6 >f; split -n l/2/3 f", output: "3\n4\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Split;

impl Command for Split {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let input = arguments.operands.first().filter(|name| *name != "-");
        let read = |name| Effect::Read { path: context.path(name), extent: Extent::Whole, recursive: false };
        let mut effects: Vec<Effect> = input.map(|name| read(name)).into_iter().collect();
        let prefix = arguments.operands.get(1).map_or(&b"x"[..], |prefix| prefix);
        effects.push(Effect::Write { path: context.path(directory_of(prefix)), recursive: true });
        let stdin = if input.is_none() { Extent::Whole } else { Extent::None };
        Plan { effects, stdin, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::parse(&arguments, context.locale()) {
        Ok(options) => options,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    let input = match open_input(context, &io, &options.input).await {
        Ok(input) => input,
        Err(error) if error.is(ErrorKind::IsADirectory) => {
            report.operand(&options.input, &error).await;
            return Ok(report.status());
        }
        Err(error) => {
            report.cannot_open(&options.input, &error).await;
            return Ok(report.status());
        }
    };
    let mut outputs = Outputs::new(&options, &io, &input, context);
    let done = pieces::split(&options, &input, &mut outputs, context).await;
    let done = match done {
        Ok(()) => outputs.finish().await,
        Err(trouble) => {
            // What was written before stays.
            let _ = outputs.finish().await;
            Err(trouble)
        }
    };
    match done {
        Ok(()) => {}
        Err(Trouble::Stdout(error)) => return Err(error),
        Err(Trouble::Input(error)) => report.operand(&options.input, &error).await,
        Err(Trouble::Output(name, error)) => report.operand(&name, &error).await,
        Err(Trouble::Message(message)) => report.fail(1, &[&message]).await,
        Err(Trouble::Filter { name, status }) => {
            let name = quote_if_needed(&name, context.locale());
            let command = options.filter.as_deref().unwrap_or_default();
            let exit = format!(", exit {status} from command: ");
            report.fail(status, &[b"with FILE=", &name, exit.as_bytes(), command]).await;
        }
    }
    Ok(report.status())
}

/// `'xaa' would overwrite input; aborting`
fn would_overwrite(name: &[u8], context: &Context) -> Vec<u8> {
    [&quote_always(name, context.locale())[..], b" would overwrite input; aborting"].concat()
}

/// `extra operand ‘x’`
fn extra_operand(name: &[u8], locale: mirage_shell::command::Locale) -> Vec<u8> {
    [b"extra operand ", &quote(name, locale)[..]].concat()
}
