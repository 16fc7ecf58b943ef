//! `diff`: what differs between files, and between directories.

mod compare;
mod context;
mod directory;
mod ed;
mod files;
mod normal;
mod options;
mod side_by_side;
mod unified;

use mirage_pattern::glob::Glob;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::{ErrorKind, Result};

use crate::support::{Report, Whole, Wrong, read_list};
use options::{FLAGS, Options};

static SPEC: Spec = Spec {
    name: "diff",
    summary: "Compare files line by line",
    usage: &["[OPTION]... FILES"],
    flags: FLAGS,
    advice: "{}: Try '{} --help' for more information.\n",
    rewrite: Some(options::read_line_counts),
    usage_status: 2,
    failure_status: 2,
    notes: "FILES are FILE1 FILE2, DIR1 DIR2, DIR FILE or FILE DIR; - is standard input.\nThe status is 0 when they are the same, 1 when they differ, 2 when there was trouble.",
    examples: &[
        Example {
            title: "the default form",
            line: "diff <(printf 'a\\nb\\n') <(printf 'a\\nc\\n')",
            output: "2c2\n< b\n---\n> c\n",
        },
        Example {
            title: "unified, with labels",
            line: "diff -u --label old --label new <(echo a) <(echo b)",
            output: "--- old\n+++ new\n@@ -1 +1 @@\n-a\n+b\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Diff;

impl Command for Diff {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let files = arguments.operands.iter().filter(|operand| *operand != "-");
        let effects = files.map(|file| Effect::Read {
            path: context.path(file),
            extent: Extent::Whole,
            recursive: true,
        });
        let reads_stdin = arguments.operands.iter().any(|operand| operand == "-");
        let stdin = if reads_stdin { Extent::Whole } else { Extent::None };
        Plan { effects: effects.collect(), stdin, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// A run: what was asked for, and what comes of it.
pub(crate) struct Session<'a> {
    options: Options,
    io: Io,
    context: &'a Context,
    output: Writer,
    report: Report,
    /// Whether something differed.
    differs: bool,
    /// The command line's options, for the lines that name the files of a recursive comparison.
    shown_options: Vec<u8>,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut options = match Options::read(&arguments, context.locale()) {
        Ok(options) => options,
        Err(wrong) => {
            complain(&mut report, &wrong).await;
            return Ok(2);
        }
    };
    for file in arguments.values(options::EXCLUDE_FROM) {
        match read_patterns(file, &io, context).await {
            Ok(patterns) => options.exclude.extend(patterns),
            Err(error) => {
                report.fail(2, &[file, b": ", error.to_string().as_bytes()]).await;
                return Ok(2);
            }
        }
    }
    let pairs = match pairs(&arguments) {
        Ok(pairs) => pairs,
        Err(wrong) => {
            complain(&mut report, &wrong).await;
            return Ok(2);
        }
    };
    let output = Writer::new(io.stdout.clone());
    let shown_options = options::shown(&arguments.option_words);
    let mut session = Session { options, io, context, output, report, differs: false, shown_options };
    match session.compare_all(&pairs).await {
        Err(error) if error.is(ErrorKind::BadDescriptor) || error.is(ErrorKind::NoSpace) => {
            session.report.fail(2, &[b"standard output: ", error.to_string().as_bytes()]).await;
        }
        compared => compared?,
    }
    Ok(match (session.report.status(), session.differs) {
        (0, differs) => u8::from(differs),
        (status, _) => status,
    })
}

impl Session<'_> {
    async fn compare_all(&mut self, pairs: &[[bytes::Bytes; 2]]) -> Result<()> {
        for [one, two] in pairs {
            self.compare_operands(one, two).await?;
        }
        self.output.flush(&self.context.call).await
    }
}

/// The patterns of a file of `-X`, one a line.
async fn read_patterns(file: &[u8], io: &Io, context: &Context) -> Result<Vec<Glob>> {
    let input = crate::support::open_input(context, io, file).await?;
    let Whole { text, held: _held } = read_list(&input, &context.call, |byte| byte == b'\n').await?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.filter_map(|line| options::name_pattern(line, context.locale()).ok()).collect())
}

/// Tells of a wrong call, in the words that diff alone uses.
async fn complain(report: &mut Report, wrong: &Wrong) {
    let (Wrong::Usage(message) | Wrong::Plain(message)) = wrong;
    report.fail(2, &[message]).await;
    if let Wrong::Usage(_) = wrong {
        report.say(&[b"Try 'diff --help' for more information."]).await;
    }
}

/// Which operands are compared with which.
fn pairs(arguments: &Arguments) -> std::result::Result<Vec<[bytes::Bytes; 2]>, Wrong> {
    let operands = &arguments.operands;
    if arguments.has(options::FROM_FILE) && arguments.has(options::TO_FILE) {
        return Err(Wrong::Plain(b"--from-file and --to-file both specified".to_vec()));
    }
    if let Some(from) = arguments.value(options::FROM_FILE) {
        return Ok(operands.iter().map(|operand| [from.clone(), operand.clone()]).collect());
    }
    if let Some(to) = arguments.value(options::TO_FILE) {
        return Ok(operands.iter().map(|operand| [operand.clone(), to.clone()]).collect());
    }
    match &operands[..] {
        [] => {
            let last = arguments.option_words.last().map_or(&b"diff"[..], |word| word);
            Err(Wrong::Usage([b"missing operand after '", last, b"'"].concat()))
        }
        [only] => Err(Wrong::Usage([b"missing operand after '", &only[..], b"'"].concat())),
        [one, two] => Ok(vec![[one.clone(), two.clone()]]),
        [_, _, extra, ..] => Err(Wrong::Usage([b"extra operand '", &extra[..], b"'"].concat())),
    }
}
