//! Builtins of interactive shells: `bind`, `logout`, `suspend`; and `help`.

use super::{ALL, Invocation, Outcome, describe, options};
use crate::execute::Shell;

pub(crate) fn bind(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "lvpVPsSXf:q:u:m:r:x:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    shell.complain(&[b"warning: line editing not enabled"]);
    if parsed.options.iter().any(|option| b"lvpVPsSXq".contains(&option.letter)) {
        shell.messages.extend_from_slice(b"mirage: unsupported: listing key bindings with bind\n");
        return Ok(2);
    }
    Ok(0)
}

pub(crate) fn logout(shell: &mut Shell, _: &Invocation) -> Outcome {
    shell.complain(&[b"not login shell: use `exit'"]);
    Ok(1)
}

pub(crate) fn suspend(shell: &mut Shell, call: &Invocation) -> Outcome {
    if let Err(status) = options::parse(shell, call.builtin(), call.operands(), "f") {
        return Ok(status);
    }
    shell.complain(&[b"cannot suspend: no job control"]);
    Ok(1)
}

/// Synopses of the builtins; what they do is in bash's manual.
pub(crate) fn help(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "dms") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.operands.is_empty() {
        for builtin in ALL {
            shell.output.extend_from_slice(format!(" {}\n", builtin.usage).as_bytes());
        }
        return Ok(0);
    }
    let mut any = false;
    for topic in &parsed.operands {
        for builtin in ALL.iter().filter(|builtin| builtin.name.as_bytes() == &topic[..]) {
            any = true;
            shell.output.extend_from_slice(format!("{}: {}\n", builtin.name, builtin.usage).as_bytes());
        }
        if describe::RESERVED.iter().any(|word| word.as_bytes() == &topic[..]) {
            any = true;
            shell.output.extend_from_slice(&[&topic[..], b": a shell keyword\n"].concat());
        }
    }
    if any {
        return Ok(0);
    }
    let last = parsed.operands.last().cloned().unwrap_or_default();
    shell.complain(&[
        b"no help topics match `",
        &last,
        b"'.  Try `help help' or `man -k ",
        &last,
        b"' or `info ",
        &last,
        b"'.",
    ]);
    Ok(1)
}
