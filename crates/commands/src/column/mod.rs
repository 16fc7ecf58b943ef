//! `column`: lines in columns, or their fields in a table.

mod fill;
mod fit;
mod json;
mod options;
mod print;
mod table;
mod tree;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Blocks, Descriptor, Io, Writer};
use mirage_vfs::{ErrorKind, OpenOptions, Result, Share};

use crate::support::{ITEM, Report, plan_all_inputs};
use options::{Layout, Options};
use table::Table;

const TABLE: Flag = Flag::new('t', "table", "make a table of the fields of each line");
const NAME: Flag = Flag::new('n', "table-name", "the table's name in JSON").value("NAME");
const ORDER: Flag = Flag::new('O', "table-order", "print these columns first").value("COLUMNS");
const NAMES: Flag =
    Flag::new('N', "table-columns", "names of the columns, printed above them").value("NAMES");
const LIMIT: Flag =
    Flag::new('l', "table-columns-limit", "at most N columns: the last takes the rest").value("N");
const NO_EXTREME: Flag =
    Flag::new('E', "table-noextreme", "long text does not widen these columns").value("COLUMNS");
const NO_HEADINGS: Flag = Flag::new('d', "table-noheadings", "do not print the names");
const REPEAT: Flag = Flag::new('e', "table-header-repeat", "accepted: there are no pages");
const HIDE: Flag = Flag::new('H', "table-hide", "do not print these columns").value("COLUMNS");
const RIGHT: Flag = Flag::new('R', "table-right", "align these columns to the right").value("COLUMNS");
const TRUNCATE: Flag =
    Flag::new('T', "table-truncate", "cut text in these columns where it does not fit").value("COLUMNS");
const WRAP: Flag =
    Flag::new('W', "table-wrap", "break text in these columns where it does not fit").value("COLUMNS");
const KEEP_EMPTY: Flag = Flag::new('L', "keep-empty-lines", "empty lines count too");
const JSON: Flag = Flag::new('J', "json", "print the table as JSON");
const TREE: Flag = Flag::new('r', "tree", "show the lines as a tree in this column").value("COLUMN");
const TREE_ID: Flag = Flag::new('i', "tree-id", "the column that names a line").value("COLUMN");
const TREE_PARENT: Flag =
    Flag::new('p', "tree-parent", "the column that names the line above in the tree").value("COLUMN");
const WIDTH: Flag =
    Flag::new('c', "output-width", "the width of the output, 80 if nothing says").value("WIDTH");
const OUTPUT_SEPARATOR: Flag =
    Flag::new('o', "output-separator", "put STRING between columns, not two blanks").value("STRING");
const SEPARATOR: Flag =
    Flag::new('s', "separator", "each of these separates fields, not blanks").value("CHARACTERS");
const FILL_ROWS: Flag = Flag::new('x', "fillrows", "fill rows before columns");
const HELP: Flag = Flag::short('h', "print this help");
const VERSION: Flag = Flag::short('V', "print the version");

static SPEC: Spec = Spec {
    name: "column",
    summary: "Put lines in columns, or their fields in a table",
    usage: &["[OPTION]... [FILE]..."],
    flags: &[
        TABLE,
        NAME,
        ORDER,
        NAMES,
        LIMIT,
        NO_EXTREME,
        NO_HEADINGS,
        REPEAT,
        HIDE,
        RIGHT,
        TRUNCATE,
        WRAP,
        KEEP_EMPTY,
        JSON,
        TREE,
        TREE_ID,
        TREE_PARENT,
        WIDTH,
        OUTPUT_SEPARATOR,
        SEPARATOR,
        FILL_ROWS,
        HELP,
        VERSION,
    ],
    rewrite: Some(lengthen),
    notes: "With no FILE, read standard input. COLUMNS are names or numbers from 1, separated by commas; 0 is all.",
    examples: &[
        Example {
            title: "a table",
            line: "printf 'a b\\nlong c\\n' | column -t",
            output: "a     b\nlong  c\n",
        },
        Example {
            title: "fields separated by colons",
            line: "printf 'root:0\\nuser:1000\\n' | column -t -s : -N NAME,ID",
            output: "NAME  ID\nroot  0\nuser  1000\n",
        },
        Example { title: "columns", line: "seq 6 | column -c 24", output: "1\t3\t5\n2\t4\t6\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Column;

impl Command for Column {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_all_inputs(&arguments.operands, Extent::Whole, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The short forms of `--help` and `--version`.
fn lengthen(words: Vec<Bytes>) -> Vec<Bytes> {
    crate::support::lengthen_help(words, b"-h", b"-V")
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::parse(&arguments, context) {
        Ok(options) => options,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut held = context.call.share();
    let Some(lines) = read_all(&arguments, &options, &io, context, &mut report, &mut held).await else {
        return Ok(report.status());
    };
    // A standard output that is not open swallows what is written, as with util-linux's.
    let stdout = if io.stdout.is_closed() { Descriptor::null() } else { io.stdout.clone() };
    let mut output = Writer::new(stdout);
    match &options.layout {
        Layout::Fill { rows_first } => {
            fill::print(&lines, *rows_first, options.width, context.locale(), &mut output, &context.call)
                .await?;
        }
        Layout::Table(wanted) => {
            let mut table = Table::new(wanted, context.locale());
            for line in &lines {
                let cells = table.add(line);
                held.add(line.len() as u64 + cells as u64 * ITEM);
                context.call.tick().await;
            }
            match table.settle(wanted) {
                Ok(_) if table.rows.is_empty() => {}
                Ok(settled) if wanted.json => {
                    json::print(&table, &settled, wanted, &mut output, &context.call).await?
                }
                Ok(settled) => {
                    print::print(&table, &settled, wanted, options.width, &mut output, &context.call).await?;
                }
                Err(message) => report.fail(1, &[&message]).await,
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// The lines of all inputs; none when one could not be read to its end.
async fn read_all(
    arguments: &Arguments,
    options: &Options,
    io: &Io,
    context: &Context,
    report: &mut Report,
    held: &mut Share,
) -> Option<Vec<Bytes>> {
    let mut lines = Vec::new();
    let mut inputs = Vec::new();
    if arguments.operands.is_empty() {
        inputs.push(Ok(io.stdin.clone()));
    }
    for operand in &arguments.operands {
        match context.open(io, operand, &OpenOptions::reading()).await {
            Ok(input) => inputs.push(Ok(input)),
            Err(error) if error.is(ErrorKind::IsADirectory) => inputs.push(Err(error)),
            Err(error) => report.fail(1, &[operand, b": ", error.to_string().as_bytes()]).await,
        }
    }
    for input in inputs {
        let read = match input {
            Ok(input) => read_lines(input, options.keep_empty, &mut lines, context, held).await,
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            report.fail(1, &[b"read failed: ", error.to_string().as_bytes()]).await;
            return None;
        }
    }
    Some(lines)
}

async fn read_lines(
    input: Descriptor,
    keep_empty: bool,
    lines: &mut Vec<Bytes>,
    context: &Context,
    held: &mut Share,
) -> Result<()> {
    let mut blocks = Blocks::lines(input);
    while let Some(block) = blocks.next(&context.call).await? {
        let before = lines.len();
        let mut at = 0;
        while at < block.len() {
            let length = memchr::memchr(b'\n', &block[at..]).unwrap_or(block.len() - at);
            let line = block.slice(at..at + length);
            at += length + 1;
            let empty = line.iter().all(|byte| byte.is_ascii_whitespace());
            if !empty || keep_empty {
                lines.push(if empty { Bytes::new() } else { line });
            }
        }
        held.add(block.len() as u64 + (lines.len() - before) as u64 * ITEM);
        context.call.tick_many(64).await;
    }
    Ok(())
}
