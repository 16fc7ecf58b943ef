//! `nl`: lines with their numbers, by the sections of logical pages.

mod number;
mod options;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Blocks, Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs};
use number::Numbering;
use options::Options;

const BODY: Flag =
    Flag::new('b', "body-numbering", "number body lines by STYLE (t by default)").value("STYLE");
const DELIMITER: Flag =
    Flag::new('d', "section-delimiter", "CC are the characters that separate sections").value("CC");
const FOOTER: Flag =
    Flag::new('f', "footer-numbering", "number footer lines by STYLE (n by default)").value("STYLE");
const HEADER: Flag =
    Flag::new('h', "header-numbering", "number header lines by STYLE (n by default)").value("STYLE");
const INCREMENT: Flag = Flag::new('i', "line-increment", "add N at each numbered line").value("N");
const JOIN: Flag = Flag::new('l', "join-blank-lines", "count N empty lines in a row as one").value("N");
const FORMAT: Flag =
    Flag::new('n', "number-format", "ln left, rn right (default), rz with zeros").value("FORMAT");
const NO_RENUMBER: Flag = Flag::new('p', "no-renumber", "go on counting at each section");
const SEPARATOR: Flag =
    Flag::new('s', "number-separator", "put STRING behind the number, not a tab").value("STRING");
const START: Flag = Flag::new('v', "starting-line-number", "the first number of each section").value("N");
const WIDTH: Flag = Flag::new('w', "number-width", "N columns for numbers").value("N");

static SPEC: Spec = Spec {
    name: "nl",
    summary: "Number the lines of files",
    flags: &[BODY, DELIMITER, FOOTER, HEADER, INCREMENT, JOIN, FORMAT, NO_RENUMBER, SEPARATOR, START, WIDTH],
    notes: "With no FILE, or when FILE is -, read standard input. STYLE is a (all lines), t (lines that are not empty), \
            n (none) or pBRE (lines that match the basic regular expression). A line of \\:\\:\\: starts a header, \
            \\:\\: a body and \\: a footer.",
    examples: &[
        Example {
            title: "number every line",
            line: "printf 'a\\n\\nb\\n' | nl -ba",
            output: "     1\ta\n     2\t\n     3\tb\n",
        },
        Example {
            title: "page through a file",
            line: "seq 100 200 | nl -ba | sed -n '3,4p'",
            output: "     3\t102\n     4\t103\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Nl;

impl Command for Nl {
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
        Err(refused) => {
            refused.report(&mut report).await;
            return Ok(report.status());
        }
    };
    let operands = operands_or_stdin(&arguments);
    let mut numbering = Numbering::new(options);
    let mut output = Writer::new(io.stdout.clone());
    for operand in &operands {
        let outcome = match open_input(context, &io, operand).await {
            Ok(input) => number(input, &mut numbering, &mut output, context).await?,
            Err(error) => Outcome::Unread(error),
        };
        match outcome {
            Outcome::Done => {}
            Outcome::Unread(error) => {
                output.flush(&context.call).await?;
                report.operand(operand, &error).await;
            }
            Outcome::Stopped(message) => {
                output.flush(&context.call).await?;
                report.fail(1, &[message.as_bytes()]).await;
                return Ok(report.status());
            }
        }
    }
    output.flush(&context.call).await?;
    report.stdin_closed(&operands, &io).await;
    Ok(report.status())
}

/// How numbering one input ended.
enum Outcome {
    Done,
    /// It could not be read, or not to its end.
    Unread(mirage_vfs::Error),
    /// Nothing more can be numbered.
    Stopped(String),
}

async fn number(
    input: Descriptor,
    numbering: &mut Numbering,
    output: &mut Writer,
    context: &Context,
) -> Result<Outcome> {
    let mut blocks = Blocks::lines(input);
    loop {
        let block = match blocks.next(&context.call).await {
            Ok(Some(block)) => block,
            Ok(None) => return Ok(Outcome::Done),
            Err(error) => return Ok(Outcome::Unread(error)),
        };
        let mut rest = &block[..];
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest);
            let line = &rest[..end.unwrap_or(rest.len())];
            rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
            if let Err(message) = numbering.line(line, output.buffer()) {
                return Ok(Outcome::Stopped(message));
            }
            output.settle(&context.call).await?;
            context.call.tick().await;
        }
        output.flush(&context.call).await?;
        if output.is_unwanted() {
            return Ok(blocks.discard(&context.call).await.map_or_else(Outcome::Unread, |()| Outcome::Done));
        }
    }
}
