//! `cut`: selected bytes or fields of each line.

mod options;
mod select;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Blocks, Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs};
use options::{Options, Selection};
use select::{Fields, WholeInput};

const BYTES: Flag = Flag::new('b', "bytes", "select these bytes of each line").value("LIST");
const CHARACTERS: Flag = Flag::new('c', "characters", "same as -b").value("LIST");
const DELIMITER: Flag =
    Flag::new('d', "delimiter", "fields are separated by DELIM, not by a tab").value("DELIM");
const FIELDS: Flag =
    Flag::new('f', "fields", "select these fields; a line without the delimiter goes out whole")
        .value("LIST");
const UNSPLIT: Flag = Flag::short('n', "(ignored)");
const COMPLEMENT: Flag = Flag::long("complement", "select what the list does not name");
const ONLY_DELIMITED: Flag = Flag::new('s', "only-delimited", "leave out lines without the delimiter");
const OUTPUT_DELIMITER: Flag =
    Flag::long("output-delimiter", "put STRING between what is selected").value("STRING");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with NUL, not newline");

static SPEC: Spec = Spec {
    name: "cut",
    summary: "Print selected parts of lines",
    usage: &["OPTION... [FILE]..."],
    flags: &[
        BYTES,
        CHARACTERS,
        DELIMITER,
        FIELDS,
        UNSPLIT,
        COMPLEMENT,
        ONLY_DELIMITED,
        OUTPUT_DELIMITER,
        ZERO,
    ],
    notes: "One of -b, -c and -f is needed. LIST is made of N, N-M, N- and -M separated by commas, counted from 1; what \
            is selected goes out in the order of the input, once. With no FILE, or when FILE is -, read standard input.",
    examples: &[
        Example { title: "a field", line: "echo root:x:0:0 | cut -d: -f3", output: "0\n" },
        Example { title: "two ranges of bytes", line: "echo abcdef | cut -b1-2,5-", output: "abef\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Cut;

impl Command for Cut {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::UntilStopped, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::parse(&arguments, context.locale()) {
        Ok(options) => options,
        Err(message) => {
            report.usage(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let operands = operands_or_stdin(&arguments);
    let mut output = Writer::new(io.stdout.clone());
    for operand in &operands {
        let cut = match open_input(context, &io, operand).await {
            Ok(input) => cut(input, &options, &mut output, context).await?,
            Err(error) => Err(error),
        };
        if let Err(error) = cut {
            output.flush(&context.call).await?;
            report.operand(operand, &error).await;
        }
    }
    output.flush(&context.call).await?;
    report.stdin_closed(&operands, &io).await;
    Ok(report.status())
}

/// Puts out what is selected of one input; the inner result is about reading it, the outer one about writing.
async fn cut(
    input: Descriptor,
    options: &Options,
    output: &mut Writer,
    context: &Context,
) -> Result<Result<()>> {
    let fields = Fields {
        ranges: &options.ranges,
        end: options.end,
        delimiter: options.delimiter,
        output_delimiter: options.output_delimiter.as_deref(),
        only_delimited: options.only_delimited,
    };
    let mut whole = WholeInput::new(&fields);
    let is_whole = options.selection == Selection::Fields && options.delimiter == options.end;
    let mut blocks = Blocks::new(input, options.end);
    loop {
        let block = match blocks.next(&context.call).await {
            Ok(Some(block)) => block,
            Ok(None) => break,
            Err(error) => return Ok(Err(error)),
        };
        match options.selection {
            Selection::Fields if is_whole => whole.select(&block, output.buffer()),
            Selection::Fields => fields.select(&block, output.buffer()),
            Selection::Bytes => {
                let delimiter = fields.output_delimiter.unwrap_or_default();
                select::bytes(&block, options.end, &options.ranges, delimiter, output.buffer());
            }
        }
        output.flush(&context.call).await?;
        if output.is_unwanted() {
            return Ok(blocks.discard(&context.call).await);
        }
        context.call.tick_many(64).await;
    }
    if is_whole {
        whole.finish(output.buffer());
    }
    Ok(Ok(()))
}
