//! `du`: how much room files take.

mod options;
mod usage;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{
    Output, Report, Whole, open_input, operands_or, quote, quote_always, quote_if_needed, read_list,
};
use options::Options;
use usage::Counter;

const NULL: Flag = Flag::new('0', "null", "end each output line with NUL, not newline");
const ALL: Flag = Flag::new('a', "all", "write counts for all files, not just directories");
const APPARENT_SIZE: Flag = Flag::long("apparent-size", "print apparent sizes, rather than disk usage");
const BLOCK_SIZE: Flag =
    Flag::new('B', "block-size", "scale sizes by SIZE before printing them").value("SIZE");
const BYTES: Flag = Flag::new('b', "bytes", "equivalent to '--apparent-size --block-size=1'");
const TOTAL: Flag = Flag::new('c', "total", "produce a grand total");
const FOLLOW_OPERANDS: Flag =
    Flag::new('D', "dereference-args", "dereference only symlinks that are listed on the command line");
const MAX_DEPTH: Flag =
    Flag::new('d', "max-depth", "print totals only N or fewer levels below an operand").value("N");
const FILES_FROM: Flag =
    Flag::long("files0-from", "summarize usage of the NUL-terminated file names in file F").value("F");
const FOLLOW_OPERANDS_TOO: Flag = Flag::short('H', "equivalent to --dereference-args (-D)");
const HUMAN: Flag =
    Flag::new('h', "human-readable", "print sizes in human readable format (e.g., 1K 234M 2G)");
const INODES: Flag = Flag::long("inodes", "list inode usage information instead of block usage");
const KIBIBYTES: Flag = Flag::short('k', "like --block-size=1K");
const FOLLOW: Flag = Flag::new('L', "dereference", "dereference all symbolic links");
const COUNT_LINKS: Flag = Flag::new('l', "count-links", "count sizes many times if hard linked");
const MEBIBYTES: Flag = Flag::short('m', "like --block-size=1M");
const NO_FOLLOW: Flag = Flag::new('P', "no-dereference", "don't follow any symbolic links (the default)");
const SEPARATE: Flag =
    Flag::new('S', "separate-dirs", "for directories do not include size of subdirectories");
const SI: Flag = Flag::long("si", "like -h, but use powers of 1000 not 1024");
const SUMMARIZE: Flag = Flag::new('s', "summarize", "display only a total for each argument");
const THRESHOLD: Flag =
    Flag::new('t', "threshold", "exclude entries smaller than SIZE, or greater if negative").value("SIZE");
const TIME: Flag =
    Flag::long("time", "show time of the last modification, or WORD's: atime, access, use, ctime, status")
        .optional("WORD");
const TIME_STYLE: Flag =
    Flag::long("time-style", "show times using STYLE: full-iso, long-iso, iso, or +FORMAT").value("STYLE");
const EXCLUDE_FROM: Flag =
    Flag::new('X', "exclude-from", "exclude files that match any pattern in FILE").value("FILE");
const EXCLUDE: Flag = Flag::long("exclude", "exclude files that match PATTERN").value("PATTERN");
const ONE_FILE_SYSTEM: Flag = Flag::new('x', "one-file-system", "skip directories of other mounts");

static SPEC: Spec = Spec {
    name: "du",
    summary: "Summarize device usage of the set of FILEs, recursively for directories",
    usage: &["[OPTION]... [FILE]...", "[OPTION]... --files0-from=F"],
    flags: &[
        ALL,
        APPARENT_SIZE,
        BLOCK_SIZE,
        BYTES,
        COUNT_LINKS,
        FOLLOW,
        FOLLOW_OPERANDS,
        EXCLUDE,
        EXCLUDE_FROM,
        FILES_FROM,
        HUMAN,
        INODES,
        SI,
        MAX_DEPTH,
        NULL,
        NO_FOLLOW,
        ONE_FILE_SYSTEM,
        SEPARATE,
        SUMMARIZE,
        TOTAL,
        THRESHOLD,
        TIME,
        TIME_STYLE,
        FOLLOW_OPERANDS_TOO,
        KIBIBYTES,
        MEBIBYTES,
    ],
    notes: "Where a service tells no allocated blocks, the size of the file counts; where it tells no size either, the file \
        is read.",
    examples: &[Example {
        title: "a total for each",
        line: "mkdir d && head -c 5000 /dev/zero >d/f && du -sb d/f",
        output: "5000\td/f\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Du;

impl Command for Du {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let operands = operands_or(arguments, b".");
        let list = |operand: &Bytes| Effect::List { path: context.path(operand), recursive: true };
        let effects = operands.iter().map(list).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::read(&arguments, &io, context).await {
        Ok(options) => options,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    for warning in &options.warnings {
        report.say(&[b"warning: ", warning]).await;
    }
    let operands = match arguments.value(FILES_FROM) {
        None => operands_or(&arguments, b"."),
        Some(_) if !arguments.operands.is_empty() => {
            let extra = quote(&arguments.operands[0], context.locale());
            let more = b"\nfile operands cannot be combined with --files0-from";
            report.usage(1, &[b"extra operand ", &extra, more]).await;
            return Ok(report.status());
        }
        Some(file) => match read_names(file, &io, context, &mut report).await {
            Some(names) => names,
            None => return Ok(report.status()),
        },
    };
    let output = Output::new(&io);
    report.after(&output);
    let mut counter = Counter::new(context, &options, &mut report, &output, operands.len() > 1);
    for operand in &operands {
        context.call.tick().await;
        counter.count(operand).await?;
    }
    if arguments.has(TOTAL) {
        counter.print_total();
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// The text of a file whose items end with `end`.
async fn read_items(file: &[u8], end: u8, io: &Io, context: &Context) -> Result<Whole> {
    let input = open_input(context, io, file).await?;
    read_list(&input, &context.call, |byte| byte == end).await
}

/// The operands that a file holds; none after a message.
async fn read_names(file: &Bytes, io: &Io, context: &Context, report: &mut Report) -> Option<Vec<Bytes>> {
    let Whole { text, held: _held } = match read_items(file, 0, io, context).await {
        Ok(read) => read,
        Err(error) => {
            let name = quote_always(file, context.locale());
            report.fail(1, &[b"cannot open ", &name, b" for reading: ", error.to_string().as_bytes()]).await;
            return None;
        }
    };
    let content = text.strip_suffix(b"\0").unwrap_or(&text);
    let mut names = Vec::new();
    for (at, name) in content.split(|&byte| byte == 0).enumerate() {
        if content.is_empty() {
            break;
        }
        if name.is_empty() {
            let shown = quote_if_needed(file, context.locale());
            let place = format!(":{}: invalid zero-length file name", at + 1);
            report.fail(1, &[&shown, place.as_bytes()]).await;
            continue;
        }
        names.push(text.slice_ref(name));
    }
    Some(names)
}
