//! `jq`: a program run over JSON values.
//!
//! The text becomes a tree, the tree code in which names are places; a machine runs it one step after the other and
//! never waits, and a driver gives it inputs and writes what comes out.

mod access;
mod ast;
mod census;
mod compare;
mod compile;
mod compile_call;
mod direct;
mod env;
mod flags;
mod formats;
mod input;
mod lex;
mod machine;
mod modules;
mod native;
mod node;
mod number;
mod object;
mod operators;
mod parse;
mod parse_term;
mod paths;
mod prelude;
mod read;
mod run;
mod step;
mod stream;
mod track;
mod value;
mod write;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Parsed, Parsing, Plan, PlanContext, Shape, Spec,
    Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::plan_inputs;
use flags::{Named, Options, Print};

static SPEC: Spec = Spec {
    name: "jq",
    summary: "Run a program over JSON values",
    usage: &[
        "[OPTION]... PROGRAM [FILE]...",
        "[OPTION]... --args PROGRAM [TEXT]...",
        "[OPTION]... --jsonargs PROGRAM [JSON]...",
    ],
    flags: &[
        Flag::new('n', "null-input", "run once, with null for input"),
        Flag::new('R', "raw-input", "lines are inputs, as strings"),
        Flag::new('s', "slurp", "all inputs are one array"),
        Flag::new('c', "compact-output", "a value a line"),
        Flag::new('r', "raw-output", "strings are written as they are"),
        Flag::long("raw-output0", "as -r, with NUL after each output"),
        Flag::new('j', "join-output", "as -r, with nothing after each output"),
        Flag::new('a', "ascii-output", "escape what is not ASCII"),
        Flag::new('S', "sort-keys", "write the keys of objects in order"),
        Flag::new('C', "color-output", "color the output"),
        Flag::new('M', "monochrome-output", "do not color the output"),
        Flag::long("tab", "indent with tabs"),
        Flag::long("indent", "indent by N blanks, 7 at most").value("N"),
        Flag::long("unbuffered", "write each output at once"),
        Flag::long("stream", "inputs are paths and leaves"),
        Flag::long("stream-errors", "as --stream, and errors are inputs too"),
        Flag::long("seq", "application/json-seq in and out"),
        Flag::new('f', "from-file", "PROGRAM is a file"),
        Flag::new('L', "library-path", "look for modules in DIR").value("DIR"),
        Flag::long("arg", "set $NAME to a string").value("NAME VALUE"),
        Flag::long("argjson", "set $NAME to a JSON value").value("NAME JSON"),
        Flag::long("slurpfile", "set $NAME to the values of a file").value("NAME FILE"),
        Flag::long("rawfile", "set $NAME to the text of a file").value("NAME FILE"),
        Flag::long("args", "what follows are strings"),
        Flag::long("jsonargs", "what follows are JSON values"),
        Flag::new('e', "exit-status", "the status tells of the last output"),
        Flag::new('b', "binary", "accepted; output is never changed"),
        Flag::long("build-configuration", "print how it was built"),
        Flag::short('h', "print this help"),
        Flag::short('V', "print the version"),
    ],
    parsing: Parsing::Own,
    usage_status: 2,
    failure_status: 2,
    notes: "The language is that of jq 1.8. modulemeta is not supported. Errors end with status 5, a wrong program with 3.",
    examples: &[
        Example {
            title: "fields of each object",
            line: "printf '{\"a\":1,\"b\":[2,3]}' | jq -c '.a, .b[]'",
            output: "1\n2\n3\n",
        },
        Example {
            title: "count by a field",
            line: "printf '{\"k\":\"x\"}{\"k\":\"y\"}{\"k\":\"x\"}' | jq -sr 'group_by(.k)[] | \"\\(.[0].k) \\(length)\"'",
            output: "x 2\ny 1\n",
        },
        Example {
            title: "build JSON from words",
            line: "jq -nc --arg name Ann '{$name, tags: $ARGS.positional}' --args red blue",
            output: "{\"name\":\"Ann\",\"tags\":[\"red\",\"blue\"]}\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Jq;

impl Command for Jq {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let Ok(options) = flags::parse(&arguments.operands) else { return Plan::default() };
        let mut files = options.files.clone();
        if files.is_empty() && !options.null_input {
            files.push(Bytes::from_static(b"-"));
        }
        files.extend(options.program.filter(|_| options.from_file));
        files.extend(options.named.into_iter().filter_map(|named| match named {
            Named::Values(_, path) | Named::Text(_, path) => Some(path),
            Named::Value(..) => None,
        }));
        plan_inputs(&files, Extent::UntilStopped, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        start(arguments, io, context).await
    }
}

/// What `--help` prints.
fn help(name: Bytes) -> String {
    match Arguments::parse(&SPEC, name, vec![Bytes::from_static(b"--help")]) {
        Parsed::Print(text) => text,
        Parsed::Run(_) | Parsed::Wrong(_) => String::new(),
    }
}

async fn start(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let options: Options = match flags::parse(&arguments.operands) {
        Ok(options) => options,
        Err(message) => {
            let advice = "Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.org\n";
            let text = format!("jq: {message}\n{advice}");
            io.stderr.write(&context.call, text.into()).await?;
            return Ok(2);
        }
    };
    let text = match options.print {
        None => return run::run(&options, &io, context).await,
        Some(Print::Help) => help(arguments.name),
        Some(Print::Version) => "jq-1.8.1 (mirage)\n".to_owned(),
        Some(Print::BuildConfiguration) => "mirage\n".to_owned(),
    };
    io.stdout.write(&context.call, text.into()).await?;
    Ok(0)
}
