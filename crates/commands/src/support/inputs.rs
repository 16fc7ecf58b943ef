//! Files named as operands, with `-` for standard input.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Context, Effect, Extent, Plan, PlanContext, Shape};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{OpenOptions, Result};

/// The operands, or `-` when there are none.
pub fn operands_or_stdin(arguments: &Arguments) -> Vec<Bytes> {
    operands_or(arguments, b"-")
}

/// The operands, or `default` when there are none.
pub fn operands_or(arguments: &Arguments, default: &'static [u8]) -> Vec<Bytes> {
    match arguments.operands.is_empty() {
        true => vec![Bytes::from_static(default)],
        false => arguments.operands.clone(),
    }
}

/// Opens an operand for reading; `-` is standard input.
pub async fn open_input(context: &Context, io: &Io, operand: &[u8]) -> Result<Descriptor> {
    match operand {
        b"-" => Ok(io.stdin.clone()),
        path => context.open(io, path, &OpenOptions::reading()).await,
    }
}

/// The plan of a command that reads each operand, `-` being stdin, to `extent` and writes what `stdout` says.
pub fn plan_inputs(operands: &[Bytes], extent: Extent, stdout: Shape, context: &PlanContext) -> Plan {
    let files = operands.iter().filter(|operand| *operand != "-");
    let effects =
        files.map(|file| Effect::Read { path: context.path(file), extent, recursive: false }).collect();
    let stdin = match operands.iter().any(|operand| operand == "-") {
        true => extent,
        false => Extent::None,
    };
    Plan { effects, stdin, stdout }
}

/// The plan of a command that reads each operand, whatever its name, or stdin when there is none.
pub fn plan_all_inputs(operands: &[Bytes], extent: Extent, context: &PlanContext) -> Plan {
    let read = |file: &Bytes| Effect::Read { path: context.path(file), extent, recursive: false };
    let stdin = if operands.is_empty() { extent } else { Extent::None };
    Plan { effects: operands.iter().map(read).collect(), stdin, stdout: Shape::Unknown }
}

/// Spells out the short options for help and version of commands that have them.
pub fn lengthen_help(words: Vec<Bytes>, help: &[u8], version: &[u8]) -> Vec<Bytes> {
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let long = |(at, word): (usize, Bytes)| match &word[..] {
        short if at < end && short == help => Bytes::from_static(b"--help"),
        short if at < end && short == version => Bytes::from_static(b"--version"),
        _ => word,
    };
    words.into_iter().enumerate().map(long).collect()
}
