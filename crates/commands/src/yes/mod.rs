//! `yes`: a line, again and again.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Command, Context, Example, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::Io;
use mirage_vfs::{Error, ErrorKind, Result};

use crate::support::Report;

static SPEC: Spec = Spec {
    name: "yes",
    summary: "Print a line until the reader stops",
    usage: &["[STRING]..."],
    notes: "The line is the STRINGs separated by blanks, or y.",
    examples: &[Example { title: "two of it", line: "yes no | head -n 2", output: "no\nno\n" }],
    ..Spec::DEFAULT
};

/// How much is written at a time.
const BLOCK: usize = 64 * 1024;

/// The command.
pub struct Yes;

impl Command for Yes {
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
    let mut line = match arguments.operands.is_empty() {
        true => b"y".to_vec(),
        false => arguments.operands.join(&b" "[..]),
    };
    line.push(b'\n');
    let block: Bytes = line.repeat(BLOCK.div_ceil(line.len())).into();
    loop {
        match io.stdout.write(&context.call, block.clone()).await {
            Err(error) if !error.is(ErrorKind::BrokenPipe) => {
                let report = Report::new(&arguments, &io, context);
                report.say(&[b"standard output: ", error.to_string().as_bytes()]).await;
                return Ok(1);
            }
            written => written?,
        }
        // Nothing but a reader that is gone ends it: one that has read enough is.
        if io.stdout.is_unwanted() {
            return Err(Error::new(ErrorKind::BrokenPipe, "write"));
        }
        context.call.tick_many(64).await;
    }
}
