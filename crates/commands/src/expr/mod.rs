//! `expr`: an expression given as words.

mod evaluate;
mod value;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::Report;
use evaluate::Evaluation;

static SPEC: Spec = Spec {
    name: "expr",
    summary: "Evaluate an expression",
    usage: &["EXPRESSION", "OPTION"],
    parsing: Parsing::Own,
    usage_status: 2,
    failure_status: 3,
    notes: "From the weakest to the strongest: | &, then < <= = == != >= >, then + -, then * / %, then : (a match at the start\nby a basic regular expression), then match, substr, index, length, + WORD and parentheses. Numbers have any size.\nThe status is 0, or 1 when the value is null or 0, 2 for a wrong expression, 3 when something else fails.",
    examples: &[
        Example { title: "arithmetic", line: "expr 2 + 3 \\* 4", output: "14\n" },
        Example {
            title: "a part of a string",
            line: "expr file-42.txt : '[a-z]*-\\([0-9]*\\)'",
            output: "42\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Expr;

impl Command for Expr {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Unknown, ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let words = match &arguments.operands[..] {
        [first, rest @ ..] if first == "--" => rest,
        words => words,
    };
    if words.is_empty() {
        report.usage(2, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    let value = match Evaluation::new(words, context.locale()).run() {
        Ok(value) => value,
        Err(message) => {
            report.fail(2, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut output = Writer::new(io.stdout.clone());
    output.push(&value.text());
    output.push_byte(b'\n');
    output.flush(&context.call).await?;
    Ok(u8::from(value.is_null()))
}
