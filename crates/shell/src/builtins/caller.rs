//! `caller` and `let`.

use super::control::after_dashes;
use super::{Invocation, Outcome, options};
use crate::execute::Shell;

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if shell.frames.is_empty() && shell.script.is_none() {
        return Ok(1);
    }
    let number = match parsed.operands.first() {
        None => None,
        Some(text) => match options::integer(text).and_then(|number| usize::try_from(number).ok()) {
            Some(number) => Some(number),
            None => {
                shell.complain(&[text, b": invalid number"]);
                options::usage(shell, call.builtin());
                return Ok(2);
            }
        },
    };
    let frames: Vec<_> = shell.frames.iter().rev().collect();
    let main = shell.script.clone();
    let source_of = |at: usize| match frames.get(at) {
        Some(frame) => Some(frame.source.clone()),
        None if at == frames.len() => main.clone(),
        None => None,
    };
    let function_of = |at: usize| match frames.get(at) {
        Some(frame) => Some(frame.function.clone()),
        None if at == frames.len() => main.as_ref().map(|_| bytes::Bytes::from_static(b"main")),
        None => None,
    };
    let level = number.unwrap_or(0);
    let line = match frames.get(level) {
        Some(frame) => frame.called_from.to_string(),
        None if number.is_none() => "0".into(),
        None => return Ok(1),
    };
    let text = match number {
        None => {
            let source = source_of(1).unwrap_or_else(|| bytes::Bytes::from_static(b"NULL"));
            [line.as_bytes(), b" ", &source, b"\n"].concat()
        }
        Some(level) => {
            let (Some(function), Some(source)) = (function_of(level + 1), source_of(level + 1)) else {
                return Ok(1);
            };
            [line.as_bytes(), b" ", &function, b" ", &source, b"\n"].concat()
        }
    };
    shell.output.extend_from_slice(&text);
    Ok(0)
}

/// `let`.
pub(crate) fn evaluate(shell: &mut Shell, call: &Invocation) -> Outcome {
    let operands = after_dashes(call.operands());
    if operands.is_empty() {
        shell.complain(&[b"expression expected"]);
        return Ok(1);
    }
    let mut last = 0;
    for operand in operands {
        match shell.try_arithmetic_text(operand, b"let: ")? {
            Some(value) => last = value,
            None => return Ok(1),
        }
    }
    Ok(u8::from(last == 0))
}
