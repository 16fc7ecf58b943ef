//! `awk`: a program run over records.
//!
//! The text becomes a tree, the tree instructions of a stack machine; the machine never waits, and a driver does the
//! input and output it asks for.

mod arithmetic;
mod array;
mod ast;
mod child;
mod comparison;
mod compile;
mod compile_expression;
mod format;
mod functions;
mod input;
mod lexer;
mod machine;
mod names;
mod parse;
mod parse_expression;
mod places;
mod program;
mod record;
mod regex;
mod run;
mod sorting;
mod substitute;
mod text;
mod value;
mod variables;

use std::rc::Rc;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::{OpenOptions, Result};

use crate::support::date::Zone;
use crate::support::{Report, plan_inputs, read_list};
use lexer::SyntaxError;
use machine::{Fatal, Machine};
use run::{Driver, Stop};
use value::Value;

const FIELD_SEPARATOR: Flag = Flag::new('F', "field-separator", "split fields at FS").value("FS");
const ASSIGN: Flag = Flag::new('v', "assign", "assign VALUE to variable NAME first").value("NAME=VALUE");
const FILE: Flag = Flag::new('f', "file", "read the program from FILE").value("FILE");
const SOURCE: Flag = Flag::new('e', "source", "TEXT is part of the program").value("TEXT");
const BYTES: Flag = Flag::new('b', "characters-as-bytes", "every byte is a character");
const POSIX: Flag = Flag::new('P', "posix", "accepted; the extensions stay");
const INTERVALS: Flag = Flag::new('r', "re-interval", "accepted; intervals are always understood");
const SANDBOX: Flag = Flag::new('S', "sandbox", "refuse system(), redirections and files as operands");

static SPEC: Spec = Spec {
    name: "awk",
    summary: "Run a program over the records of files",
    usage: &["[OPTION]... 'PROGRAM' [FILE|NAME=VALUE]...", "[OPTION]... -f FILE [FILE|NAME=VALUE]..."],
    flags: &[FIELD_SEPARATOR, ASSIGN, FILE, SOURCE, BYTES, POSIX, INTERVALS, SANDBOX],
    parsing: Parsing::Leading,
    usage_status: 1,
    failure_status: 2,
    notes: "The language is that of POSIX with gawk's functions, regular-expression record separators, FPAT,\nFIELDWIDTHS, IGNORECASE, BEGINFILE, ENDFILE, switch and arrays of arrays. Arrays are walked in the order in\nwhich their elements were made unless PROCINFO[\"sorted_in\"] says otherwise.",
    examples: &[
        Example {
            title: "sum a column",
            line: "printf '1 2\\n3 4\\n' | awk '{ s += $2 } END { print s }'",
            output: "6\n",
        },
        Example {
            title: "count by key",
            line: "printf 'a\\nb\\na\\n' | awk '{ n[$1]++ } END { for (k in n) print k, n[k] }'",
            output: "a 2\nb 1\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Awk;

impl Command for Awk {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let own_program = arguments.has(FILE) || arguments.has(SOURCE);
        let files = arguments.operands.iter().skip(usize::from(!own_program));
        let mut files: Vec<Bytes> =
            files.filter(|operand| run::assignment(operand).is_none()).cloned().collect();
        if files.is_empty() {
            files.push(Bytes::from_static(b"-"));
        }
        files.extend(arguments.values(FILE).cloned());
        plan_inputs(&files, Extent::UntilStopped, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.has(SANDBOX) {
        report.fail(2, &[b"fatal: the sandbox mode is not supported: limit the mounts instead"]).await;
        return Ok(report.status());
    }
    let mut operands = arguments.operands.clone().into_iter();
    let Some((text, name)) = program_text(&arguments, &mut operands, &io, context, &mut report).await else {
        return Ok(report.status());
    };
    let operands: Vec<Bytes> = operands.collect();
    let machine = match prepare(&arguments, text.clone(), &operands, context) {
        Ok((machine, warnings)) => {
            for (at, warning) in warnings {
                report.say(&[place(&text, &name, at).as_bytes(), b"warning: ", warning.as_bytes()]).await;
            }
            machine
        }
        Err(Refusal::Syntax(error)) => {
            return Ok(refuse(&report, &text, &name, &error).await);
        }
        Err(Refusal::Fatal(message)) => {
            report.fail(2, &[name.as_bytes(), b":1: fatal: ", message.as_bytes()]).await;
            return Ok(2);
        }
        Err(Refusal::Plain(message)) => {
            report.fail(2, &[b"fatal: ", message.as_bytes()]).await;
            return Ok(2);
        }
    };
    let numbers = (1..=operands.len()).map(|number| number.to_string().into()).collect();
    let mut driver = Driver::new(machine, io, context, numbers);
    match driver.run().await {
        Ok(status) => Ok(status),
        Err(Stop::Output(error)) if error.is(mirage_vfs::ErrorKind::BrokenPipe) => Err(error),
        Err(Stop::Output(error)) => {
            driver.tell(&format!("warning: error writing standard output: {error}")).await;
            Ok(1)
        }
        Err(Stop::Fatal(message)) => {
            let message = format!("{}fatal: {message}", driver.place());
            let _ = driver.finish().await;
            driver.tell(&message).await;
            Ok(2)
        }
        Err(Stop::Plain(message)) => {
            let _ = driver.finish().await;
            driver.tell(&message).await;
            Ok(2)
        }
    }
}

/// Why a program does not start.
enum Refusal {
    Syntax(SyntaxError),
    Fatal(String),
    Plain(String),
}

/// The program's text, and what messages call it.
async fn program_text(
    arguments: &Arguments,
    operands: &mut impl Iterator<Item = Bytes>,
    io: &Io,
    context: &Context,
    report: &mut Report,
) -> Option<(Bytes, String)> {
    let mut text = Vec::new();
    let mut name = String::from("cmd. line");
    let mut given = false;
    for (flag, value) in &arguments.options {
        let value = value.clone().unwrap_or_default();
        if *flag == SOURCE {
            given = true;
            text.extend_from_slice(&value);
            text.push(b'\n');
        } else if *flag == FILE {
            given = true;
            name = String::from_utf8_lossy(&value).into_owned();
            let read = match context
                .open(io, if value == "-" { b"/dev/stdin" } else { &value }, &OpenOptions::reading())
                .await
            {
                Ok(file) => read_list(&file, &context.call, |byte| byte == b'\n').await,
                Err(error) => Err(error),
            };
            match read {
                Ok(read) => text.extend_from_slice(&read.text),
                Err(error) => {
                    let why = error.to_string();
                    let opening = b"fatal: cannot open source file `";
                    report.fail(2, &[opening, &value, b"' for reading: ", why.as_bytes()]).await;
                    return None;
                }
            }
        }
    }
    if given {
        return Some((text.into(), name));
    }
    match operands.next() {
        Some(program) => Some((program, name)),
        None => {
            report.usage(1, &[b"no program"]).await;
            None
        }
    }
}

type Prepared = (Machine, Vec<(usize, String)>);

/// Compiles the program and gives it its variables.
fn prepare(
    arguments: &Arguments,
    text: Bytes,
    operands: &[Bytes],
    context: &Context,
) -> std::result::Result<Prepared, Refusal> {
    let mut parser = parse::Parser::new(text).map_err(Refusal::Syntax)?;
    let tree = parser.program().map_err(Refusal::Syntax)?;
    let locale = if arguments.has(BYTES) { mirage_pattern::Locale::C } else { context.locale() };
    let code = compile::compile(&tree, locale).map_err(Refusal::Fatal)?;
    let mut machine = Machine::new(Rc::new(code), locale, Zone::of(&context.environment));
    machine.now = context.call.host().now().seconds;
    if let Some(array) = machine.array("ENVIRON") {
        let mut array = array.borrow_mut();
        for (name, value) in context.environment.iter() {
            array.set(name, Value::Input(value.clone()));
        }
    }
    if let Some(array) = machine.array("ARGV") {
        let mut array = array.borrow_mut();
        array.set(&Bytes::from_static(b"0"), Value::Text(arguments.name.clone()));
        for (number, operand) in operands.iter().enumerate() {
            array.set(&(number + 1).to_string().into(), Value::Input(operand.clone()));
        }
    }
    let wrong = |fatal: Fatal| Refusal::Plain(fatal.0);
    machine.set_global(b"ARGC", Value::Number(operands.len() as f64 + 1.0)).map_err(wrong)?;
    if let Some(separator) = arguments.value(FIELD_SEPARATOR) {
        let separator = lexer::unescape(separator).0;
        machine.set_global(b"FS", Value::text(separator)).map_err(wrong)?;
    }
    for given in arguments.values(ASSIGN) {
        let Some((name, value)) = run::assignment(given) else {
            let name = given.split(|&byte| byte == b'=').next().unwrap_or_default();
            let name = String::from_utf8_lossy(name);
            return Err(Refusal::Plain(format!("`{name}' is not a legal variable name")));
        };
        machine.set_global(name, Value::Input(lexer::unescape(value).0.into())).map_err(wrong)?;
    }
    Ok((machine, parser.take_warnings()))
}

/// `cmd. line:3: `
fn place(text: &[u8], name: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    format!("{name}:{}: ", memchr::memchr_iter(b'\n', before).count() + 1)
}

/// Tells of a syntax error as gawk does: the line, and below it where and what.
async fn refuse(report: &Report, text: &[u8], name: &str, error: &SyntaxError) -> Status {
    let place = place(text, name, error.at);
    if error.fatal {
        report.say(&[place.as_bytes(), error.message.as_bytes()]).await;
        return 1;
    }
    let at = error.at.min(text.len());
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1);
    let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |found| start + found);
    report.say(&[place.as_bytes(), &text[start..end]]).await;
    let blanks: Vec<u8> =
        text[start..at].iter().map(|&byte| if byte == b'\t' { b'\t' } else { b' ' }).collect();
    report.say(&[place.as_bytes(), &blanks, b"^ ", error.message.as_bytes()]).await;
    1
}
