//! Builtins that steer: `break`, `continue`, `return`, `exit`, and those that do nothing.

use bytes::Bytes;

use super::options::integer;
use super::{Invocation, Outcome};
use crate::execute::{Shell, Stop};
use crate::state::ShellOption;

pub(crate) fn succeed(_: &mut Shell, _: &Invocation) -> Outcome {
    Ok(0)
}

pub(crate) fn fail(_: &mut Shell, _: &Invocation) -> Outcome {
    Ok(1)
}

pub(crate) fn leave_loop(shell: &mut Shell, call: &Invocation) -> Outcome {
    loops(shell, call, Stop::Break)
}

pub(crate) fn next_round(shell: &mut Shell, call: &Invocation) -> Outcome {
    loops(shell, call, Stop::Continue)
}

fn loops(shell: &mut Shell, call: &Invocation, stop: impl Fn(u32) -> Stop) -> Outcome {
    if shell.loops == 0 {
        if !shell.state.options.has(ShellOption::Posix) {
            shell.complain(&[b"only meaningful in a `for', `while', or `until' loop"]);
        }
        return Ok(0);
    }
    let operands = after_dashes(call.operands());
    let count = match operands.first() {
        None => 1,
        Some(text) => match integer(text) {
            Some(count) => count,
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                shell.state.status = 128;
                return Err(Stop::Exit);
            }
        },
    };
    if operands.len() > 1 {
        return Err(shell.abandon(b"too many arguments"));
    }
    if count <= 0 {
        let shown = count.to_string();
        shell.complain(&[shown.as_bytes(), b": loop count out of range"]);
        shell.state.status = 1;
        return Err(Stop::Break(shell.loops));
    }
    shell.state.status = 0;
    Err(stop(u32::try_from(count).unwrap_or(u32::MAX).min(shell.loops)))
}

pub(crate) fn return_from(shell: &mut Shell, call: &Invocation) -> Outcome {
    let operands = after_dashes(call.operands());
    let status = match operands.first() {
        None => shell.return_status(),
        Some(text) => match integer(text) {
            Some(status) => status as u8,
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                2
            }
        },
    };
    if operands.len() > 1 {
        return Err(shell.abandon(b"too many arguments"));
    }
    shell.before_return = shell.state.status;
    if shell.frames.is_empty() {
        shell.complain(&[b"can only `return' from a function or sourced script"]);
        return Ok(2);
    }
    shell.state.status = status;
    Err(Stop::Return)
}

pub(crate) fn exit(shell: &mut Shell, call: &Invocation) -> Outcome {
    let operands = after_dashes(call.operands());
    let status = match operands.first() {
        None => shell.exit_status(),
        Some(text) => match integer(text) {
            Some(status) => status as u8,
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                2
            }
        },
    };
    if operands.len() > 1 && integer(&operands[0]).is_some() {
        return Err(shell.abandon(b"too many arguments"));
    }
    shell.state.status = status;
    Err(Stop::Exit)
}

pub(crate) fn shift(shell: &mut Shell, call: &Invocation) -> Outcome {
    let operands = after_dashes(call.operands());
    let count = match operands.first() {
        None => 1,
        Some(text) => match integer(text) {
            Some(count) => count,
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                return Ok(1);
            }
        },
    };
    if operands.len() > 1 {
        return Err(shell.abandon(b"too many arguments"));
    }
    let held = shell.state.positional.len();
    if count < 0 {
        let shown = count.to_string();
        shell.complain(&[shown.as_bytes(), b": shift count out of range"]);
        return Ok(1);
    }
    if count as usize > held {
        let options = shell.state.options;
        if options.has(ShellOption::ShiftVerbose) || options.has(ShellOption::Posix) {
            let shown = count.to_string();
            shell.complain(&[shown.as_bytes(), b": shift count out of range"]);
        }
        return Ok(1);
    }
    std::sync::Arc::make_mut(&mut shell.state.positional).drain(..count as usize);
    Ok(0)
}

/// The words without a leading `--`.
pub(crate) fn after_dashes(words: &[Bytes]) -> &[Bytes] {
    match words.first() {
        Some(first) if first == "--" => &words[1..],
        _ => words,
    }
}
