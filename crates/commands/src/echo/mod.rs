//! `echo`, where another program runs it: the shell has its own, over the same code.

use bytes::{Bytes, BytesMut};
use mirage_shell::builtins;
use mirage_shell::builtins::printf::Flavor;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

static SPEC: Spec = Spec {
    name: "echo",
    summary: "Print words",
    usage: &["[-neE]... [STRING]..."],
    parsing: Parsing::Own,
    notes: "-n leaves out the newline, -e understands escapes, -E (the default) does not.",
    examples: &[Example { title: "from another program", line: "env echo -e 'a\\tb'", output: "a\tb\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Echo;

impl Command for Echo {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        let mut text = BytesMut::new();
        builtins::echo::echo(&arguments.operands, false, Flavor::Program, &mut text);
        Plan { stdout: Shape::Known(text.to_vec()), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        let mut text = BytesMut::new();
        match context.environment.get(b"POSIXLY_CORRECT") {
            None => builtins::echo::echo(&arguments.operands, false, Flavor::Program, &mut text),
            Some(_) => print_as_posix(&arguments.operands, &mut text),
        }
        if !text.is_empty() {
            io.stdout.write(&context.call, text.freeze()).await?;
        }
        Ok(0)
    }
}

/// Everything but a leading `-n` is text, and its escapes are read.
fn print_as_posix(words: &[Bytes], text: &mut BytesMut) {
    match words {
        [first, rest @ ..] if first == "-n" => {
            builtins::echo::print(rest, false, true, Flavor::Program, text);
        }
        words => builtins::echo::print(words, true, true, Flavor::Program, text),
    }
}
