//! `wc`: lines, words, characters and bytes, counted.

mod boundary;
mod counter;
mod words;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, Result};

use crate::support::{
    Files0Error, Report, open_input, plan_inputs, quote_always, quote_if_needed, read_files0,
};
use counter::{Counter, Counts, Wanted};

const BYTES: Flag = Flag::new('c', "bytes", "print the byte counts");
const CHARACTERS: Flag = Flag::new('m', "chars", "print the character counts");
const LINES: Flag = Flag::new('l', "lines", "print the newline counts");
const FILES0_FROM: Flag =
    Flag::long("files0-from", "read the operands, each ended by NUL, from file F; - is standard input")
        .value("F");
const LONGEST: Flag = Flag::new('L', "max-line-length", "print the width of the widest line");
const WORDS: Flag = Flag::new('w', "words", "print the word counts");

static SPEC: Spec = Spec {
    name: "wc",
    summary: "Count lines, words and bytes of files",
    usage: &["[OPTION]... [FILE]...", "[OPTION]... --files0-from=F"],
    flags: &[BYTES, CHARACTERS, LINES, FILES0_FROM, LONGEST, WORDS],
    notes: "Without options: lines, words and bytes. Counts are printed in the order lines, words, characters, bytes, \
            width, and a line with the totals when there are several files. With no FILE, or when FILE is -, read \
            standard input.",
    examples: &[
        Example { title: "count lines", line: "seq 9 | wc -l", output: "9\n" },
        Example { title: "count words", line: "echo one two three | wc -w", output: "3\n" },
    ],
    ..Spec::DEFAULT
};

/// The narrowest column where a size is not known beforehand.
const UNKNOWN_WIDTH: usize = 7;

/// The command.
pub struct Wc;

impl Command for Wc {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let only_bytes = arguments.options.iter().all(|(flag, _)| *flag == BYTES) && arguments.has(BYTES);
        let extent = if only_bytes { Extent::None } else { Extent::Whole };
        let operands = match arguments.value(FILES0_FROM) {
            Some(list) => vec![list.clone()],
            None if arguments.operands.is_empty() => vec![Bytes::from_static(b"-")],
            None => arguments.operands.clone(),
        };
        let extent = if arguments.has(FILES0_FROM) { Extent::Whole } else { extent };
        let mut plan = plan_inputs(&operands, extent, Shape::Unknown, context);
        if plan.stdin != Extent::None || operands.iter().any(|operand| operand == "-") {
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
    let Some(inputs) = inputs(&arguments, &io, context, &mut report).await else {
        return Ok(report.status());
    };
    let wanted = wanted(&arguments);
    let mut lines = Lines {
        wanted,
        width: width(&inputs, wanted, &io, context).await,
        output: Writer::new(io.stdout.clone()),
    };
    let mut total = Counts::default();
    for (at, name) in inputs.names.iter().enumerate() {
        let operand = name.as_deref().unwrap_or(b"-");
        if let Some(message) = inputs.refuse(at) {
            lines.output.flush(&context.call).await?;
            report.fail(1, &[&message]).await;
            continue;
        }
        let counts = match open_input(context, &io, operand).await {
            Ok(input) => {
                let (counts, failed) = count(&input, wanted, context).await;
                if let Some(error) = failed {
                    lines.output.flush(&context.call).await?;
                    complain(&mut report, name.as_deref(), &error).await;
                }
                counts
            }
            Err(error) => {
                lines.output.flush(&context.call).await?;
                report.operand(operand, &error).await;
                continue;
            }
        };
        total.add(&counts);
        lines.print(&counts, name.as_deref(), context);
        lines.output.settle(&context.call).await?;
    }
    if inputs.names.len() > 1 {
        lines.print(&total, Some(b"total"), context);
    }
    lines.output.flush(&context.call).await?;
    let names: Vec<Bytes> =
        inputs.names.iter().map(|name| name.clone().unwrap_or(Bytes::from_static(b"-"))).collect();
    report.stdin_closed(&names, &io).await;
    Ok(report.status())
}

/// What is counted, in order.
struct Inputs {
    /// Operands; no name is standard input without a dash.
    names: Vec<Option<Bytes>>,
    /// The file that the names were read from.
    list: Option<Bytes>,
    /// Whether the sizes of all of them tell how wide the columns are.
    sized: bool,
}

async fn inputs(arguments: &Arguments, io: &Io, context: &Context, report: &mut Report) -> Option<Inputs> {
    let Some(list) = arguments.value(FILES0_FROM) else {
        let names = match arguments.operands.is_empty() {
            true => vec![None],
            false => arguments.operands.iter().cloned().map(Some).collect(),
        };
        return Some(Inputs { names, list: None, sized: true });
    };
    if let Some(operand) = arguments.operands.first() {
        let name = quote_always(operand, context.locale());
        let conflict = b"\nfile operands cannot be combined with --files0-from";
        report.usage(1, &[b"extra operand ", &name, conflict]).await;
        return None;
    }
    match read_files0(context, io, list).await {
        Ok(read) => {
            let names = read.names.into_iter().map(Some).collect();
            Some(Inputs { names, list: Some(list.clone()), sized: read.from_file })
        }
        Err(Files0Error::Open(error)) => {
            report.cannot_open(list, &error).await;
            None
        }
        Err(Files0Error::Read(error)) => {
            let name = quote_if_needed(list, context.locale());
            report.fail(1, &[&name, b": read error: ", error.to_string().as_bytes()]).await;
            None
        }
    }
}

impl Inputs {
    /// The message for a name that can not be counted.
    fn refuse(&self, at: usize) -> Option<Vec<u8>> {
        let name = self.names[at].as_deref()?;
        match &self.list {
            Some(list) if name == b"-" && list == "-" => {
                Some(b"when reading file names from stdin, no file name of '-' allowed".to_vec())
            }
            Some(list) if name.is_empty() => {
                Some([list, format!(":{}: invalid zero-length file name", at + 1).as_bytes()].concat())
            }
            None if name.is_empty() => Some(b"invalid zero-length file name".to_vec()),
            _ => None,
        }
    }
}

async fn complain(report: &mut Report, name: Option<&[u8]>, error: &Error) {
    report.operand(name.unwrap_or(b"standard input"), error).await;
}

fn wanted(arguments: &Arguments) -> Wanted {
    let wanted = Wanted {
        lines: arguments.has(LINES),
        words: arguments.has(WORDS),
        characters: arguments.has(CHARACTERS),
        bytes: arguments.has(BYTES),
        longest: arguments.has(LONGEST),
    };
    match wanted {
        Wanted { lines: false, words: false, characters: false, bytes: false, longest: false } => {
            Wanted { lines: true, words: true, bytes: true, ..wanted }
        }
        _ => wanted,
    }
}

/// Counts one input to its end; an error ends it where it happens, and what was counted stays.
async fn count(input: &Descriptor, wanted: Wanted, context: &Context) -> (Counts, Option<Error>) {
    let call = &context.call;
    let only_bytes = !(wanted.lines || wanted.words || wanted.characters || wanted.longest);
    if only_bytes && let Some(file) = input.as_file() {
        match file.file().stat(call).await.map(|entry| size(&entry)) {
            Ok(Some(size)) => {
                let bytes = size.saturating_sub(input.offset().unwrap_or(0));
                return (Counts { bytes, ..Counts::default() }, None);
            }
            Ok(None) => {}
            Err(error) => return (Counts::default(), Some(error)),
        }
    }
    let mut counter = Counter::new(wanted, context.locale());
    loop {
        match input.read(call).await {
            Ok(chunk) if chunk.is_empty() => return (counter.finish(), None),
            Ok(chunk) => counter.count(&chunk),
            Err(error) => return (counter.finish(), Some(error)),
        }
        call.tick_many(64).await;
    }
}

/// The width of every column: that of the sum of all sizes, and at least seven when one of them is not known.
async fn width(inputs: &Inputs, wanted: Wanted, io: &Io, context: &Context) -> usize {
    let Wanted { lines, words, characters, bytes, longest } = wanted;
    let columns = [lines, words, characters, bytes, longest].into_iter().filter(|wanted| *wanted).count();
    if !inputs.sized || columns == 1 && inputs.names.len() == 1 {
        return 1;
    }
    let (mut sum, mut narrowest) = (0u64, 1);
    for name in &inputs.names {
        let entry = match name.as_deref() {
            None | Some(b"-") => match io.stdin.as_file() {
                Some(file) => file.file().stat(&context.call).await,
                None if io.stdin.is_closed() => continue,
                None => {
                    narrowest = UNKNOWN_WIDTH;
                    continue;
                }
            },
            Some(path) => context.view.stat(path, Follow::Yes).await,
        };
        match entry.as_ref().map(size) {
            Ok(Some(size)) => sum = sum.saturating_add(size),
            Ok(None) => narrowest = UNKNOWN_WIDTH,
            Err(_) => {}
        }
    }
    sum.to_string().len().max(narrowest)
}

fn size(entry: &Entry) -> Option<u64> {
    entry.size.exact().filter(|_| entry.is_file())
}

/// The lines of counts.
struct Lines {
    wanted: Wanted,
    width: usize,
    output: Writer,
}

impl Lines {
    fn print(&mut self, counts: &Counts, name: Option<&[u8]>, context: &Context) {
        let Counts { lines, words, characters, bytes, longest } = *counts;
        let wanted = self.wanted;
        let columns = [
            (wanted.lines, lines),
            (wanted.words, words),
            (wanted.characters, characters),
            (wanted.bytes, bytes),
            (wanted.longest, longest),
        ];
        let mut between = "";
        for (_, count) in columns.into_iter().filter(|(wanted, _)| *wanted) {
            self.output.push(format!("{between}{count:0$}", self.width).as_bytes());
            between = " ";
        }
        match name {
            // A newline in a name would make one line two.
            Some(name) if name.contains(&b'\n') => {
                self.output.push_byte(b' ');
                self.output.push(&quote_if_needed(name, context.locale()));
            }
            Some(name) => {
                self.output.push_byte(b' ');
                self.output.push(name);
            }
            None => {}
        }
        self.output.push_byte(b'\n');
    }
}
