//! `alias` and `unalias`.

use bytes::Bytes;

use super::{Invocation, Outcome, options, quote};
use crate::execute::Shell;

pub(crate) fn alias(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "p") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.operands.is_empty() || parsed.has(b'p') {
        let names: Vec<Bytes> = shell.state.aliases.keys().cloned().collect();
        for name in names {
            print(shell, &name);
        }
    }
    let mut status = 0;
    for operand in &parsed.operands {
        let equals = operand.iter().position(|&byte| byte == b'=').filter(|at| *at > 0);
        let Some(at) = equals else {
            if !print(shell, operand) {
                shell.complain(&[operand, b": not found"]);
                status = 1;
            }
            continue;
        };
        let name = operand.slice(..at);
        if name.iter().any(|byte| b" \t\n/$`='\"\\|&;()<>".contains(byte)) {
            shell.complain(&[b"`", &name, b"': invalid alias name"]);
            status = 1;
            continue;
        }
        shell.state.aliases.insert(name, operand.slice(at + 1..));
    }
    Ok(status)
}

fn print(shell: &mut Shell, name: &Bytes) -> bool {
    let Some(text) = shell.state.aliases.get(name).cloned() else { return false };
    let dashes: &[u8] = if name.starts_with(b"-") { b"-- " } else { b"" };
    let line = [b"alias ", dashes, name, b"=", &quote::single_quoted(&text), b"\n"].concat();
    shell.output.extend_from_slice(&line);
    true
}

pub(crate) fn unalias(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "a") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.has(b'a') {
        shell.state.aliases.clear();
        return Ok(0);
    }
    if parsed.operands.is_empty() {
        options::usage(shell, call.builtin());
        return Ok(2);
    }
    let mut status = 0;
    for name in &parsed.operands {
        if shell.state.aliases.remove(name).is_none() {
            shell.complain(&[name, b": not found"]);
            status = 1;
        }
    }
    Ok(status)
}
