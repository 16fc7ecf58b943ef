//! Builtins of interactive shells: `bind`, `history`, `fc`, `logout`, `suspend`; and `help`.

use super::{ALL, Invocation, Outcome, describe, options};
use crate::execute::Shell;

pub(crate) fn bind(shell: &mut Shell, call: &Invocation<'_>) -> Outcome {
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

pub(crate) fn logout(shell: &mut Shell, _: &Invocation<'_>) -> Outcome {
    shell.complain(&[b"not login shell: use `exit'"]);
    Ok(1)
}

pub(crate) fn suspend(shell: &mut Shell, call: &Invocation<'_>) -> Outcome {
    if let Err(status) = options::parse(shell, call.builtin(), call.operands(), "f") {
        return Ok(status);
    }
    shell.complain(&[b"cannot suspend: no job control"]);
    Ok(1)
}

/// Lines that are not typed at a prompt are not remembered, so the list holds what `history -s` put there.
pub(crate) fn history(shell: &mut Shell, call: &Invocation<'_>) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "cd:anrwps") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.has(b'c') {
        shell.state.history.clear();
    }
    if let Some(text) = parsed.value(b'd') {
        let count = shell.state.history.len() as i64;
        let place = options::integer(text).map(|place| if place < 0 { count + place + 1 } else { place });
        match place.filter(|place| (1..=count).contains(place)) {
            Some(place) => drop(shell.state.history.remove(place as usize - 1)),
            None => {
                shell.complain(&[text, b": history position out of range"]);
                return Ok(1);
            }
        }
        return Ok(0);
    }
    if parsed.has(b's') {
        if !parsed.operands.is_empty() {
            shell.state.history.push_back(parsed.operands.join(&b" "[..]).into());
        }
        return Ok(0);
    }
    if parsed.has(b'p') {
        for text in &parsed.operands {
            if text.contains(&b'!') {
                shell.complain(&[text, b": history expansion failed"]);
                return Ok(1);
            }
            shell.output.extend_from_slice(text);
            shell.output.extend_from_slice(b"\n");
        }
        return Ok(0);
    }
    if parsed.options.iter().any(|option| b"anrw".contains(&option.letter)) {
        shell.messages.extend_from_slice(b"mirage: unsupported: history files\n");
        return Ok(2);
    }
    if parsed.has(b'c') {
        return Ok(0);
    }
    let count = shell.state.history.len();
    let shown = match parsed.operands.first() {
        None => count,
        Some(text) => match options::integer(text).and_then(|number| usize::try_from(number).ok()) {
            Some(number) => number.min(count),
            None => {
                shell.complain(&[text, b": numeric argument required"]);
                return Ok(1);
            }
        },
    };
    for (at, line) in shell.state.history.clone().iter().enumerate().skip(count - shown) {
        shell.output.extend_from_slice(format!("{:5}  ", at + 1).as_bytes());
        shell.output.extend_from_slice(line);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

pub(crate) fn fc(shell: &mut Shell, call: &Invocation<'_>) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "e:lnrs") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if shell.state.history.is_empty() {
        return Ok(0);
    }
    if !parsed.has(b'l') {
        shell.messages.extend_from_slice(b"mirage: unsupported: editing history with fc\n");
        return Ok(2);
    }
    let lines: Vec<_> = shell.state.history.iter().cloned().enumerate().collect();
    let skip = lines.len().saturating_sub(16);
    let mut lines: Vec<_> = lines.into_iter().skip(skip).collect();
    if parsed.has(b'r') {
        lines.reverse();
    }
    for (at, line) in lines {
        let number = if parsed.has(b'n') { "\t ".into() } else { format!("{}\t ", at + 1) };
        shell.output.extend_from_slice(number.as_bytes());
        shell.output.extend_from_slice(&line);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

/// Synopses of the builtins; what they do is in bash's manual.
pub(crate) fn help(shell: &mut Shell, call: &Invocation<'_>) -> Outcome {
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
