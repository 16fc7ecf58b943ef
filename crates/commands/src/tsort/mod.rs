//! `tsort`: an order in which everything comes before what depends on it.

mod graph;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::{ErrorKind, Result};

use crate::support::{
    Report, Whole, no_more_than, open_input, operands_or_stdin, plan_inputs, quote_if_needed, read_list,
};
use graph::Graph;

static SPEC: Spec = Spec {
    name: "tsort",
    summary: "Print an order that fits the order of each pair",
    usage: &["[OPTION] [FILE]"],
    notes: "The input is pairs of words: the first comes before the second; a pair of the same word only names it.\nWith no FILE, or when FILE is -, read standard input. A loop is told of and broken; the status is then 1.",
    examples: &[Example {
        title: "what to build first",
        line: "printf 'parser program\\nlibrary parser\\n' | tsort",
        output: "library\nparser\nprogram\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Tsort;

impl Command for Tsort {
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
    if !no_more_than(1, &arguments, &mut report).await {
        return Ok(report.status());
    }
    let operand = operands_or_stdin(&arguments).remove(0);
    let shown = quote_if_needed(&operand, context.locale());
    let text = match open_input(context, &io, &operand).await {
        Ok(input) => read_list(&input, &context.call, |byte| byte.is_ascii_whitespace()).await,
        Err(error) => Err(error),
    };
    let Whole { text, held: _held } = match text {
        Ok(read) => read,
        // A directory can be opened, and nothing comes out of it.
        Err(error) if error.is(ErrorKind::IsADirectory) => return Ok(report.status()),
        Err(error) => {
            let name = if operand == "-" { b"standard input".to_vec() } else { shown };
            report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
            return Ok(report.status());
        }
    };
    let Some(mut graph) = Graph::parse(&text) else {
        report.fail(1, &[&shown, b": input contains an odd number of tokens"]).await;
        return Ok(report.status());
    };
    let mut output = Writer::new(io.stdout.clone());
    loop {
        while let Some(word) = graph.next() {
            output.push(word);
            output.push_byte(b'\n');
            output.settle(&context.call).await?;
            context.call.tick().await;
        }
        let Some(words) = graph.break_loop(&context.call).await else { break };
        output.flush(&context.call).await?;
        report.fail(1, &[&shown, b": input contains a loop:"]).await;
        for word in words {
            report.say(&[word]).await;
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}
