//! `test` and `[`, where another program runs them: the shell has its own, over the same code.

use mirage_shell::builtins::test;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, quote};

const NOTES: &str = "The status is 0 when EXPRESSION is true, 1 when it is false, 2 when it is none.";

static TEST_SPEC: Spec = Spec {
    name: "test",
    summary: "Tell by the status whether an expression is true",
    usage: &["EXPRESSION", ""],
    parsing: Parsing::Own,
    usage_status: 2,
    failure_status: 2,
    notes: NOTES,
    examples: &[Example {
        title: "from another program",
        line: "env test 2 -gt 1 && echo yes",
        output: "yes\n",
    }],
    ..Spec::DEFAULT
};

static BRACKET_SPEC: Spec = Spec {
    name: "[",
    summary: "Tell by the status whether an expression is true",
    usage: &["EXPRESSION ]", " ]"],
    parsing: Parsing::Own,
    usage_status: 2,
    failure_status: 2,
    notes: NOTES,
    examples: &[Example {
        title: "from another program",
        line: "env [ a = a ] && echo same",
        output: "same\n",
    }],
    ..Spec::DEFAULT
};

/// `test`
pub struct Test;

/// `[`
pub struct Bracket;

impl Command for Test {
    fn spec(&self) -> &'static Spec {
        &TEST_SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Empty, ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

impl Command for Bracket {
    fn spec(&self) -> &'static Spec {
        &BRACKET_SPEC
    }

    fn plan(&self, arguments: &Arguments, stdin: &Shape, context: &PlanContext) -> Plan {
        Test.plan(arguments, stdin, context)
    }

    async fn run(&self, mut arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        let last = arguments.operands.pop();
        if last.is_none_or(|last| last != "]") {
            let report = Report::new(&arguments, &io, context);
            report.say(&[b"missing ", &quote(b"]", context.locale())]).await;
            return Ok(2);
        }
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let report = Report::new(&arguments, &io, context);
    let answer = match test::parse(&arguments.operands) {
        // A program knows no variables and options of the shell.
        Ok(expression) => test::evaluate(&expression, &context.view, &io, &|_, _| false).await,
        Err(wrong) => Err(wrong),
    };
    match answer {
        Ok(holds) => Ok(u8::from(!holds)),
        Err(wrong) => {
            report.say(&[&in_program_words(&wrong, &arguments, context)]).await;
            Ok(2)
        }
    }
}

/// A message of the shell in the words of the program.
fn in_program_words(wrong: &[u8], arguments: &Arguments, context: &Context) -> Vec<u8> {
    let quoted = |text: &[u8]| quote(text, context.locale());
    let subject = |suffix: &[u8]| wrong.strip_suffix(suffix);
    if let Some(text) = subject(b": integer expression expected") {
        return [b"invalid integer ", &quoted(text)[..]].concat();
    }
    if let Some(text) = subject(b": binary operator expected") {
        return [&quoted(text)[..], b": binary operator expected"].concat();
    }
    if let (Some(_), Some(last)) = (subject(b": unary operator expected"), arguments.operands.last()) {
        return [b"missing argument after ", &quoted(last)[..]].concat();
    }
    match (wrong, arguments.operands.get(1)) {
        (b"too many arguments", Some(extra)) => [b"extra argument ", &quoted(extra)[..]].concat(),
        (b"argument expected", _) => {
            let last = arguments.operands.last().map(|last| &last[..]).unwrap_or_default();
            [b"missing argument after ", &quoted(last)[..]].concat()
        }
        _ => wrong.to_vec(),
    }
}
