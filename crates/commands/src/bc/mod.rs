//! `bc`: a calculator with numbers of any size, and its language.

mod code;
mod compile;
mod expression;
mod lexer;
mod library;
mod machine;
mod names;
mod number;
mod page;
mod random;
mod reading;
mod show;
mod value;

use std::rc::Rc;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Parsed, Plan, PlanContext, Shape, Spec,
    Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Output, lengthen_help};
use compile::Unit;
use machine::{Callable, Machine, Trouble};
use names::BeyondStandard;
use page::Page;
use reading::{Program, Unreadable};

const INTERACTIVE: Flag = Flag::new('i', "interactive", "accepted: there is no terminal to work with");
const LIBRARY: Flag = Flag::new(
    'l',
    "mathlib",
    "scale is 20, and there are s c a l e j: sine, cosine, arc tangent, logarithm, exponential, Bessel",
);
const QUIET: Flag = Flag::new('q', "quiet", "accepted: nothing is said at the start anyway");
const STANDARD: Flag = Flag::new('s', "standard", "refuse what POSIX does not have");
const WARN: Flag = Flag::new('w', "warn", "tell what POSIX does not have");

static SPEC: Spec = Spec {
    name: "bc",
    summary: "Calculate with numbers of any size",
    usage: &["[OPTION]... [FILE]..."],
    flags: &[INTERACTIVE, LIBRARY, QUIET, STANDARD, WARN],
    rewrite: Some(lengthen),
    advice: "usage: bc [options] [file ...]
  -h  --help         print this usage and exit
  -i  --interactive  force interactive mode
  -l  --mathlib      use the predefined math routines
  -q  --quiet        don't print initial banner
  -s  --standard     non-standard bc constructs are errors
  -w  --warn         warn about non-standard bc constructs
  -v  --version      print version information and exit
",
    notes: "The files are read one after another and then standard input. A number of more than 262144 digits is an error, and the functions of -l give right digits where the arguments are large, too.\nThe variables BC_ENV_ARGS (more options), BC_LINE_LENGTH (70; 0 breaks no lines) and POSIXLY_CORRECT count.",
    examples: &[
        Example { title: "a power", line: "echo '2^64' | bc", output: "18446744073709551616\n" },
        Example { title: "digits behind the point", line: "echo 'scale=5; 10/3' | bc", output: "3.33333\n" },
        Example { title: "bases", line: "echo 'obase=16; 255' | bc", output: "FF\n" },
        Example { title: "pi", line: "echo '4*a(1)' | bc -l", output: "3.14159265358979323844\n" },
    ],
    ..Spec::DEFAULT
};

/// What the statement `warranty` prints.
const WARRANTY: &[u8] = b"bc (mirage): there is no warranty of any kind.\n";

/// The command.
pub struct Bc;

impl Command for Bc {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let read = |file: &Bytes| Effect::Read {
            path: context.path(file),
            extent: Extent::UntilStopped,
            recursive: false,
        };
        let effects = arguments.operands.iter().map(read).collect();
        Plan { effects, stdin: Extent::UntilStopped, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The short forms of `--help` and `--version`.
fn lengthen(words: Vec<Bytes>) -> Vec<Bytes> {
    lengthen_help(words, b"-h", b"-v")
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let arguments = with_environment(arguments, context);
    let width = context.environment.get(b"BC_LINE_LENGTH").and_then(|text| line_length(text));
    let page = Page::new(Output::new(&io), width.unwrap_or(page::WIDTH));
    let mut program = Program::new(arguments.operands.clone(), &io, context);
    program.tables.beyond_standard = match arguments.last_of(&[STANDARD, WARN]) {
        Some(STANDARD) => BeyondStandard::Error,
        Some(_) => BeyondStandard::Warning,
        None if context.environment.get(b"POSIXLY_CORRECT").is_some() => BeyondStandard::Error,
        None => BeyondStandard::Fine,
    };
    let mut machine = Machine::new(context, page);
    if arguments.has(LIBRARY) {
        machine.scale = 20;
        for (name, function) in library::FUNCTIONS {
            machine.define(program.tables.functions.slot(name), Callable::Library(function));
        }
    }
    let status = match execute(&mut machine, &mut program).await {
        Ok(status) => status,
        Err(error) if io.stdout.is_closed() => {
            let text = format!("dc: could not write output file: {error}\n");
            program.tell(&machine.page, text.into_bytes()).await;
            return Ok(1);
        }
        Err(error) => return Err(error),
    };
    match machine.page.output.flush(&context.call).await {
        Err(error) if io.stdout.is_closed() => {
            let text = format!("dc: could not write output file: {error}\n");
            program.tell(&machine.page, text.into_bytes()).await;
            Ok(1)
        }
        flushed => flushed.map(|()| status),
    }
}

/// Piece by piece to the end of the program.
async fn execute(machine: &mut Machine<'_>, program: &mut Program<'_>) -> Result<Status> {
    loop {
        let ended = match program.unit(&machine.page).await {
            Ok(Unit::Run(code)) => machine.run(code, program).await,
            Ok(Unit::Define(function)) => {
                let slot = program.tables.functions.slot(&function.name);
                machine.define(slot, Callable::Defined(Rc::new(function)));
                Ok(())
            }
            Ok(Unit::Wrong) => Ok(()),
            Ok(Unit::Quit | Unit::EndOfFile) => return Ok(0),
            Err(Unreadable(text)) => {
                program.tell(&machine.page, text).await;
                return Ok(1);
            }
        };
        match ended {
            Ok(()) => {}
            Err(Trouble::Halted) => return Ok(0),
            Err(Trouble::Write(error)) => return Err(error),
            Err(Trouble::Wrong(..) | Trouble::Mismatch(..)) => {}
        }
    }
}

/// The arguments, with those of `BC_ENV_ARGS` in front.
fn with_environment(mut arguments: Arguments, context: &Context) -> Arguments {
    let Some(text) = context.environment.get(b"BC_ENV_ARGS") else { return arguments };
    let words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let words = words.map(|word| text.slice_ref(word)).collect();
    if let Parsed::Run(more) = Arguments::parse(&SPEC, arguments.name.clone(), words) {
        arguments.options.splice(0..0, more.options);
        arguments.operands.splice(0..0, more.operands);
    }
    arguments
}

/// `BC_LINE_LENGTH`, if it makes sense: what is no number breaks no lines.
fn line_length(text: &[u8]) -> Option<usize> {
    let length =
        std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(0);
    (length == 0 || length > 2).then_some(length)
}
