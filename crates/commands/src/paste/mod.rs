//! `paste`: lines of files side by side.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Records, Report, open_input, operands_or_stdin, plan_inputs, quote_if_needed};

const DELIMITERS: Flag = Flag::new('d', "delimiters", "separate by the bytes of LIST in turn").value("LIST");
const SERIAL: Flag = Flag::new('s', "serial", "one file after the other, each on a line");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with a zero byte");

static SPEC: Spec = Spec {
    name: "paste",
    summary: "Join lines of files side by side",
    flags: &[DELIMITERS, SERIAL, ZERO],
    notes: "With no FILE, or when FILE is -, read standard input; several - take lines in turn.\nIn LIST, \\n, \\t and \\\\ are what they are elsewhere and \\0 is no separator at all.",
    examples: &[
        Example { title: "lines to one", line: "seq 4 | paste -sd+", output: "1+2+3+4\n" },
        Example { title: "two columns", line: "seq 4 | paste - -", output: "1\t2\n3\t4\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Paste;

impl Command for Paste {
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
    let delimiters = match arguments.value(DELIMITERS) {
        None => vec![Some(b'\t')],
        Some(list) => match delimiters_of(list) {
            Some(delimiters) => delimiters,
            None => {
                report.fail(1, &[b"delimiter list ends with an unescaped backslash: ", list]).await;
                return Ok(report.status());
            }
        },
    };
    let separator = if arguments.has(ZERO) { 0 } else { b'\n' };
    let mut output = Writer::new(io.stdout.clone());
    let files = operands_or_stdin(&arguments);
    match arguments.has(SERIAL) {
        true => serial(&files, &delimiters, separator, &io, context, &mut output, &mut report).await?,
        false => parallel(&files, &delimiters, separator, &io, context, &mut output, &mut report).await?,
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// The separators of a list; none for `\0`. None at all when the list ends in a backslash.
fn delimiters_of(list: &[u8]) -> Option<Vec<Option<u8>>> {
    let mut delimiters = Vec::new();
    let mut rest = list.iter();
    while let Some(&byte) = rest.next() {
        delimiters.push(match byte {
            b'\\' => match rest.next()? {
                b'0' => None,
                b'n' => Some(b'\n'),
                b't' => Some(b'\t'),
                b'r' => Some(b'\r'),
                b'b' => Some(8),
                b'f' => Some(12),
                b'v' => Some(11),
                other => Some(*other),
            },
            byte => Some(byte),
        });
    }
    if delimiters.is_empty() {
        delimiters.push(None);
    }
    Some(delimiters)
}

async fn complain(report: &mut Report, context: &Context, name: &[u8], error: &mirage_vfs::Error) {
    let shown = quote_if_needed(name, context.locale());
    report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
}

async fn serial(
    files: &[Bytes],
    delimiters: &[Option<u8>],
    separator: u8,
    io: &Io,
    context: &Context,
    output: &mut Writer,
    report: &mut Report,
) -> Result<()> {
    for name in files {
        let input = match open_input(context, io, name).await {
            Ok(input) => input,
            Err(error) => {
                complain(report, context, name, &error).await;
                continue;
            }
        };
        let mut records = Records::new(input, separator);
        let mut first = true;
        let mut turn = delimiters.iter().cycle();
        loop {
            match records.next(&context.call).await {
                Ok(Some(record)) => {
                    if !std::mem::replace(&mut first, false) {
                        turn.next().into_iter().flatten().for_each(|byte| output.push_byte(*byte));
                    }
                    output.push(&record);
                    output.settle(&context.call).await?;
                }
                Ok(None) => break,
                Err(error) => {
                    complain(report, context, name, &error).await;
                    break;
                }
            }
        }
        output.push_byte(separator);
    }
    Ok(())
}

async fn parallel(
    files: &[Bytes],
    delimiters: &[Option<u8>],
    separator: u8,
    io: &Io,
    context: &Context,
    output: &mut Writer,
    report: &mut Report,
) -> Result<()> {
    let mut inputs: Vec<Option<usize>> = Vec::with_capacity(files.len());
    let mut readers: Vec<Records> = Vec::new();
    let mut shared: Option<usize> = None;
    for name in files {
        // Every `-` takes lines from the same input in turn.
        if let (true, Some(reader)) = (name == "-", shared) {
            inputs.push(Some(reader));
            continue;
        }
        match open_input(context, io, name).await {
            Ok(input) => {
                readers.push(Records::new(input, separator));
                shared = if name == "-" { Some(readers.len() - 1) } else { shared };
                inputs.push(Some(readers.len() - 1));
            }
            Err(error) => {
                complain(report, context, name, &error).await;
                return Ok(());
            }
        }
    }
    loop {
        let mut line = Vec::new();
        let mut any = false;
        for (at, slot) in inputs.iter_mut().enumerate() {
            if at > 0 {
                line.extend(delimiters[(at - 1) % delimiters.len()]);
            }
            let Some(reader) = *slot else { continue };
            match readers[reader].next(&context.call).await {
                Ok(Some(record)) => {
                    any = true;
                    line.extend_from_slice(&record);
                }
                Ok(None) => *slot = None,
                Err(error) => {
                    complain(report, context, &files[at], &error).await;
                    *slot = None;
                }
            }
        }
        if !any {
            return Ok(());
        }
        output.push(&line);
        output.push_byte(separator);
        output.settle(&context.call).await?;
    }
}
