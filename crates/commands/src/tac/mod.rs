//! `tac`: files with their lines, or other records, from the last to the first.

mod search;
mod text;

use bytes::Bytes;
use mirage_pattern::regex::{Options, Regex, Syntax};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::{ErrorKind, Result};

use crate::support::{
    Report, emacs_to_extended, open_input, operands_or_stdin, plan_inputs, quote_always, quote_if_needed,
    shown_name,
};
use search::{Outcome, Separator};
use text::Text;

const BEFORE: Flag = Flag::new('b', "before", "the separator stands before its record, not behind it");
const REGEX: Flag = Flag::new('r', "regex", "the separator is a regular expression");
const SEPARATOR: Flag =
    Flag::new('s', "separator", "records are separated by STRING, not by a newline").value("STRING");

static SPEC: Spec = Spec {
    name: "tac",
    summary: "Print files from their last line to their first",
    flags: &[BEFORE, REGEX, SEPARATOR],
    notes: "With no FILE, or when FILE is -, read standard input. Files are read from their end.",
    examples: &[
        Example { title: "lines", line: "seq 3 | tac", output: "3\n2\n1\n" },
        Example { title: "words", line: "printf 'a,b,c,' | tac -s ,", output: "c,b,a," },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Tac;

impl Command for Tac {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let separator = match separator(&arguments, context) {
        Ok(separator) => separator,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let operands = operands_or_stdin(&arguments);
    let mut output = Writer::new(io.stdout.clone());
    for operand in &operands {
        let input = match open_input(context, &io, operand).await {
            Ok(input) => input,
            Err(error) => {
                output.flush(&context.call).await?;
                let name = quote_always(operand, context.locale());
                let why = error.to_string();
                report.fail(1, &[b"failed to open ", &name, b" for reading: ", why.as_bytes()]).await;
                continue;
            }
        };
        let printed = match Text::new(&input, context).await {
            Ok(text) => search::print(&text, &separator, arguments.has(BEFORE), &mut output, context).await?,
            Err(error) => Outcome::Unread(error),
        };
        match printed {
            Outcome::Done => {}
            Outcome::Unread(error) => {
                output.flush(&context.call).await?;
                // A directory can be opened, but not searched from its end.
                let why = match error.is(ErrorKind::IsADirectory) {
                    true => "Invalid argument".to_owned(),
                    false => error.to_string(),
                };
                unread(operand, &why, &mut report).await;
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

async fn unread(operand: &[u8], why: &str, report: &mut Report) {
    let name = match operand == b"-" {
        true => quote_always(shown_name(operand), report.locale()),
        false => quote_if_needed(operand, report.locale()),
    };
    report.fail(1, &[&name, b": read error: ", why.as_bytes()]).await;
}

fn separator(arguments: &Arguments, context: &Context) -> std::result::Result<Separator, Vec<u8>> {
    let text = arguments.value(SEPARATOR).cloned().unwrap_or_else(|| Bytes::from_static(b"\n"));
    match (arguments.has(REGEX), text.is_empty()) {
        (true, true) => Err(b"separator cannot be empty".to_vec()),
        (true, false) => {
            let options = Options {
                syntax: Syntax::Extended,
                multi_line: true,
                dot_newline: false,
                locale: context.locale(),
                ..Options::default()
            };
            let regex = Regex::new(&emacs_to_extended(&text), &options);
            regex.map(Separator::Regex).map_err(|error| {
                // A bracket without its end is told of in the words of the older interface.
                let text = error.to_string();
                match text.starts_with("Unmatched [") {
                    true => b"Invalid regular expression".to_vec(),
                    false => text.into_bytes(),
                }
            })
        }
        (false, true) => Ok(Separator::Literal(Bytes::from_static(b"\0"))),
        (false, false) => Ok(Separator::Literal(text)),
    }
}
